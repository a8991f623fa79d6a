"""Capacity of the example: the lead firm's lines, what each supplier's machines give, what is agreed and shown of it."""

from datetime import timedelta
from decimal import Decimal

from apps.calendars import services as calendars
from apps.masterdata.example import Demo
from apps.planning import selectors as planning
from apps.planning.weeks import monday_of
from apps.sharing import services as sharing
from apps.tenancy.models import Grant, Site
from apps.tenancy.scope import organization_scope

from . import agreeing, selectors, services, telling
from .load import WEEK
from .models import CapacityGroup, GroupKind
from .services import Said, Uses
from .shared_models import KIND

ROOM = ("1.3", "1.05", "0.9")  # of a supplier's fullest week: one has room, one hardly, one works overtime
MACHINES = (
    "머시닝센터 1호기",
    "단조 프레스",
    "주조 1라인",
    "도금 라인",
    "사출 1호기",
    "SMT 라인",
    "프레스 2호기",
    "압출 라인",
)


def create_present(demo: Demo) -> None:
    """Everybody keeps a calendar of Monday to Friday; days off make the weeks before holidays shorter."""
    with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
        calendars.keep_calendar(weekdays=range(1, 6))
        for site in Site.objects.filter(organization_id=demo.lead.pk).order_by("code"):
            _line(site)
    for n, relation in enumerate(demo.relations):
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            calendars.keep_calendar(weekdays=range(1, 6))
            site = Site.objects.get(organization_id=relation.supplier_id)
            parts = [Uses(None, partner_part_id=part.pk) for part in demo.parts[relation.pk]]
            kind = GroupKind.PARTS if n % 2 else GroupKind.RESOURCE
            made_for = None if n else relation.pk
            _sized(site, "M-1", MACHINES[n], Decimal(ROOM[n % 3]), parts, kind=kind, made_for_id=made_for)
    _agreed(demo)


def _line(site: Site) -> None:
    """An assembly line of what the plan makes, with overtime in the third week."""
    plan = planning.releases_in_force().filter(site=site).first()
    if plan is None:
        return
    parts = [Uses(part) for part in sorted({row.part_id for row in planning.rows_of(plan)})]
    group = _sized(site, "LINE-1", "전동 액슬 조립라인", Decimal("0.98"), parts)
    week, usual = monday_of(site.today) + 2 * WEEK, group.usual or Decimal(0)
    services.keep_weeks(group_id=group.pk, weeks=[Said(week, usual, Decimal(round(usual * Decimal("1.3"))))])


def _sized(
    site: Site,
    code: str,
    name: str,
    room: Decimal,
    parts: list[Uses],
    kind: str = GroupKind.RESOURCE,
    made_for_id: int | None = None,
) -> CapacityGroup:
    """A group whose usual week is so much of its fullest one."""
    group = services.keep_group(site_id=site.pk, code=code, name=name, kind=kind, parts=parts)
    weeks = selectors.loads(site, [selectors.group(group.pk)])[0].weeks
    usual = Decimal(round(max([week.quantity for week in weeks] + [Decimal(100)]) * room))
    most = Decimal(round(usual * Decimal("1.2")))
    return services.keep_group(
        group_id=group.pk,
        code=code,
        name=name,
        kind=kind,
        usual=usual,
        usual_maximum=most,
        made_for_id=made_for_id,
    )


def _agreed(demo: Demo) -> None:
    """Three suppliers keep some of it for the lead firm and show it, as precisely as each likes; a fourth has offered to.

    The first says that its machine works for the lead firm alone, and shows the whole.
    """
    for n, relation in enumerate(demo.relations[:4]):
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            group = selectors.groups()[0]
            first = monday_of(group.site.today + timedelta(days=7))
            quantity = Decimal(round((group.usual or Decimal(0)) * Decimal("0.6")))
            offer = agreeing.propose_capacity(
                group_id=group.pk, relation_id=relation.pk, quantity=quantity, first_week=first
            )
            if n == 3:
                continue
            grant = sharing.propose_grant(kind=KIND, firm_id=demo.lead.pk, precision=Grant.Precision.values[n])
        with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
            sharing.agree_to_grant(grant_id=grant.pk)
            agreeing.agree_capacity(agreement_id=offer.pk)
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            telling.tell()
