"""Shared tablets of a shop floor: registered by an administrator at the device, used by people with a short code each.

At a tablet a person may do what the rooms name as work of the shop floor and nothing else, whatever their roles hold, under
their own name; the tablet locks itself after some minutes.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import check_password, make_password
from django.db import connections
from django.http import HttpRequest
from django.utils import timezone

from apps.common.secret import digest_of
from apps.tenancy.models import localized
from apps.tenancy.scope import atomic, identity, require_scope

from .exceptions import NoTablet, ShortCodeLocked, SimpleCode, WrongShortCode
from .models import ShortCode, Tablet, User

COOKIE = "dure_tablet"
KEPT_S = 3 * 365 * 24 * 3600
DIGITS = 6
ROW = "01234567890"


@dataclass(frozen=True)
class Here:
    """The tablet that a browser is.

    Attributes:
        people: (id, name) of those who work for its firm and have a code.
    """

    tablet_id: int
    organization_id: int
    firm: str
    name: str
    lock_minutes: int
    people: tuple[tuple[int, str], ...]


@atomic
def register(*, name: str, lock_minutes: int) -> tuple[Tablet, str]:
    """A tablet of the scope's firm, and the secret that its browser keeps."""
    secret = secrets.token_urlsafe(32)
    scope = require_scope()
    made = Tablet.objects.create(
        organization_id=scope.organization_id,
        name=name,
        lock_minutes=lock_minutes,
        digest=digest_of(secret),
        registered_by_id=scope.user_id,
    )
    return made, secret


@atomic
def revoke(*, tablet_id: int) -> Tablet:
    """End it: whoever works there is out with the next request.

    Raises:
        NoTablet: not one of the scope's firm in use.
    """
    found: Tablet | None = Tablet.objects.filter(pk=tablet_id, revoked_at=None).first()
    if found is None:
        raise NoTablet(place="tablet", value=tablet_id)
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    return found


@atomic
def pass_on(*, user_id: int) -> list[str]:
    """What somebody who goes registered is from now on the scope's person's, who answers for it; the names.

    Who goes by oneself leaves it to nobody: it ends.
    """
    heir = require_scope().user_id
    rows = Tablet.objects.filter(revoked_at=None, registered_by_id=user_id)
    names = list(rows.order_by("name", "pk").values_list("name", flat=True))
    rows.update(**({"revoked_at": timezone.now()} if heir in (None, user_id) else {"registered_by_id": heir}))
    return names


def here(request: HttpRequest) -> Here:
    """
    Raises:
        NoTablet: the browser is none, or it has been ended.
    """
    secret = request.COOKIES.get(COOKIE, "")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_tablet_door(%s)", [digest_of(secret)])
        row = cursor.fetchone()
    if row is None:
        raise NoTablet
    tablet_id, firm_id, own, english, name, minutes, people = row
    found = tuple((person["id"], person["name"]) for person in json.loads(people))
    return Here(tablet_id, firm_id, localized(own, english), name, minutes, found)


def is_in_use(tablet_id: int) -> bool:
    return Tablet.objects.filter(pk=tablet_id, revoked_at=None).exists()


def set_code(*, user_id: int, code: str) -> None:
    """The person's own, for the scope's firm.

    Raises:
        SimpleCode: not six digits, or easy to guess.
    """
    if len(code) != DIGITS or not code.isascii() or not code.isdigit() or _is_simple(code):
        raise SimpleCode(place="code")
    firm = require_scope().organization_id
    with identity():
        ShortCode.objects.update_or_create(user_id=user_id, organization_id=firm, defaults={"code": make_password(code)})


def _is_simple(code: str) -> bool:
    return len(set(code)) <= 2 or code in ROW or code in ROW[::-1] or code[:3] == code[3:] or code[::2] == code[1::2]


def person_of(request: HttpRequest, tablet: Here, *, user_id: int, code: str) -> User:
    """Who acts at a tablet, known by their code; wrong tries are counted for each person and each tablet.

    Raises:
        WrongShortCode: the code is another, or the person is not of the tablet's firm. ShortCodeLocked: too many tries.
    """
    used = []
    for action, key in (("tablet_code", f"{tablet.organization_id}:{user_id}"), ("tablet_place", str(tablet.tablet_id))):
        usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
        if usage is None:
            raise ShortCodeLocked(place="code")
        used.append(usage)
    with identity():
        row = ShortCode.objects.filter(user_id=user_id, organization_id=tablet.organization_id).first()
        is_right = check_password(code, row.code if row else make_password(None))
        if not is_right or user_id not in {pk for pk, _name in tablet.people}:
            raise WrongShortCode(place="code")
        person = User.objects.get(pk=user_id)
    for usage in used:
        usage.rollback()
    return person


def tablets() -> Any:
    """Those of the own firm in use, by name."""
    return Tablet.objects.filter(revoked_at=None).select_related("registered_by").order_by("name", "pk")
