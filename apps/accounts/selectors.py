"""Reads of people, roles, invitations and tokens of the scope's organization."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.tenancy.history import Change, actor_of, history_of
from apps.tenancy.models import ClusterMembership, OrganizationRole
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope

from .exceptions import UnknownPerson
from .models import ApiToken, Invitation, Membership, RoleHolding, StandIn, User

# Which part in a cluster, or side of trade, a role belongs to; None: every firm's.
ROLES_OF: dict[str, str | None] = {
    Role.BUYER: "lead",
    Role.BUYER_APPROVER: "lead",
    Role.RECEIVER: "lead",
    Role.INSPECTOR: "lead",
    Role.SUPPLIER_SALES: "supplier",
    Role.SUPPLIER_PRODUCTION: "supplier",
    Role.SUPPLIER_QUALITY: "supplier",
    Role.COORDINATOR: "coordinator",
    Role.TENANT_ADMIN: None,
}


def colleagues() -> QuerySet[Membership]:
    """People of the own firm with their accounts, by name; the locked ones too, those who left not."""
    rows = Membership.objects.filter(organization_id=require_scope().organization_id, ended_at=None)
    return rows.select_related("user").order_by("user__name", "pk")


def colleague(membership_id: int) -> Membership:
    """One of them.

    Raises:
        UnknownPerson: not a member of the firm, or no more.
    """
    found = colleagues().filter(pk=membership_id).first()
    if found is None:
        raise UnknownPerson(place="person", value=membership_id)
    return found


def open_invitations() -> QuerySet[Invitation]:
    """Invitations of the own firm that wait or have expired, newest first."""
    rows = Invitation.objects.filter(organization_id=require_scope().organization_id, accepted_at=None, revoked_at=None)
    return rows.select_related("invited_by").order_by("-created_at", "-pk")


def invitations_to_send(*, before: datetime) -> list[tuple[int, int]]:
    """(invitation, organization) of those whose mail was asked for before that time and is not out; for the system job."""
    rows = Invitation.objects.filter(sent_at=None, accepted_at=None, revoked_at=None, asked_at__lt=before)
    return list(rows.values_list("pk", "organization_id"))


def invitations_closed(*, before: datetime) -> QuerySet[Invitation]:
    """Those that were used, revoked or have expired before that time; for the system job."""
    return Invitation.objects.filter(Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before))


def offered_roles() -> list[str]:
    """The roles that the own firm may give: they follow what it does.

    The operating body's role is for the operating body of a cluster alone. A lead or supplier that has no trading relation
    yet has its roles already.
    """
    scope = require_scope()
    rows = ClusterMembership.objects.filter(organization_id=scope.organization_id, state=ClusterMembership.State.ACTIVE)
    does = {*(["lead"] if scope.buys else []), *(["supplier"] if scope.supplies else [])}
    for part, cluster in rows.values_list("kind", "cluster__kind"):
        # Among peers everybody may buy and supply.
        does |= {"lead", "supplier"} if (part, cluster) == ("supplier", "peers") else {part}
    return [role for role, kind in ROLES_OF.items() if kind is None or kind in does]


def roles_by_user() -> dict[int, list[str]]:
    """Roles of every person in the own firm; one query."""
    pairs = OrganizationRole.objects.filter(organization_id=require_scope().organization_id)
    found: dict[int, list[str]] = {}
    for user_id, role in pairs.values_list("group__user", "role"):
        if user_id is not None:
            found.setdefault(user_id, []).append(role)
    return found


def history_of_member(member: Membership) -> list[dict[str, Any]]:
    """What happened to a colleague's place in the firm, newest first, as `web/_log.html` shows it; five queries."""
    found = []
    for change in history_of(Membership, member.pk, "is_active", "ended_at", "title"):
        found.append((change.at, change.user_id, _what_happened(change)))
    roles = dict(OrganizationRole.objects.filter(organization_id=member.organization_id).values_list("group_id", "role"))
    held = RoleHolding.pgh_event_model.objects.filter(user_id=member.user_id, group_id__in=roles)
    for row in held.order_by("pgh_id").values("pgh_created_at", "pgh_label", "pgh_context", "group_id"):
        text = _("Role given: %(role)s") if row["pgh_label"] == "insert" else _("Role taken: %(role)s")
        user_id = (row["pgh_context"] or {}).get("user")
        found.append((row["pgh_created_at"], user_id, text % {"role": Role(roles[row["group_id"]]).label}))
    away = _absences(member)
    by = {row.pgh_id: actor_of(row.pgh_context)[0] or member.user_id for row in away}
    told = {user_id for _at, user_id, _text in found if user_id} | {row.stand_in_id for row in away} | set(by.values())
    people = names_of(told)
    for row in away:
        text = _("Away from %(first)s to %(last)s: %(name)s stands in")
        if row.ended_at:
            text = _("No stand-in any more: %(name)s")
        facts = {"first": day_text(row.first_day), "last": day_text(row.last_day), "name": people.get(row.stand_in_id, "—")}
        found.append((row.pgh_created_at, by[row.pgh_id], text % facts))
    found.sort(key=lambda entry: entry[0], reverse=True)
    people.setdefault(member.user_id, member.user.name)
    return [{"change": {"at": at}, "look": (text,), "who": people.get(user_id or 0, "—")} for at, user_id, text in found]


def _absences(member: Membership) -> list[Any]:
    """Who stood in for a colleague, as it was set and taken back."""
    kept: Any = StandIn
    rows = kept.pgh_event_model.objects.filter(organization_id=member.organization_id, user_id=member.user_id)
    return list(rows.order_by("pgh_id"))


def _what_happened(change: Change) -> str:
    """In words, from what changed of a membership at once: being in, the end, the job title."""
    changed, facts = set(change.changed), change.facts
    if changed == {"title"}:
        return _("Job title: %(title)s") % {"title": facts["title"] or "—"}
    if facts["ended_at"]:
        return _("Left")
    if not facts["is_active"]:
        return _("Locked")
    return _("Joined") if {"is_active", "ended_at"} <= changed else _("Came in again")


def own_tokens() -> QuerySet[ApiToken]:
    """The person's tokens for the firm of the scope, newest first."""
    scope = require_scope()
    rows = ApiToken.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id)
    return rows.filter(purpose=ApiToken.Purpose.API).order_by("-created_at", "-pk")


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Names of colleagues by id; people of other firms are not among them. One query, none for an empty set."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "name")) if user_ids else {}
