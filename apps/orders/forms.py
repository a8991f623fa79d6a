"""Reads the tables of the order pages: repeated fields in, services' arguments out; what was typed is kept."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.common.errors import DomainError, InvalidValue
from apps.common.typed import read_date, read_quantity
from apps.tenancy.roles import Side

from .models import PurchaseOrder, ScheduleLine
from .services import Answer, Change, OrderLine, Part
from .statuses import Closure, Collaboration, Reason


@dataclass
class AnswerRow:
    """One schedule line of the answer table: what was asked, what is typed, what is wrong."""

    line: Any
    schedule: ScheduleLine
    portions: list[tuple[str, str]]
    reason: str = ""
    comment: str = ""
    error: DomainError | None = None


def answer_rows(order: PurchaseOrder, data: QueryDict | None = None) -> list[AnswerRow]:
    """The table of an order that waits for its answer; prefilled with the request, or with what was typed."""
    rows = []
    for line in order.shown_lines:
        for schedule in line.schedule:
            asked = (f"{schedule.requested_quantity.normalize():f}", schedule.requested_date.isoformat())
            row = AnswerRow(line, schedule, [asked])
            if data is not None:
                quantities, dates = data.getlist(f"quantity-{schedule.pk}"), data.getlist(f"date-{schedule.pk}")
                row.portions = list(zip(quantities, dates, strict=False)) or [asked]
                row.reason = data.get(f"reason-{schedule.pk}", "")
                row.comment = data.get(f"comment-{schedule.pk}", "")[:500]
            rows.append(row)
    return rows


def answers_of(rows: list[AnswerRow]) -> list[Answer]:
    """The services' form of a table.

    Raises:
        InvalidValue: a field that is no number or no date; its place names the row.
    """
    answers = []
    for index, row in enumerate(rows):
        parts = [
            Part(read_quantity(quantity, f"lines[{index}].quantity"), read_date(day, f"lines[{index}].date"))
            for quantity, day in row.portions
            if quantity.strip() not in ("", "0")
        ]
        answers.append(Answer(row.schedule.pk, parts, row.reason, row.comment))
    return answers


@dataclass
class ChangeRow:
    """One schedule line of the change table: what stands, what is typed, what is wrong."""

    line: Any
    schedule: ScheduleLine
    standing: tuple[str, str]
    quantity: str
    date: str
    error: DomainError | None = None

    @property
    def is_changed(self) -> bool:
        return (self.quantity.strip(), self.date) != self.standing


def changeable(order: PurchaseOrder, side: Side | None) -> list[tuple[Any, ScheduleLine]]:
    """Lines on which this side may ask for a change now."""
    states = {Collaboration.CONFIRMED} | ({Collaboration.CHANGE_PROPOSED} if side is Side.BUYER else set())
    return [
        (line, schedule)
        for line in order.shown_lines
        for schedule in line.schedule
        if schedule.status in states and schedule.closure is Closure.OPEN and not schedule.open_changes
    ]


def closable(order: PurchaseOrder) -> list[tuple[Any, ScheduleLine]]:
    """Confirmed lines with a rest that is not on its way."""
    return [
        (line, schedule)
        for line in order.shown_lines
        for schedule in line.schedule
        if schedule.status == Collaboration.CONFIRMED
        and schedule.closure is Closure.OPEN
        and schedule.shipped_quantity == schedule.received_quantity
    ]


def has_to_ship(order: PurchaseOrder) -> bool:
    lines = [schedule for line in order.shown_lines for schedule in line.schedule]
    return any(s.status == Collaboration.CONFIRMED and s.closure is Closure.OPEN and s.to_ship_quantity for s in lines)


def change_rows(lines: list[tuple[Any, ScheduleLine]], data: QueryDict | None = None) -> list[ChangeRow]:
    """The table of changeable lines; prefilled with what stands, or with what was typed."""
    rows = []
    for line, schedule in lines:
        is_open = schedule.status == Collaboration.CHANGE_PROPOSED
        quantity = schedule.answered_quantity if is_open else schedule.confirmed_quantity
        day = (schedule.proposed_date if is_open else schedule.confirmed_date) or schedule.requested_date
        standing = (f"{quantity.normalize():f}", day.isoformat())
        typed = standing
        if data is not None:
            typed = (data.get(f"quantity-{schedule.pk}", ""), data.get(f"date-{schedule.pk}", ""))
        rows.append(ChangeRow(line, schedule, standing, *typed))
    return rows


def changes_of(rows: list[ChangeRow], reason: str) -> list[Change]:
    """The services' form of the changed rows.

    Raises:
        InvalidValue: nothing changed, no reason, or a field that is no number or no date; its place names the row.
    """
    if not rows:
        raise InvalidValue(_("Nothing is changed yet."), place="lines", remedy=_("Change a quantity or a day."))
    if reason not in Reason.values:
        raise InvalidValue(_("A reason is missing."), place="reason", value=reason, remedy=_("Choose a reason."))
    return [
        Change(
            row.schedule.pk,
            read_quantity(row.quantity, f"lines[{index}].quantity"),
            read_date(row.date, f"lines[{index}].delivery_date"),
        )
        for index, row in enumerate(rows)
    ]


@dataclass
class NewLine:
    """One row of the new-order table, as typed."""

    part: str = ""
    quantity: str = ""
    date: str = ""
    error: DomainError | None = None


@dataclass
class NewOrder:
    """The new-order page, as typed."""

    relation: str = ""
    site: str = ""
    note: str = ""
    lines: list[NewLine] = field(default_factory=lambda: [NewLine()])

    @classmethod
    def read(cls, data: QueryDict) -> "NewOrder":
        columns = (data.getlist("part"), data.getlist("quantity"), data.getlist("date"))
        lines = [NewLine(*values) for values in zip(*columns, strict=False)]
        filled = [line for line in lines if line.part or line.quantity or line.date]
        return cls(data.get("relation", ""), data.get("site", ""), data.get("note", "")[:500], filled or [NewLine()])

    def arguments(self) -> dict[str, Any]:
        """
        Raises:
            InvalidValue: a choice or a field that is missing or no number; its place names it.
        """
        return {
            "relation_id": self._id(self.relation, "relation", _("Choose a supplier.")),
            "receiving_site_id": self._id(self.site, "site", _("Choose a receiving site.")),
            "note": self.note,
            "lines": [
                OrderLine(
                    partner_part_id=self._id(line.part, f"lines[{index}].part", _("Choose a part.")),
                    quantity=read_quantity(line.quantity, f"lines[{index}].quantity"),
                    requested_date=read_date(line.date, f"lines[{index}].requested_date"),
                )
                for index, line in enumerate(self.lines)
            ],
        }

    @staticmethod
    def _id(raw: str, place: str, remedy: str) -> int:
        if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
            raise InvalidValue(_("A choice is missing."), place=place, value=raw, remedy=remedy)
        return int(raw)
