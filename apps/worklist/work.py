"""Rows of work: one open line that needs an act, or pieces that nobody ordered; with what it stops, and whose turn it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from apps.accounts.stand_ins import work_of
from apps.calendars.selectors import own_places
from apps.common.units import MixedUnits
from apps.deliveries.models import ShipmentNotice
from apps.deliveries.selectors import coming_of
from apps.deliveries.statuses import ShipmentStatus
from apps.events.models import DomainEvent
from apps.events.selectors import last_events
from apps.orders.drafted import drafted_lines
from apps.orders.models import ScheduleLine
from apps.orders.worklines import Standing, WorkLine, refused_lines, standing, work_lines
from apps.partners.models import RelationContact
from apps.partners.selectors import contacts
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tower.agreed import in_base
from apps.tower.need import Cause, Need, usable_on
from apps.tower.stops import planned_needs, stops_of
from apps.tower.supply import SHIPPED
from apps.tower.turns import AGAIN, COMING, ORDER, SEND, days_told, is_ours, is_settled, today_and_days, turn_of

UNORDERED_FROM = 1 << 50  # keys of rows without a line; ids of lines stay far below


@dataclass
class Work:
    """One row. What only a shown row needs (`found`, `refusals`, `last`, `contact`) is read for the page.

    Attributes:
        key: id of the schedule line; of pieces that nobody ordered one beyond all ids.
        need, cause: the part whose line stops by it, and how; None where it stops none as far as plans say. A cause of
            several portions is of kind "shipped" only where all of them are on their way.
        stop: days from now to the day on which it does: a part that is covered after its first stop may stop again.
        is_mine: the reader is in charge of it, or stands in today for who is (`with_whose`).
        instead_of: who that is, where it is not the reader.
        shipment: what is announced or on its way, where nothing of the line is left to pull in.
        drafts: where nobody ordered the pieces, lines of drafts with the part for the site; of a refused line those by
            which it is ordered anew.
        refused: where nobody ordered the pieces, lines of the part for the site that suppliers refused.
        is_settled: what stands of the line comes as early as it is needed, or as it could be asked for: nothing to pull in.
    """

    key: int
    line: WorkLine | None
    need: Need | None = None
    cause: Cause | None = None
    stop: int | None = None
    shipment: ShipmentNotice | None = None
    drafts: list[ScheduleLine] = field(default_factory=list)
    refused: list[WorkLine] = field(default_factory=list)
    is_settled: bool = False
    is_mine: bool = False
    instead_of: str = ""
    found: Standing | None = None
    refusals: list[Standing] = field(default_factory=list)
    last: DomainEvent | None = None
    contact: RelationContact | None = None

    @cached_property
    def turn(self) -> str:
        if self.line is None:
            return SEND if self.is_drafted else ORDER
        if self.line.is_refused:
            return SEND if self.drafts else AGAIN
        return turn_of(self.line.awaits, is_coming=self.is_coming, is_settled=self.is_settled)

    @property
    def is_drafted(self) -> bool:
        """What lies in drafts brings all that is missing by the day on which the line stops."""
        if self.need is None or self.cause is None or self.stop_on is None:
            return False
        brought = Decimal(0)
        for row in self.drafts:
            if usable_on(max(row.requested_date, self.need.today), self.need.days_of_site) <= self.stop_on:
                with suppress(MixedUnits):
                    brought += in_base(row.requested_quantity, row.line.unit, row.line.partner_part)
        return brought >= self.cause.quantity

    @property
    def is_coming(self) -> bool:
        """What stops the line, or all that is left, is announced or on its way: nobody can pull it in any more."""
        if self.line is None:
            return False
        is_cause = self.cause is not None and self.cause.late is not None and self.cause.late.kind == SHIPPED
        return is_cause or self.line.unshipped <= 0

    @property
    def has_arrived(self) -> bool:
        return self.shipment is not None and self.shipment.status == ShipmentStatus.ARRIVED

    @property
    def is_ours(self) -> bool:
        return is_ours(self.turn, has_arrived=self.has_arrived)

    @property
    def stop_on(self) -> date | None:
        """The day on which the line stops because of it."""
        if self.need is None or self.stop is None:
            return None
        return self.need.today + timedelta(days=self.stop)

    @property
    def is_refused(self) -> bool:
        return bool(self.refused) or (self.line is not None and self.line.is_refused)

    @cached_property
    def is_late(self) -> bool:
        """Its promised, else requested day has passed."""
        return self.line is not None and not self.line.is_refused and self.line.due < timezone.localdate()

    @property
    def is_later(self) -> bool:
        return self.line is not None and self.line.is_later

    @property
    def order(self) -> tuple[date, int]:
        """Among rows that stop a line on one day, or none: by the day on which something is due."""
        return (self.line.due if self.line else self.stop_on or date.max, self.key)

    @property
    def supplier_ids(self) -> set[int]:
        if self.line is not None:
            return {self.line.supplier_id}
        return self.need.supplier_ids if self.need else set()


def work() -> list[Work]:
    """All that the scope's buyer has to do or to follow up, in no order; empty when all is well. Eight statements where a
    plan is in force (`tower.stops`), one for the lines and one for those that were refused; one more where a line is a cause
    and nothing else, where something could be pulled in at a site without a plan, where goods are on their way, and where
    pieces are not ordered."""
    causes: dict[int, tuple[Need, Cause, int]] = {}
    unordered: list[Work] = []
    planned = planned_needs()
    for need in stops_of(planned):
        for stop, named in need.shortages:
            for cause in named:
                if cause.late is not None:  # a line that comes in parts is as many causes, and one row
                    line = cause.late.schedule_line_id
                    causes[line] = (need, _with(cause, causes[line][1]) if line in causes else cause, stop)
                else:
                    unordered.append(Work(_key_of(need), None, need, cause, stop))
    lines = work_lines(Side.BUYER, ids=causes)
    found = [Work(line.id, line, *causes.get(line.id, (None, None, None))) for line in lines]
    _settle(found, planned)
    coming = coming_of([row.key for row in found if row.turn == COMING])
    for row in found:
        row.shipment = coming.get(row.key) if row.turn == COMING else None
    missing = {(row.need.part.pk, row.need.site_id): row for row in unordered if row.need}
    refused: list[Work] = []
    for one in refused_lines():
        if short := missing.get((one.own_part_id, one.site_id)):
            short.refused.append(one)
        else:
            refused.append(Work(one.id, one))
    if brought_by_nobody := unordered + refused:
        _name_drafts(brought_by_nobody)
    return found + brought_by_nobody


def _settle(rows: Collection[Work], planned: Iterable[Need]) -> None:
    """Mark the lines of which no earlier day is needed or left; one statement where one of their sites has no
    plan. Whose turn it is rests on that, and is reckoned once: not yet here."""
    wanted = [(row, row.line) for row in rows if row.line and not (row.line.is_refused or row.line.awaits or row.is_coming)]
    told = days_told(planned)
    places = own_places() if any(line.site_id not in told for _row, line in wanted) else {}
    for row, line in wanted:
        today, days = told.get(line.site_id) or today_and_days(line.site_id, places)
        row.is_settled = is_settled(line.promised, line.requested_date, row.stop_on, today, days)


def urgency(row: Work) -> tuple[bool, date, date, int]:
    """What stops a line first stands first, then what is due first."""
    return (row.stop_on is None, row.stop_on or date.max, *row.order)


def _with(cause: Cause, other: Cause) -> Cause:
    """Two portions of one line as one: on its way only where both are."""
    assert cause.late is not None
    kept = other if cause.late.kind == SHIPPED else cause
    return replace(kept, quantity=cause.quantity + other.quantity)


def _name_drafts(rows: Collection[Work]) -> None:
    """What lies in drafts: of the parts that nobody ordered, and of the lines that were refused; one statement."""
    of_place: dict[tuple[int, int], list[ScheduleLine]] = defaultdict(list)
    anew: dict[tuple[int, int], list[ScheduleLine]] = defaultdict(list)
    parts = {row.line.own_part_id for row in rows if row.line} | {row.need.part.pk for row in rows if row.need}
    for line in drafted_lines(parts):
        of_place[line.line.partner_part.part_id, line.order.receiving_site_id].append(line)
        if line.replaces_id is not None:
            anew[line.replaces_id, line.line.partner_part.part_id].append(line)
    for row in rows:
        if row.line is not None:
            row.drafts = anew.get((row.line.id, row.line.own_part_id), [])
        elif row.need is not None:
            row.drafts = of_place.get((row.need.part.pk, row.need.site_id), [])


def _key_of(need: Need) -> int:
    return UNORDERED_FROM + need.part.pk * 100_000 + need.site_id % 100_000


def with_whose(rows: Collection[Work]) -> Collection[Work]:
    """Whose each row is: of the person, of somebody whose stand-in they are today, or of others; what nobody ordered is
    everybody's. One statement."""
    own, names = work_of()
    for row in rows:
        whose = _in_charge(row.line, own, names) if row.line else own
        row.is_mine = row.line is None or whose is not None
        row.instead_of = names[whose] if row.is_mine and whose is not None and whose != own else ""
    return rows


def _in_charge(line: WorkLine, own: int | None, names: Mapping[int, str]) -> int | None:
    """Who of those whose work is seen is in charge; of an order of which nobody knows the person, who bears its name."""
    if line.contact_id is not None:
        return line.contact_id if line.contact_id in names else None
    found = [pk for pk, name in names.items() if name == line.contact]
    return own if own in found else next(iter(found), None)


def with_details(rows: Collection[Work]) -> None:
    """What a shown row says of its line, its order and who is called; five statements for any number of rows."""
    found = standing(line.id for row in rows for line in (row.line, *row.refused) if line)
    last = last_events({f"order-{row.line.order_id}" for row in rows if row.line})
    relations = {row.line.relation_id for row in rows if row.line}
    called: dict[int, RelationContact] = {}
    for contact in contacts().filter(relation_id__in=relations).exclude(firm_id=require_scope().organization_id):
        called.setdefault(contact.relation_id, contact)
    for row in rows:
        row.refusals = [found[line.id] for line in row.refused if line.id in found]
        if row.line is not None:
            row.found = found.get(row.key)
            row.last = last.get(f"order-{row.line.order_id}")
            row.contact = called.get(row.line.relation_id)
