"""What a buyer should order: of every part that falls below what should lie there, from whom, how much and when.

Drafts count as ordered here, though nobody else knows of them: what was taken over once is not proposed again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from apps.calendars.days import USUAL_WEEK
from apps.common.units import UNITS, MixedUnits
from apps.masterdata.models import Part, PartnerPart
from apps.orders import selectors as orders
from apps.orders.drafted import drafted
from apps.orders.models import PurchaseOrder
from apps.orders.services import OrderLine, draft_order
from apps.planning.releasing import quotas
from apps.planning.sheet import quantity_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from .agreed import in_base
from .limits import short_from
from .need import Cause, Need, usable_on
from .needs import needs
from .proposing import Proposal, Rules, Source, propose
from .supply import Late

HORIZON_DAYS = 56
SOON_AFTER = timedelta(days=14)
SHARED_OVER = timedelta(weeks=13)  # shares are kept of what was asked for from so long ago on


@dataclass(frozen=True)
class Offer:
    """One proposal with its part, the supplier that it goes to, and what it rests on.

    Attributes:
        others: how many more suppliers deliver the part.
        share: of the part's supply that this one has; None where it is alone, or no shares are said.
        causes: why it is missing, as the outlook of the part says it.
        drafted: what of drafts counts here by the day on which it is needed, in the base unit; the outlook counts none.
        since: an earlier day on which something is missing too, where what is ordered comes before a new delivery could.
    """

    need: Need
    part: PartnerPart
    proposal: Proposal
    others: int
    share: Decimal | None = None
    causes: Sequence[Cause] = ()
    drafted: Decimal = Decimal(0)
    since: date | None = None

    @property
    def safety(self) -> Decimal:
        """The site's safety stock in the base unit."""
        return self.need.rule.safety

    @property
    def is_for_time(self) -> bool:
        """It is another supplier's turn by its share, which cannot deliver in time."""
        return self.proposal.is_for_time

    @property
    def cause(self) -> Late | None:
        """The order that comes too late for it, the first of them."""
        return next((cause.late for cause in self.causes if cause.late), None)

    @property
    def is_ordered(self) -> bool:
        """Some of it is ordered, and comes within two weeks after the day on which it is needed."""
        until = self.proposal.needed_on + SOON_AFTER
        return any(cause.late and cause.late.expected and cause.late.expected <= until for cause in self.causes)

    @property
    def key(self) -> str:
        """As a form sends it: what is drafted is what was shown."""
        p = self.proposal
        return f"{self.part.pk}_{self.need.site_id}_{p.arrives:%Y%m%d}_{p.quantity.normalize():f}"


def offers(*, parts: Collection[int] | None = None, today: date | None = None) -> list[Offer]:
    """The earliest to order first. Parts whose demand or stock is unknown or stale have none, nor have sites where nothing
    arrives; what is ordered up to a maximum needs no demand.

    Of several suppliers that have shares each delivery goes to the one that is furthest behind its own, by what all sites
    asked for in thirteen weeks, received or not, and by what is drafted or proposed for another site; without shares to the
    one with the shortest lead time.

    Args:
        parts: ids of own parts; all where None.
    """
    every = needs(parts=parts, today=today, horizon=HORIZON_DAYS, with_rules=True).values()
    found = [n for n in every if _is_watched(n) and n.site.receives and n.site.closed_at is None]
    watched = {item.part.pk for item in found}
    waiting, by_supplier = _drafted(watched)
    agreed = _agreed(watched)
    shares = quotas() if any(len(sellers) > 1 for sellers in agreed.values()) else {}
    taken = _asked_for(agreed, by_supplier) if shares else {}
    made = []
    for need in found:
        sellers = agreed.get(need.part.pk, [])
        days, rule = need.days_of_site, need.rule
        sources = _sources(sellers, shares, taken)
        if not sources:
            continue
        place = (need.part.pk, need.site_id)
        projected, coming, of_drafts = _with_drafts(need, waiting.get(place, {}))
        first = short_from(need, rule.least, projected)
        for proposal in propose(
            projected,
            today=need.today,
            sources=[source for _part, source in sources],
            is_working=(days or USUAL_WEEK).is_working,
            least=rule.least,
            up_to=rule.maximum if rule.is_up_to_maximum else None,
            coming=coming,
        ):
            part, source = sources[proposal.source]
            taken[part.pk] = taken.get(part.pk, Decimal(0)) + proposal.quantity * source.rules.factor
            causes, drafts = _causes(need, proposal, projected), of_drafts[(proposal.needed_on - need.today).days]
            since = first[0] if first and not proposal.counted and first[0] < proposal.needed_on else None
            made.append(Offer(need, part, proposal, len(sellers) - 1, source.share, causes, drafts, since))
    return sorted(made, key=lambda offer: (offer.proposal.order_by, offer.proposal.needed_on, offer.part.pk))


