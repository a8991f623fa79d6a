"""What a buyer's sites need of each own part against what they have and what comes: usable stock day by day.

Demand comes from the plans in force (`apps.planning`), never from orders: those are supply. What arrives on a day off of the
site is usable on the next day that it works; the days are those of the site, wherever its reader is. As many statements for
one part as for all. What nobody planned is unknown, not enough; stock that nobody looked at, or a plan that nobody renewed,
is grey.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.calendars import selectors as calendars
from apps.common.units import MixedUnits
from apps.consigned.selectors import MaterialIn
from apps.inventory.selectors import Heap, stock_by_site
from apps.orders import reads as orders
from apps.planning.explosion import Item
from apps.planning.known import Needed, known
from apps.production.selectors import used_on
from apps.tenancy.roles import Side

from . import handed, supply
from .agreed import Agreed, in_base, own_parts
from .gathered import LINES, SUMS, Gathered, Held, late_of
from .need import NO_RULE, Need, Place, usable_on
from .supply import HORIZON_DAYS

FAR_DAYS = 26 * 7
_ON_DAY = f"""
    SELECT p.partner_part_id, s.receiving_site_id, p.unit, p.kind, s.id, s.order_id, s.number, s.position, p.requested_date,
        p.day, p.quantity, p.shipment_id, false
    FROM portions p JOIN {orders.PLACES} s ON s.id = p.schedule_line_id
    WHERE p.quantity > 0 AND s.receiving_site_id = %(site)s AND p.day BETWEEN %(first)s AND %(last)s
    ORDER BY p.day, s.number, s.position, p.kind
"""


def needs(
    *,
    parts: Collection[int] | None = None,
    today: date | None = None,
    horizon: int = HORIZON_DAYS,
    with_rules: bool = False,
    with_lines: bool = True,
) -> dict[Place, Need]:
    """Every own part at every site where something is needed, held or on its way; six statements, and one more where
    material is handed out to suppliers.

    Args:
        parts: ids of own parts; all where None.
        today: at every site, instead of the day that it is there.
        with_rules: what should lie at the sites is read too.
        with_lines: where False, whether and when a line stops is told and not by what; `lined` tells it of a few.
    """
    places = calendars.own_places()
    days = {pk: today or place.site.today for pk, place in places.items()}
    earliest = min(days.values(), default=today or timezone.localdate())
    own = own_parts(parts)
    # What a material goes into is read with it: what is there of that needs no material any more.
    asked, parts = parts, None if parts is None else {*parts, *(use.parent for use in own.uses)}
    partner_parts = None if parts is None else list(own.agreed)
    coming = supply.read(Side.BUYER, LINES if with_lines else SUMS, partner_parts, earliest)
    stock = stock_by_site(partner_parts, Side.BUYER, parts)
    said = known(
        first=earliest,
        last=earliest + timedelta(days=horizon),
        parts=parts,
        with_rules=with_rules,
        parents={use.parent for use in own.uses},
    )
    wanted = said.needed
    used = _used(used_on(days), own.agreed) if wanted else {}
    gathering = Gathered(own.agreed, {place[0] for place in wanted}, places, days, horizon)
    (gathering.lines if with_lines else gathering.sums)(coming)
    gathering.lies(stock)
    gathered, agreed = gathering.found, own.by_part()
    still = {
        place: _less(_still(row, days[place[1]]), days[place[1]], used.get(place))
        for place, row in wanted.items()
        if place[1] in days
    }
    held = _held(own.uses, said.goes, still, gathered, places, days) if own.uses else {}
    return {
        place: Need(
            part=own.parts[place[0]],
            site=places[place[1]].site,
            today=days[place[1]],
            horizon=horizon,
            agreed=agreed.get(place[0], []),
            days_of_site=places[place[1]].days,
            is_made=place in wanted and place[0] not in agreed and place[0] in own.by_bill,
            rule=said.rules.get(place, NO_RULE),
            **_of_suppliers(still.get(place), held.get(place)),
            **gathered.get(place, Held()).__dict__,
        )
        for place in sorted({*gathered, *wanted})
        if place[0] in own.parts and place[1] in places and (asked is None or place[0] in asked)
    }


def lined(found: Collection[Need]) -> list[Need]:
    """Needs that were read without the lines by which pieces come, with them; one statement, or none for none."""
    if not found:
        return []
    agreed = {row.pk: row for need in found for row in need.agreed}
    held = {need.place: Held() for need in found}
    for row in supply.read(Side.BUYER, LINES, list(agreed), min(need.today for need in found)):
        at = held.get((agreed[row[0]].part.pk, row[1]))
        if at is not None:
            with suppress(MixedUnits):  # which `unfit` says
                at.names(late_of(row, agreed))
    return [replace(need, late=held[need.place].late, later=held[need.place].later) for need in found]


def _held(
    uses: Collection[MaterialIn],
    goes: Mapping[int, Sequence[Item[int]]],
    wanted: Mapping[Place, Needed | None],
    gathered: Mapping[Place, Held],
    places: Mapping[int, calendars.Place],
    days: Mapping[int, date],
) -> dict[Place, handed.Held]:
    known = {place: row for place, row in wanted.items() if row is not None and place[1] in places}
    got = {place: row.stock + row.inspection + sum(row.coming.get(supply.SHIPPED, ())) for place, row in gathered.items()}
    return handed.held(uses, goes, known, got, days, {pk: place.days for pk, place in places.items()})


def _of_suppliers(found: Needed | None, held: handed.Held | None) -> dict[str, Any]:
    if found is None or held is None:
        return {"needed": found}
    days, there, built_in = held.less(found)
    return {"needed": replace(found, days=days), "at_suppliers": there, "in_parts": built_in}


def _still(found: Needed | None, today: date) -> Needed | None:
    """What is known from today on at the site; the day may be another one elsewhere."""
    return found.on(today) if found is not None and found.until >= today else None


def _used(found: Mapping[Heap, Decimal], agreed: Mapping[int, Agreed]) -> dict[Place, Decimal]:
    """What today's reports took of own parts, in their base units."""
    used: dict[Place, Decimal] = {}
    for heap, quantity in found.items():
        row = agreed.get(heap.partner_part_id or 0)
        part = row.part.pk if row else heap.part_id
        if part is None:
            continue
        with suppress(MixedUnits):  # which the stock of the part says
            amount = in_base(quantity, row.unit, row) if row else quantity
            used[part, heap.site_id] = used.get((part, heap.site_id), Decimal(0)) + amount
    return used


def _less(found: Needed | None, today: date, used: Decimal | None) -> Needed | None:
    """Of today's demand what reports have not taken yet: it is out of the stock already."""
    if found is None or not used or not found.days.get(today):
        return found
    return replace(found, days={**found.days, today: max(found.days[today] - used, Decimal(0))})


def on_days(need: Need, first: date, last: date) -> list[supply.Late]:
    """The pieces that are usable from a period on at the site of a need, with their documents; two statements.

    What is due on the days off before it is among them, what is due on days off at its end is not.
    """
    if need.unfit:
        return []
    agreed = own_parts([need.part.pk]).agreed
    days = need.days_of_site
    since = first if days is None else days.shift(first, -1) + timedelta(days=1)
    values = {"site": need.site_id, "first": since, "last": last}
    found = (late_of(row, agreed) for row in supply.read(Side.BUYER, _ON_DAY, list(agreed), need.today, **values))
    return [row for row in found if row.expected and first <= usable_on(row.expected, days) <= last]
