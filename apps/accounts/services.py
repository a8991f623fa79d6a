"""Changes of people, their roles and tokens."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.common.errors import NotFound
from apps.common.secret import Secret, digest_of
from apps.tenancy.models import OrganizationRole
from apps.tenancy.roles import Role
from apps.tenancy.scope import atomic, require_scope, unscoped
from apps.tenancy.services import ensure_role

from . import selectors
from .exceptions import AlreadyMember, ForeignAct, InvalidExpiry, LastAdministrator
from .models import ApiToken, IdempotentRequest, Membership, User
from .rights import end_rights

TOKEN_PREFIX = "dure_"


def find_or_create_person(*, email: str, name: str, password: str | None = None, **fields: Any) -> User:
    """A person by address; made when new. For provisioning by commands alone: whoever comes by a page or the API is invited
    (`invitations.py`), because here nobody has proved that the mailbox is theirs."""
    with unscoped(reason="provisioning: a new organization, cluster or relation has no scope yet"):
        user = User.objects.filter(email=email.strip().lower()).first()
        return user or User.objects.create_user(email.strip(), password, name=name, **fields)


@atomic
def add_person(*, organization_id: int, user: User, roles: Iterable[str], title: str = "") -> Membership:
    """Make a person a member of a firm, with roles.

    Raises:
        AlreadyMember: the person belongs to the firm.
    """
    if Membership.objects.filter(organization_id=organization_id, user=user).exists():
        raise AlreadyMember(place="email", value=user.email)
    membership = Membership.objects.create(organization_id=organization_id, user=user, title=title)
    set_roles(organization_id=organization_id, user_id=user.pk, roles=roles)
    return membership


@atomic
def set_roles(*, organization_id: int, user_id: int, roles: Iterable[str]) -> None:
    """Give a person exactly these roles in a firm.

    Raises:
        LastAdministrator: nobody would be left to manage the firm.
    """
    wanted = {Role(role).value for role in roles}
    through = User.groups.through._default_manager.using(require_scope().alias)
    with keeping_an_administrator(organization_id):
        for role in wanted:
            ensure_role(organization_id=organization_id, role=role)
        groups = dict(OrganizationRole.objects.filter(organization_id=organization_id).values_list("role", "group_id"))
        held = through.filter(user_id=user_id, group_id__in=groups.values())
        held.exclude(group_id__in=[groups[role] for role in wanted]).delete()
        kept = set(held.values_list("group_id", flat=True))
        through.bulk_create(
            User.groups.through(user_id=user_id, group_id=groups[role]) for role in wanted if groups[role] not in kept
        )
    end_rights(user_id)


@contextmanager
def keeping_an_administrator(organization_id: int) -> Iterator[None]:
    """A change of a firm's people, one at a time: two administrators who remove each other leave one.

    Raises:
        LastAdministrator: the firm had an administrator before the block, and has none after it.
    """
    role = ensure_role(organization_id=organization_id, role=Role.TENANT_ADMIN)
    OrganizationRole.objects.select_for_update().get(pk=role.pk)
    admins = Membership.objects.filter(
        organization_id=organization_id, is_active=True, user__is_active=True, user__groups=role.group_id
    )
    had_admin = admins.exists()
    yield
    if had_admin and not admins.exists():
        raise LastAdministrator(place="roles")


@atomic
def create_token(*, name: str, acts: Iterable[str], days: int) -> tuple[ApiToken, Secret]:
    """A new key for a program that acts for the scope's firm. Made with a token, it ends with that at the latest.

    Returns:
        The token and its secret; the secret is shown once and never stored.

    Raises:
        ForeignAct: an act that the person's own roles, or the token it is made with, do not include.
        InvalidExpiry: fewer than 1 or more than 365 days.
        NotFound: the token it is made with has been revoked meanwhile.
    """
    scope = require_scope()
    chosen = sorted(set(acts))
    if foreign := [act for act in chosen if act not in scope.acts]:
        raise ForeignAct(place="acts", value=", ".join(foreign))
    if not 1 <= days <= 365:
        raise InvalidExpiry(place="days", value=days)
    expires_at, parent = timezone.now() + timedelta(days=days), None
    if scope.token_id is not None:
        # Locked: a parent that is being revoked takes this one along.
        parent = ApiToken.objects.select_for_update().filter(pk=scope.token_id, revoked_at=None).first()
        if parent is None:
            raise NotFound(place="token", value=scope.token_id)
        expires_at = min(expires_at, parent.expires_at or expires_at)
    secret = Secret(TOKEN_PREFIX + secrets.token_urlsafe(32))
    token = ApiToken.objects.create(
        organization_id=scope.organization_id,
        user_id=scope.user_id,
        name=name,
        prefix=secret[len(TOKEN_PREFIX) :][:6],
        digest=digest_of(secret),
        acts=chosen,
        parent=parent,
        expires_at=expires_at,
    )
    return token, secret


@atomic
def revoke_token(*, token_id: int) -> None:
    """The token is refused from the next request on."""
    scope = require_scope()
    rows = ApiToken.objects.filter(pk=token_id, user_id=scope.user_id, purpose=ApiToken.Purpose.API, revoked_at=None)
    if not rows.update(revoked_at=timezone.now()):
        raise NotFound(place="token", value=token_id)


def purge_expired() -> int:
    """Remove idempotency keys after 24 hours, and invitations some time after they have closed; a system job.

    Returns:
        How many rows went.
    """
    now = timezone.now()
    with unscoped(reason="expiry: removes expired keys and closed invitations of all organizations"):
        keys, _ = IdempotentRequest.objects.filter(created_at__lt=now - timedelta(hours=24)).delete()
        invitations, _ = selectors.invitations_closed(before=now - timedelta(days=settings.INVITATIONS_KEPT_DAYS)).delete()
    return keys + invitations
