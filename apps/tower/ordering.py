"""What a buyer should order: of every part that falls below its safety stock, from whom, how much and when.

Drafts count as ordered here, though nobody else knows of them: what was taken over once is not proposed again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.calendars.days import USUAL_WEEK
from apps.common.units import UNITS, MixedUnits
from apps.masterdata.models import PartnerPart
from apps.orders import selectors as orders
from apps.orders.models import PurchaseOrder
from apps.orders.services import OrderLine, draft_order
from apps.planning.selectors import safety_stocks
from apps.planning.sheet import quantity_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from .needs import Need, in_base, needs, usable_on
from .proposing import Proposal, Rules, propose

HORIZON_DAYS = 56


@dataclass(frozen=True)
class Offer:
    """One proposal with its part, the supplier that is asked first, and what it rests on.

    Attributes:
        others: how many more suppliers deliver the part; none is chosen by share.
        safety: the site's safety stock in the base unit.
    """

    need: Need
    part: PartnerPart
    proposal: Proposal
    safety: Decimal
    others: int

    @property
    def key(self) -> str:
        """As a form sends it: what is drafted is what was shown."""
        p = self.proposal
        return f"{self.part.pk}_{self.need.site_id}_{p.arrives:%Y%m%d}_{p.quantity.normalize():f}"


def offers(*, today: date | None = None) -> list[Offer]:
    """The earliest to order first. Parts whose demand or stock is unknown or stale have none, nor have sites
    where nothing arrives."""
    every = needs(today=today, horizon=HORIZON_DAYS).values()
    found = [n for n in every if n.is_known and not n.is_stale and n.site.receives and n.site.closed_at is None]
    safety = safety_stocks()
    drafted = _drafted()
    agreed = _agreed({item.part.pk for item in found})
    made = []
    for need in found:
        sellers = agreed.get(need.part.pk, [])
        if not sellers:
            continue
        part, days = sellers[0], need.days_of_site
        least = safety.get((need.part.pk, need.site_id), Decimal(0))
        projected = _with_drafts(need, drafted.get((need.part.pk, need.site_id), {}))
        rules = _rules(part)
        if rules is None:
            continue
        for proposal in propose(
            projected,
            today=need.today,
            rules=rules,
            is_working=(days or USUAL_WEEK).is_working,
            safety=least,
        ):
            made.append(Offer(need, part, proposal, least, len(sellers) - 1))
    return sorted(made, key=lambda offer: (offer.proposal.order_by, offer.proposal.needed_on, offer.part.pk))


def _with_drafts(need: Need, drafted: dict[date, Decimal]) -> list[Decimal]:
    usable: dict[int, Decimal] = {}
    for on, quantity in drafted.items():
        index = (usable_on(max(on, need.today), need.days_of_site) - need.today).days
        usable[index] = usable.get(index, Decimal(0)) + quantity
    projected, more = [], Decimal(0)
    for index, day in enumerate(need.days):
        more += usable.get(index, Decimal(0))
        projected.append(day.projected + more)
    return projected


def _drafted() -> dict[tuple[int, int], dict[date, Decimal]]:
    """What lies in drafts, by own part and site: day → quantity in the base unit; one statement."""
    found: dict[tuple[int, int], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in orders.drafted_lines():
        try:
            amount = in_base(row.requested_quantity, row.line.unit, row.line.partner_part)
        except MixedUnits:
            continue
        place = (row.line.partner_part.part_id, row.order.receiving_site_id)
        found[place][row.requested_date] += amount
    return found


def _agreed(parts: set[int]) -> dict[int, list[PartnerPart]]:
    """Who delivers each part, the shortest lead time first; neither ended parts nor stopped relations; one statement."""
    found: dict[int, list[PartnerPart]] = {}
    rows = PartnerPart.objects.on_side(Side.BUYER).filter(part_id__in=parts, ended_at=None, part__ended_at=None)
    for row in rows.select_related("part", "supplier", "relation").order_by("lead_time_days", "pk"):
        if row.relation.is_open:
            found.setdefault(row.part_id, []).append(row)
    return found


def _rules(part: PartnerPart) -> Rules | None:
    try:
        factor = in_base(Decimal(1), part.unit, part)
    except MixedUnits:
        return None
    return Rules(part.lead_time_days, part.pack_size, part.minimum_quantity, factor, UNITS[part.unit].places)


@dataclass(frozen=True)
class Chosen:
    """A proposal as it was shown, in the order unit of its partner part."""

    partner_part_id: int
    site_id: int
    day: date
    quantity: Decimal


@atomic
def draft(chosen: Sequence[Chosen]) -> list[PurchaseOrder]:
    """Write what was chosen as drafts, one for each supplier and site; nobody but the buyer sees them.

    Raises:
        What `draft_order` refuses; then no draft is written.
    """
    relation = dict(
        PartnerPart.objects.on_side(Side.BUYER)
        .filter(pk__in={row.partner_part_id for row in chosen})
        .values_list("pk", "relation_id")
    )
    together: dict[tuple[int, int], list[Chosen]] = {}
    for row in chosen:
        together.setdefault((relation.get(row.partner_part_id, 0), row.site_id), []).append(row)
    return [
        draft_order(relation_id=relation_id, receiving_site_id=site_id, lines=list(_lines(rows)))
        for (relation_id, site_id), rows in sorted(together.items())
    ]


def _lines(rows: Iterable[Chosen]) -> Iterable[OrderLine]:
    for row in sorted(rows, key=lambda row: (row.partner_part_id, row.day)):
        yield OrderLine(row.partner_part_id, row.quantity, row.day)


def read_key(text: str) -> Chosen | None:
    """What a form sends back of an offer; None where it is none."""
    parts = text.split("_")
    try:
        part, site, day, quantity = int(parts[0]), int(parts[1]), parts[2], quantity_of(parts[3])
        return None if quantity is None else Chosen(part, site, date(int(day[:4]), int(day[4:6]), int(day[6:8])), quantity)
    except (ValueError, IndexError, ArithmeticError):
        return None
