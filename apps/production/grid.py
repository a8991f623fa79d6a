"""The rows of a daily grid: what a site makes, what was reported before, and what is typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from apps.consigned.selectors import several_customers
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.selectors import supplied_without_own
from apps.planning import selectors as planning
from apps.tenancy.models import Site
from apps.tenancy.scope import require_scope

from . import selectors

LOOK_BACK = timedelta(days=14)
MOST_ROWS = 200  # on a page: with four fields each they are about as many as a form may send


@dataclass
class Row:
    """One part of the grid.

    Attributes:
        key: of its fields: "p" and the id of an own part, "a" and that of a partner part.
        also: other numbers that people know it by.
        before, before_day: what was reported, or counted, last before today.
        now: reported of today already, or lying there.
        consigned_part_id, owner: a customer's material, and whose it is.
        planned: for today; None where no plan says anything.
        wrong: the field that the error is about: good, rejected, reason, lot.
    """

    key: str
    number: str
    label: str
    unit: str
    part_id: int | None
    partner_part_id: int | None
    also: str = ""
    lot: str = ""
    before: Decimal | None = None
    before_day: date | None = None
    now: Decimal = Decimal(0)
    planned: Decimal | None = None
    needs_lot: bool = False
    good: str = ""
    rejected: str = ""
    reason: str = ""
    typed_lot: str = ""
    error: str = ""
    wrong: str = ""
    consigned_part_id: int | None = None
    owner: str = ""

    @property
    def is_empty_heap(self) -> bool:
        return self.key.startswith(("h", "c")) and not self.before

    @property
    def stands(self) -> str:
        """What was before, as a field holds it."""
        return "" if self.before is None else plain(self.before)

    @property
    def thing(self) -> tuple[int | None, int | None]:
        return self.part_id, self.partner_part_id


def row_of(thing: Part | PartnerPart) -> Row:
    if isinstance(thing, Part):
        needs_lot = thing.tracking != Part.Tracking.NONE
        return Row(f"p{thing.pk}", thing.number, thing.label, thing.unit, thing.pk, None, needs_lot=needs_lot)
    number, also = thing.supplier_number or thing.buyer_number, thing.buyer_number
    return Row(f"a{thing.pk}", number, thing.label, thing.unit, None, thing.pk, also)


def rows(site: Site, day: date, *, also: Iterable[Part] = ()) -> list[Row]:
    """What a site makes, by number, with what it reported before; six statements.

    Own parts that a plan or a bill names or that were reported lately, and parts that it supplies and keeps no own part of.
    """
    reported = selectors.by_day(site.pk, day - LOOK_BACK, day)
    wanted = planning.made_parts(site.pk) | {part for (part, _agreed), _day in reported if part} | {part.pk for part in also}
    agreed = {agreed for (_part, agreed), _day in reported if agreed}
    if require_scope().supplies:
        agreed |= several_customers()  # each is reported by itself: its own customer's material goes into it
    own = Part.objects.filter(pk__in=wanted, ended_at=None).order_by("number", "pk")
    found = [row_of(part) for part in own] + [row_of(part) for part in supplied_without_own(agreed)]
    planned = {row.part_id: row.quantity for row in planning.planned_rows(site.pk, wanted, day) if row.bucket == "day"}
    last: dict[Any, tuple[date, Decimal]] = {}
    for (thing, when), quantity in sorted(reported.items(), key=lambda entry: entry[0][1]):
        if when < day and quantity > 0:
            last[thing] = (when, quantity)
    for row in found:
        row.before_day, row.before = last.get(row.thing, (None, None))
        row.now = reported.get((row.thing, day), Decimal(0))
        row.planned = planned.get(row.part_id or 0)
    return sorted(found, key=lambda row: row.number)


def shown(found: Iterable[Row], begins: str = "") -> tuple[list[Row], int]:
    """What a page shows: rows in which something is typed or wrong, and as many as it takes of those whose number begins so.

    Returns:
        The rows, by number and lot, and how many others there are.
    """
    every, begins = list(found), begins.upper()
    kept = [row for row in every if row.good or row.rejected or row.error]
    held = {row.key for row in kept}
    for row in every:
        if len(kept) >= MOST_ROWS:
            break
        if row.key not in held and any(number.upper().startswith(begins) for number in (row.number, row.also)):
            kept.append(row)
    return sorted(kept, key=lambda row: (row.number, row.lot)), len(every) - len(kept)


def typed(found: Iterable[Row], posted: Mapping[str, str]) -> None:
    """What the fields of the grid hold."""
    for row in found:
        row.good = posted.get(f"good-{row.key}", "").strip()[:40]
        row.rejected = posted.get(f"rejected-{row.key}", "").strip()[:40]
        row.reason = posted.get(f"reason-{row.key}", "")[:12]
        row.typed_lot = posted.get(f"lot-{row.key}", "").strip()[:60]


def fill(found: Iterable[Row]) -> None:
    """As before, where nothing is typed and nothing was reported yet."""
    for row in found:
        if not row.good and not row.now and row.before is not None:
            row.good = plain(row.before)


def plain(quantity: Decimal) -> str:
    """As people type it: no zeros behind."""
    return f"{quantity.normalize():f}"
