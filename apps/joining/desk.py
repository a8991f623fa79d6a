"""How far the firms of a cluster have come, for who manages it: states and counts of people, never quantities or prices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.events.selectors import last_acts
from apps.tenancy.models import Organization
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import memberships, sites

from .agreements import latest
from .models import Acceptance, Agreement, FirmInvitation

# What a firm goes through, in order: name → (what is reached, what is next).
STAGES: dict[str, tuple[Any, Any]] = {
    "invited": (_("Invited"), _("Open the link of the mail")),
    "opened": (_("Link opened"), _("Accept the texts and name an administrator")),
    "accepted": (_("Has joined"), _("Accept the present texts")),
    "agreed": (_("Texts accepted"), _("Invite a second person")),
    "people": (_("Two people or more"), _("Open a site")),
    "site": (_("A site is there"), _("Enter first data")),
    "data": (_("At work"), ""),
}
ORDER = list(STAGES)


@dataclass(frozen=True)
class Firm:
    """One firm of a cluster, in it or invited.

    Attributes:
        stage: the last of STAGES that it has reached without a gap; who works here has come to the last.
        passed: the stages that it went through itself; who founded the cluster was neither invited nor opened a link.
        last_at: of its last act, or of its invitation.
    """

    name: str
    kind: Any
    stage: str
    last_at: datetime | None
    organization: Organization | None = None
    invitation: FirmInvitation | None = None
    passed: frozenset[str] = frozenset()

    @property
    def reached(self) -> int:
        return ORDER.index(self.stage) + 1

    @property
    def pips(self) -> list[bool]:
        return [name in self.passed for name in ORDER]

    @property
    def label(self) -> Any:
        return STAGES[self.stage][0]

    @property
    def next_step(self) -> Any:
        return STAGES[self.stage][1]

    @property
    def is_open(self) -> bool:
        return self.organization is None

    @property
    def may_be_reminded(self) -> bool:
        """Whom nobody invited by mail, such as the founder, nobody writes to."""
        return self.invitation is not None and bool(self.next_step)


def firms_of(cluster_id: int) -> list[Firm]:
    """Members and open invitations, those that have come least far first; three queries."""
    invitations = list(FirmInvitation.objects.filter(cluster_id=cluster_id, revoked_at=None).order_by("pk"))
    by_firm = {row.organization_id: row for row in invitations if row.organization_id}
    people = _people(cluster_id)
    found = [
        Firm(row.firm_name or row.number, row.get_kind_display(), "opened" if row.opened_at else "invited",
             row.opened_at or row.sent_at, invitation=row,
             passed=frozenset(("invited", "opened") if row.opened_at else ("invited",)))
        for row in invitations if row.accepted_at is None
    ]  # fmt: skip
    for part in _members(cluster_id):
        pk, last_act = part.organization_id, part.last_act
        facts = {
            "agreed": part.accepted == part.asked,
            "people": people.get(pk, 0) > 1,
            "site": part.has_site or part.kind == "coordinator",
        }
        stage = "invited" if part.state == "invited" else _stage(facts, is_at_work=last_act is not None)
        invitation = by_firm.get(pk)
        last = last_act or (invitation.accepted_at if invitation else None)
        name = part.organization.name
        passed = {name for name, is_there in facts.items() if is_there} | ({"data"} if last_act else set())
        passed |= {"invited"} if invitation else set()
        passed |= {"opened"} if invitation and invitation.accepted_at else set()
        passed |= {"accepted"} if part.state != "invited" else set()
        kind = part.get_kind_display()
        found.append(Firm(name, kind, stage, last, part.organization, invitation, frozenset(passed)))
    return sorted(found, key=lambda firm: (firm.reached, firm.name))


def _members(cluster_id: int) -> QuerySet[Any]:
    """Who belongs to the cluster: whether each has a site, how many of the texts asked for it accepted, its last act."""
    firm = {"organization": OuterRef("organization")}
    asked = Agreement.objects.filter(cluster_id=cluster_id).order_by().values("cluster")
    accepted = Acceptance.objects.filter(**firm, agreement__in=latest(cluster_id).values("pk")).order_by()
    return (
        memberships()
        .filter(cluster_id=cluster_id)
        .exclude(state="left")
        .annotate(
            has_site=Exists(sites().filter(**firm, closed_at=None)),
            asked=Coalesce(Subquery(asked.annotate(n=Count("kind", distinct=True)).values("n")), 0),
            accepted=Coalesce(Subquery(accepted.values("organization").annotate(n=Count("pk")).values("n")), 0),
            last_act=Subquery(last_acts().filter(**firm).values("last_at")[:1]),
        )
    )


def _stage(facts: dict[str, bool], *, is_at_work: bool) -> str:
    """The last that is reached without a gap. Who works here and has agreed needs no second person for it."""
    if is_at_work and facts["agreed"]:
        return "data"
    stage = "accepted"
    for name, is_there in facts.items():
        if not is_there:
            break
        stage = name
    return stage


def funnel(firms: list[Firm]) -> list[tuple[Any, int]]:
    """How many have gone through each stage themselves; a later one may have more than an earlier one."""
    return [(label, sum(name in firm.passed for firm in firms)) for name, (label, _next) in STAGES.items()]


def _people(cluster_id: int) -> dict[int, int]:
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT organization_id, people FROM joining_people(%s)", [cluster_id])
        return dict(cursor.fetchall())
