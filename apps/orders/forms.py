"""Reads the tables of the order pages: repeated fields in, services' arguments out; what was typed is kept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.errors import DomainError, InvalidValue, Questioned
from apps.common.typed import read_date, read_quantity
from apps.tenancy.roles import Side

from .models import PurchaseOrder, ScheduleLine
from .services import (
    Answer,
    Change,
    Part,
    Wish,
    may_be_rewritten,
    refusal_by_way,
    refusal_of_change,
    refusal_of_closing,
    refusal_of_reason,
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


def mark_rows(rows: Sequence[Marked], errors: Iterable[DomainError]) -> list[DomainError]:
    """Put refusals at the rows that their places name.

    Returns:
        Those that belong to no row.
    """
    rest = []
    for one in errors:
        found = re.match(r"lines\[(\d+)\]", one.place)
        if found and int(found[1]) < len(rows):
            rows[int(found[1])].mark(one)
        else:
            rest.append(one)
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


def asked(schedule: ScheduleLine, *, not_before: date = date.min) -> tuple[str, str]:
    """What was asked for, as fields show it."""
    return f"{schedule.requested_quantity.normalize():f}", max(schedule.requested_date, not_before).isoformat()


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
    """One schedule line of the change table: what stands, what is typed, what is wrong.

    Attributes:
        begin: what the fields of a counter-proposal begin with, which is not what stands; empty of other lines.
        is_ticked: of an offer that it is countered, though nothing was typed over what its fields begin with.
    """

    line: Any
    schedule: ScheduleLine
    standing: list[tuple[str, str]]
    portions: list[tuple[str, str]]
    errors: dict[str, DomainError] = field(default_factory=dict)
    begin: list[tuple[str, str]] = field(default_factory=list)
    is_ticked: bool = False

    @property
    def is_changed(self) -> bool:
        if self.begin and self.is_ticked:
            return True
        return [(quantity.strip(), day) for quantity, day in self.portions] != (self.begin or self.standing)


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
    """The table of changeable lines; prefilled with what stands, or with what was typed. The fields of an offer begin with
    what was asked for: with the offer in them it would be countered with itself. Where other lines stand beside it, it is
    countered only if somebody ticks it or types."""
    ticked = set(data.getlist("line")) if data is not None else set()
    rows = []
    for line, schedule in lines:
        standing, begin = standing_portions(schedule), []
        if schedule.status == Collaboration.CHANGE_PROPOSED:
            begin = [asked(schedule, not_before=timezone.localdate())]
        row = ChangeRow(line, schedule, standing, typed_portions(schedule, data) or begin or standing, begin=begin)
        row.is_ticked = bool(begin) and (len(lines) == 1 or str(schedule.pk) in ticked)
        rows.append(row)
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


def check_reason(reason: str, side: Side | None = Side.BUYER) -> None:
    """
    Raises:
        InvalidValue: no reason is chosen. ReasonOfBuyers: the supplier gives one that only a buyer has.
    """
    if reason not in Reason.values:
        raise InvalidValue(_("A reason is missing."), place="reason", value=reason, remedy=_("Choose a reason."))
    if refused := refusal_of_reason(reason, side, place="reason"):
        raise refused
