"""Reads the tables of the order pages: repeated fields in, services' arguments out; what was typed is kept."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.common.errors import DomainError, InvalidValue, Questioned, raise_all
from apps.common.typed import read_date, read_quantity, read_whole
from apps.tenancy.roles import Side

from .models import PurchaseOrder, ScheduleLine
from .services import (
    Answer,
    Change,
    OrderLine,
    Part,
    Wish,
    may_be_rewritten,
    refusal_by_way,
    refusal_of_change,
    refusal_of_closing,
    refusal_of_shipping,
    stands,
)
from .services.revising import UNPROMISED
from .statuses import Closure, Collaboration, Reason


class Marked:
    """A row of a table of portions, with its refusals by the field that each is about."""

    errors: dict[str, DomainError]

    def mark(self, error: DomainError) -> None:
        name = error.place.rsplit(".", 1)[-1]
        field_name = "date" if name.endswith("date") else name if name == "reason" else "quantity"
        self.errors.setdefault(field_name, error)


def mark_rows(rows: Sequence[Marked], error: DomainError) -> DomainError | None:
    """Put a refusal, and those told with it, at the rows that their places name.

    Returns:
        The first that belongs to no row.
    """
    rest = None
    for one in (error, *error.others):
        found = re.match(r"lines\[(\d+)\]", one.place)
        if found and int(found[1]) < len(rows):
            rows[int(found[1])].mark(one)
        else:
            rest = rest or one
    return rest


def can_be_confirmed(rows: Iterable[Any]) -> bool:
    """Whether a field holds what may be meant and is asked about."""
    return any(isinstance(error, Questioned) for row in rows for error in row.errors.values())


@dataclass
class AnswerRow(Marked):
    """One schedule line of the answer table: what was asked, what is typed, what is wrong."""

    line: Any
    schedule: ScheduleLine
    portions: list[tuple[str, str]]
    reason: str = ""
    comment: str = ""
    offer: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, DomainError] = field(default_factory=dict)

    @property
    def is_countered(self) -> bool:
        """A counter-proposal waits for the answer, and the table still shows the offer that stands."""
        return bool(self.offer) and self.portions == self.offer

    def as_asked(self) -> "AnswerRow":
        """The row with the request itself as its answer, whatever was typed."""
        self.portions, self.reason, self.comment = [asked(self.schedule)], "", ""
        return self


def asked(schedule: ScheduleLine) -> tuple[str, str]:
    return f"{schedule.requested_quantity.normalize():f}", schedule.requested_date.isoformat()


def answer_rows(order: PurchaseOrder, data: QueryDict | None = None) -> list[AnswerRow]:
    """The table of an order that waits for its answer; prefilled with the request, or with what was typed."""
    rows = []
    for line in order.shown_lines:
        for schedule in line.schedule:
            offer = standing_portions(schedule) if schedule.open_changes else []
            row = AnswerRow(line, schedule, typed_portions(schedule, data) or offer or [asked(schedule)], offer=offer)
            if offer:
                row.reason, row.comment = schedule.answers[0].reason, schedule.answers[0].comment
            if data is not None:
                row.reason = data.get(f"reason-{schedule.pk}", "")
                row.comment = data.get(f"comment-{schedule.pk}", "")[:500]
            rows.append(row)
    return rows


def read_rows(rows: Sequence[Any]) -> list[tuple[Any, list[Part]]]:
    """The rows that can be read, each with its portions; the others are marked at the field that cannot."""
    readable = []
    for index, row in enumerate(rows):
        parts = []
        for quantity, day in row.portions:
            if quantity.strip() in ("", "0"):
                continue
            values: list[Any] = []
            for read, raw, name in ((read_quantity, quantity, "quantity"), (read_date, day, "date")):
                try:
                    values.append(read(raw, f"lines[{index}].{name}"))
                except DomainError as error:
                    row.mark(error)
            if len(values) == 2:
                parts.append(Part(*values))
        if not row.errors:
            readable.append((row, parts))
    return readable


def answer_of(row: AnswerRow, parts: list[Part]) -> Answer:
    return Answer(row.schedule.pk, parts, row.reason, row.comment)


@dataclass
class ChangeRow(Marked):
    """One schedule line of the change table: what stands, what is typed, what is wrong."""

    line: Any
    schedule: ScheduleLine
    standing: list[tuple[str, str]]
    portions: list[tuple[str, str]]
    errors: dict[str, DomainError] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return [(quantity.strip(), day) for quantity, day in self.portions] != self.standing


def changeable(order: PurchaseOrder, side: Side | None) -> list[tuple[Any, ScheduleLine]]:
    """Lines on which this side may ask for a change now."""
    if refusal_by_way(order, side):
        return []
    return [
        (line, schedule)
        for line in order.shown_lines
        for schedule in line.schedule
        if refusal_of_change(schedule, side, has_open=bool(schedule.open_changes)) is None
    ]


def is_unread(order: PurchaseOrder) -> bool:
    return may_be_rewritten(schedule for line in order.shown_lines for schedule in line.schedule)


def closable(order: PurchaseOrder) -> list[tuple[Any, ScheduleLine]]:
    """Confirmed lines with a rest that is not on its way."""
    return [
        (line, schedule) for line in order.shown_lines for schedule in line.schedule if refusal_of_closing(schedule) is None
    ]


def refused_of(order: PurchaseOrder) -> list[ScheduleLine]:
    """Refused lines that nobody closed or ordered anew (`selectors.mark_ordered_anew`): to be ordered anew."""
    return [
        item
        for line in order.shown_lines
        for item in line.schedule
        if item.status == Collaboration.REJECTED and not item.closed_short_reason and not item.anew
    ]


def has_to_ship(order: PurchaseOrder) -> bool:
    lines = [schedule for line in order.shown_lines for schedule in line.schedule]
    return any(schedule.to_ship_quantity and refusal_of_shipping(schedule) is None for schedule in lines)


def change_rows(lines: list[tuple[Any, ScheduleLine]], data: QueryDict | None = None) -> list[ChangeRow]:
    """The table of changeable lines; prefilled with what stands, or with what was typed."""
    rows = []
    for line, schedule in lines:
        standing = standing_portions(schedule)
        rows.append(ChangeRow(line, schedule, standing, typed_portions(schedule, data) or standing))
    return rows


def revisable(order: PurchaseOrder) -> list[tuple[Any, ScheduleLine]]:
    """Lines that a revision may replace: nothing of them has left, no request on them waits, and they are not done with."""
    states = (*UNPROMISED, Collaboration.CONFIRMED)
    return [
        (line, schedule)
        for line in order.shown_lines
        for schedule in line.schedule
        if schedule.status in states
        and schedule.closure is Closure.OPEN
        and not schedule.shipped_quantity
        and not (schedule.status == Collaboration.CONFIRMED and schedule.open_changes)
    ]


def may_be_revised(order: PurchaseOrder) -> bool:
    """Whether the supplier knows it: one that nobody has opened is written anew."""
    return not order.is_draft and not is_unread(order) and order.closure == Closure.OPEN and bool(revisable(order))


def revision_rows(order: PurchaseOrder, data: QueryDict | None = None) -> list[ChangeRow]:
    """The table of a revision; prefilled with what stands, or with what was typed."""
    rows = []
    for line, schedule in revisable(order):
        quantity, day = stands(schedule)
        standing = [(f"{quantity.normalize():f}", day.isoformat())]
        rows.append(ChangeRow(line, schedule, standing, typed_portions(schedule, data) or standing))
    return rows


def wish_of(row: ChangeRow, parts: list[Part]) -> Wish:
    """What is typed for a line; without a quantity nothing more is wanted of it."""
    if not parts:
        return Wish(row.schedule.pk, Decimal(0), row.schedule.requested_date)
    return Wish(row.schedule.pk, parts[0].quantity, parts[0].delivery_date)


def standing_portions(schedule: ScheduleLine) -> list[tuple[str, str]]:
    """The open offer or the confirmed parts of a line, as fields show them."""
    return [(f"{answer.quantity.normalize():f}", answer.delivery_date.isoformat()) for answer in schedule.answers]


def typed_portions(schedule: ScheduleLine, data: QueryDict | None) -> list[tuple[str, str]]:
    if data is None:
        return []
    quantities, dates = data.getlist(f"quantity-{schedule.pk}"), data.getlist(f"date-{schedule.pk}")
    return list(zip(quantities, dates, strict=False))


def change_of(row: ChangeRow, parts: list[Part]) -> Change:
    first, *more = parts or [Part(Decimal(0), row.schedule.requested_date)]
    return Change(row.schedule.pk, first.quantity, first.delivery_date, more)


def check_reason(reason: str) -> None:
    """
    Raises:
        InvalidValue: no reason is chosen.
    """
    if reason not in Reason.values:
        raise InvalidValue(_("A reason is missing."), place="reason", value=reason, remedy=_("Choose a reason."))


@dataclass
class NewLine:
    """One row of the new-order table, as typed, and what is wrong with its fields."""

    part: str = ""
    quantity: str = ""
    date: str = ""
    errors: dict[str, DomainError] = field(default_factory=dict)


@dataclass
class NewOrder:
    """The page of a new order, or of one that nobody has opened yet, as typed."""

    relation: str = ""
    site: str = ""
    note: str = ""
    is_confirmed: bool = False
    lines: list[NewLine] = field(default_factory=lambda: [NewLine()])

    @classmethod
    def read(cls, data: QueryDict) -> "NewOrder":
        columns = (data.getlist("part"), data.getlist("quantity"), data.getlist("date"))
        lines = [NewLine(*values) for values in zip(*columns, strict=False)]
        filled = [line for line in lines if line.part or line.quantity or line.date]
        note, is_confirmed = data.get("note", "")[:500], data.get("confirmed") == "on"
        return cls(data.get("relation", ""), data.get("site", ""), note, is_confirmed, filled or [NewLine()])

    @classmethod
    def of(cls, order: PurchaseOrder) -> "NewOrder":
        """What stands, to be written anew."""
        lines = [
            NewLine(str(line.partner_part_id), f"{item.requested_quantity.normalize():f}", item.requested_date.isoformat())
            for line in order.shown_lines
            for item in line.schedule
        ]
        return cls(str(order.relation_id), str(order.receiving_site_id), order.note, lines=lines)

    @property
    def can_be_confirmed(self) -> bool:
        return can_be_confirmed(self.lines)

    def content(self) -> dict[str, Any]:
        """Lines and note, for the services.

        Raises:
            InvalidValue: fields that are missing or no number or date; the places name them, all at once.
        """
        found = [self._line(index, line) for index, line in enumerate(self.lines)]
        raise_all(value for line in found for value in line if isinstance(value, DomainError))
        return self._content(found)

    def readable(self) -> tuple[list[NewLine], dict[str, Any]]:
        """The lines that can be read, and lines and note of them for the services: to hear what else is wrong."""
        found = [(line, self._line(index, line)) for index, line in enumerate(self.lines)]
        whole = [(line, values) for line, values in found if not any(isinstance(v, DomainError) for v in values)]
        return [line for line, _values in whole], self._content([values for _line, values in whole])

    def _content(self, lines: list[list[Any]]) -> dict[str, Any]:
        return {"note": self.note, "is_confirmed": self.is_confirmed, "lines": [OrderLine(*line) for line in lines]}

    def arguments(self) -> dict[str, Any]:
        """For a new order: also its supplier and its site.

        Raises:
            InvalidValue: as `content`, or a choice is missing.
        """
        return {
            **self.place(),
            **self.content(),
        }

    def place(self) -> dict[str, int]:
        """
        Raises:
            InvalidValue: a choice is missing.
        """
        return {
            "relation_id": self._id(self.relation, "relation", _("Choose a supplier.")),
            "receiving_site_id": self._id(self.site, "site", _("Choose a receiving site.")),
        }

    def _line(self, index: int, line: NewLine) -> list[Any]:
        place = f"lines[{index}]"
        reads: list[Callable[[], Any]] = [
            lambda: self._id(line.part, f"{place}.part", _("Choose a part.")),
            lambda: read_quantity(line.quantity, f"{place}.quantity"),
            lambda: read_date(line.date, f"{place}.requested_date"),
        ]
        values: list[Any] = []
        for read in reads:
            try:
                values.append(read())
            except DomainError as error:
                values.append(error)
        return values

    @staticmethod
    def _id(raw: str, place: str, remedy: str) -> int:
        return read_whole(raw, place, rule=_("A choice is missing."), remedy=remedy)