def _is_watched(need: Need) -> bool:
    """Whether enough is known to propose something."""
    if need.is_known:
        return not need.is_stale
    return need.rule.is_up_to_maximum and not need.is_made and not need.unfit and not need.is_stock_stale


def _causes(need: Need, proposal: Proposal, projected: Sequence[Decimal]) -> list[Cause]:
    """Of a delivery for the stop of the line those that the outlook names; of another one those of its own day."""
    if need.stop is not None and proposal.needed_on <= need.today + timedelta(days=need.stop):
        return need.causes
    least = need.rule.least
    missing = least - projected[(proposal.needed_on - need.today).days]
    return need.why(proposal.needed_on, missing, projected, least)


def _sources(
    sellers: Sequence[PartnerPart], shares: Mapping[int, Decimal], taken: Mapping[int, Decimal]
) -> list[tuple[PartnerPart, Source]]:
    """Who may be asked: all that have a share, where every supplier's is said; else the first alone."""
    known = len(sellers) > 1 and all(row.pk in shares for row in sellers)
    found = []
    for row in sellers if known else sellers[:1]:
        rules, share = _rules(row), shares[row.pk] if known else None
        if rules is not None and share != 0:
            found.append((row, Source(rules, share, taken.get(row.pk, Decimal(0)) if known else Decimal(0))))
    return found


def _asked_for(agreed: Mapping[int, Sequence[PartnerPart]], drafted: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What all sites asked for in the time over which shares are kept, and what is drafted, by partner part in the base unit
    of the own part; of what was closed short, what came. One statement."""
    parts = {row.pk: row for rows in agreed.values() for row in rows}
    found: dict[int, Decimal] = defaultdict(Decimal, {pk: quantity for pk, quantity in drafted.items() if pk in parts})
    for pk, unit, quantity in orders.asked_for(parts, since=timezone.localdate() - SHARED_OVER):
        with suppress(MixedUnits):  # which the outlook of the part says
            found[pk] += in_base(quantity, unit, parts[pk])
    return found


def _with_drafts(need: Need, drafted: dict[date, Decimal]) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    """The projection with what lies in drafts; what arrives on each day, after its last day all that comes later; and what
    the projection of each day counts of drafts."""
    coming = [sum(day, Decimal(0)) for day in zip(*need.coming.values(), strict=True)] or [Decimal(0)] * need.horizon
    beyond = need.undated + sum(
        (row.quantity for row in need.later if row.expected and _index(need, row.expected) >= need.horizon), Decimal(0)
    )
    usable: dict[int, Decimal] = {}
    for on, quantity in drafted.items():
        index = _index(need, max(on, need.today))
        usable[index] = usable.get(index, Decimal(0)) + quantity
        if index < need.horizon:
            coming[index] += quantity
        else:
            beyond += quantity
    projected, of_drafts, more = [], [], Decimal(0)
    for index, left in enumerate(_projected(need)):
        more += usable.get(index, Decimal(0))
        projected.append(left + more)
        of_drafts.append(more)
    return projected, [*coming, beyond], of_drafts


def _index(need: Need, day: date) -> int:
    """Days from today to the one on which what arrives is usable."""
    return (usable_on(day, need.days_of_site) - need.today).days


def _projected(need: Need) -> list[Decimal]:
    """Stock at the end of each day as far as demand is known; where none is, the stock with what comes."""
    if need.is_known:
        return need.projected
    left, found = need.stock, []
    for index in range(need.horizon):
        left += sum((series[index] for series in need.coming.values()), Decimal(0))
        found.append(left)
    return found


def in_drafts(part_id: int, site_id: int) -> Decimal:
    """What lies in drafts for a part at a site, in its base unit; one statement."""
    found, _by_supplier = _drafted([part_id])
    return sum(found.get((part_id, site_id), {}).values(), Decimal(0))


def _drafted(parts: Collection[int]) -> tuple[dict[tuple[int, int], dict[date, Decimal]], dict[int, Decimal]]:
    """What lies in drafts of own parts, in the base unit: by part and site day → quantity, and by partner part; one
    statement."""
    found: dict[tuple[int, int], dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    by_supplier: dict[int, Decimal] = defaultdict(Decimal)
    for row in drafted(parts):
        agreed = PartnerPart(part=Part(unit=row.base_unit), unit=row.agreed_unit, base_factor=row.base_factor)
        try:
            amount = in_base(row.quantity, row.unit, agreed)
        except MixedUnits:
            continue
        found[row.part_id, row.site_id][row.day] += amount
        by_supplier[row.partner_part_id] += amount
    return found, by_supplier


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
