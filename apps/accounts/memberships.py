"""Changes of the people who work for a firm: their roles, locked and ended memberships. All in the scope of that firm."""

from collections.abc import Iterable

from django.utils import timezone

from apps.tenancy.scope import atomic, require_scope

from .exceptions import ForeignRole, NoRole, UnknownPerson
from .models import Membership
from .rights import end_rights
from .selectors import offered_roles, open_invitations, roles_by_user
from .services import keeping_an_administrator, set_roles
from .tablets import pass_on


def check_roles(roles: Iterable[str], *, held: Iterable[str] = ()) -> list[str]:
    """The roles, sorted, if the firm may give them; what a person holds already may stay.

    Raises:
        NoRole: none is named.
        ForeignRole: one is not the firm's to give, such as the operating body's.
    """
    chosen = sorted(set(roles))
    if not chosen:
        raise NoRole(place="roles")
    if foreign := [role for role in chosen if role not in {*offered_roles(), *held}]:
        raise ForeignRole(place="roles", value=", ".join(foreign))
    return chosen


@atomic
def change_member(*, membership_id: int, roles: Iterable[str], title: str | None = None) -> Membership:
    """Give a member exactly these roles, and a job title; None leaves that as it is.

    Raises:
        UnknownPerson: not a member of the firm, or no more.
        NoRole, ForeignRole: see `check_roles`.
        LastAdministrator: nobody would be left to manage the firm.
    """
    organization_id = require_scope().organization_id
    with keeping_an_administrator(organization_id):
        membership = _member(membership_id)
        chosen = check_roles(roles, held=roles_by_user().get(membership.user_id, []))
        set_roles(organization_id=organization_id, user_id=membership.user_id, roles=chosen)
        if title is not None and title != membership.title:
            membership.title = title
            membership.save(update_fields=["title"])
    return membership


@atomic
def lock_member(*, membership_id: int) -> Membership:
    """Keep a member out until `unlock_member`; the roles stay, the tokens do not.

    Raises:
        UnknownPerson: not an active member of the firm.
        LastAdministrator: nobody would be left to manage the firm.
    """
    with keeping_an_administrator(require_scope().organization_id):
        membership = _member(membership_id, is_active=True)
        membership.is_active = False
        membership.save(update_fields=["is_active"])
        _close_doors(membership)
    return membership


@atomic
def unlock_member(*, membership_id: int) -> Membership:
    """Let a locked member in again, with the roles of before.

    Raises:
        UnknownPerson: no locked member of the firm.
    """
    with keeping_an_administrator(require_scope().organization_id):
        membership = _member(membership_id, is_active=False)
        membership.is_active = True
        membership.save(update_fields=["is_active"])
    return membership


@atomic
def end_membership(*, membership_id: int) -> Membership:
    """A person has left the firm: roles, tokens and the invitations they sent end. Only a new invitation brings them back.

    Shared tablets that they registered pass on to who ends it; their names stand on the membership that is returned.

    Raises:
        UnknownPerson: not a member of the firm, or no more.
        LastAdministrator: nobody would be left to manage the firm.
    """
    with keeping_an_administrator(require_scope().organization_id):
        membership = _member(membership_id)
        membership.is_active, membership.ended_at = False, timezone.now()
        membership.save(update_fields=["is_active", "ended_at"])
        set_roles(organization_id=membership.organization_id, user_id=membership.user_id, roles=[])
        _close_doors(membership)
        membership.passed_on = pass_on(user_id=membership.user_id)
    return membership


def _member(membership_id: int, **state: bool) -> Membership:
    rows = Membership.objects.filter(organization_id=require_scope().organization_id, ended_at=None, **state)
    found = rows.select_for_update(of=("self",)).select_related("user").filter(pk=membership_id).first()
    if found is None:
        raise UnknownPerson(place="person", value=membership_id)
    return found


def _close_doors(membership: Membership) -> None:
    """What else lets the person, or others for them, in: open invitations and live sockets. A trigger ends the tokens."""
    open_invitations().filter(invited_by_id=membership.user_id).update(revoked_at=timezone.now())
    end_rights(membership.user_id)
