"""Reads the tables of the order pages: repeated fields in, services' arguments out; what was typed is kept."""

from dataclasses import dataclass, field
from decimal import Decimal
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
    offer: list[tuple[str, str]] = field(default_factory=list)
    error: DomainError | None = None

    @property
    def is_countered(self) -> bool:
        """A counter-proposal waits for the answer, and the table still shows the offer that stands."""
        return bool(self.offer) and self.portions == self.offer


def answer_rows(order: PurchaseOrder, data: QueryDict | None = None) -> list[AnswerRow]:
    """The table of an order that waits for its answer; prefilled with the request, or with what was typed."""
    rows = []
    for line in order.shown_lines:
        for schedule in line.schedule:
            asked = (f"{schedule.requested_quantity.normalize():f}", schedule.requested_date.isoformat())
            offer = standing_portions(schedule) if schedule.open_changes else []
            row = AnswerRow(line, schedule, typed_portions(schedule, data) or offer or [asked], offer=offer)
            if offer:
                row.reason, row.comment = schedule.answers[0].reason, schedule.answers[0].comment
            if data is not None:
                row.reason = data.get(f"reason-{schedule.pk}", "")
                row.comment = data.get(f"comment-{schedule.pk}", "")[:500]
            rows.append(row)
    return rows


def answers_of(rows: list[AnswerRow]) -> list[Answer]:
    """The services' form of the rows that are sent.

    Raises:
        InvalidValue: no row, or a field that is no number or no date; its place names the row.
    """
    if not rows:
        text = _("Nothing is changed yet.")
        raise InvalidValue(text, place="lines", remedy=_("Accept or refuse the counter-proposal, or type another answer."))
    answers = []
    for index, row in enumerate(rows):
        answers.append(Answer(row.schedule.pk, _parts_of(row.portions, index), row.reason, row.comment))
    return answers


@dataclass
class ChangeRow:
    """One schedule line of the change table: what stands, what is typed, what is wrong."""

    line: Any
    schedule: ScheduleLine
    standing: list[tuple[str, str]]
    portions: list[tuple[str, str]]
    error: DomainError | None = None

    @property
    def is_changed(self) -> bool:
        return [(quantity.strip(), day) for quantity, day in self.portions] != self.standing


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
        standing = standing_portions(schedule)
        rows.append(ChangeRow(line, schedule, standing, typed_portions(schedule, data) or standing))
    return rows


def standing_portions(schedule: ScheduleLine) -> list[tuple[str, str]]:
    """The open offer or the confirmed parts of a line, as fields show them."""
    return [(f"{answer.quantity.normalize():f}", answer.delivery_date.isoformat()) for answer in schedule.answers]


def typed_portions(schedule: ScheduleLine, data: QueryDict | None) -> list[tuple[str, str]]:
    if data is None:
        return []
    quantities, dates = data.getlist(f"quantity-{schedule.pk}"), data.getlist(f"date-{schedule.pk}")
    return list(zip(quantities, dates, strict=False))


def _parts_of(portions: list[tuple[str, str]], index: int) -> list[Part]:
    return [
        Part(read_quantity(quantity, f"lines[{index}].quantity"), read_date(day, f"lines[{index}].date"))
        for quantity, day in portions
        if quantity.strip() not in ("", "0")
    ]


def changes_of(rows: list[ChangeRow], reason: str) -> list[Change]:
    """The services' form of the changed rows.

    Raises:
        InvalidValue: nothing changed, no reason, or a field that is no number or no date; its place names the row.
    """
    if not rows:
        raise InvalidValue(_("Nothing is changed yet."), place="lines", remedy=_("Change a quantity or a day."))
    if reason not in Reason.values:
        raise InvalidValue(_("A reason is missing."), place="reason", value=reason, remedy=_("Choose a reason."))
    changes = []
    for index, row in enumerate(rows):
        first, *more = _parts_of(row.portions, index) or [Part(Decimal(0), row.schedule.requested_date)]
        changes.append(Change(row.schedule.pk, first.quantity, first.delivery_date, more))
    return changes


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
