"""Reads the tables of the order pages: repeated fields in, services' arguments out; what was typed is kept."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from apps.common.errors import DomainError, InvalidValue

from .models import PurchaseOrder, ScheduleLine
from .services import Answer, OrderLine, Part


def read_quantity(raw: str, place: str) -> Decimal:
    try:
        value = Decimal(raw.replace(",", "").strip())
    except InvalidOperation:
        raise InvalidValue(_("A quantity is a number."), place=place, value=raw, remedy=_("Type digits only.")) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise InvalidValue(_("The number is too large."), place=place, value=raw, remedy=_("Correct the quantity."))
    return value


def read_date(raw: str, place: str) -> date:
    try:
        value = parse_date(raw)
    except ValueError:
        value = None
    if value is None:
        raise InvalidValue(_("A date is missing."), place=place, value=raw, remedy=_("Choose a date."))
    return value


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


def mark_error(rows: list[Any], error: DomainError) -> bool:
    """Put a refusal beside the row that its place names.

    Returns:
        Whether a row was found.
    """
    for index, row in enumerate(rows):
        if error.place.startswith(f"lines[{index}]"):
            row.error = error
            return True
    return False


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
