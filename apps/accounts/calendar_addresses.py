"""Addresses that a calendar reads by itself: no calendar signs in, so a secret stands in the address.

A person has one a firm. Only the secret's SHA-256 is kept; it opens what its person may see at that moment, as far as its
acts go.
"""

import secrets
from collections.abc import Collection

from django.db import connections
from django.utils import timezone

from apps.common.secret import Secret, digest_of
from apps.tenancy.scope import atomic, require_scope

from .exceptions import NoCalendarAddress
from .models import ApiToken

ONE = "SELECT pg_advisory_xact_lock(hashtext('calendar address'), %s)"


def own_calendar_address() -> ApiToken | None:
    """That of the person for the firm of the scope, while it holds."""
    scope = require_scope()
    rows = ApiToken.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id, revoked_at=None)
    return rows.filter(purpose=ApiToken.Purpose.CALENDAR).first()


@atomic
def make_calendar_address(*, acts: Collection[str]) -> Secret:
    """A new address; the one before holds no more.

    Args:
        acts: what it may do of what its person may.

    Returns:
        Its secret, shown once and never stored.
    """
    scope = require_scope()
    with connections[scope.alias].cursor() as cursor:
        cursor.execute(ONE, [scope.user_id])
    if (before := own_calendar_address()) is not None:
        _end(before)
    secret = Secret(secrets.token_urlsafe(32))
    ApiToken.objects.create(
        organization_id=scope.organization_id,
        user_id=scope.user_id,
        purpose=ApiToken.Purpose.CALENDAR,
        name="calendar",
        prefix=secret[:6],
        digest=digest_of(secret),
        acts=sorted(acts),
    )
    return secret


@atomic
def withdraw_calendar_address() -> None:
    """The address answers no more from the next reading on.

    Raises:
        NoCalendarAddress: there is none, or it has been withdrawn already.
    """
    if (found := own_calendar_address()) is None:
        raise NoCalendarAddress
    _end(found)


def _end(token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
