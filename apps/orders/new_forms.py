"""Reads the table of a new order, or of new lines of a revised one: what was typed is kept, with what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.common.errors import DomainError, raise_all
from apps.common.typed import read_date, read_quantity, read_whole

from .forms import can_be_confirmed
from .models import PurchaseOrder
from .services import OrderLine


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

    def content(self, table: str = "lines") -> dict[str, Any]:
        """Lines and note, for the services.

        Args:
            table: what places call the lines.

        Raises:
            InvalidValue: fields that are missing or no number or date; the places name them, all at once.
        """
        found = [self._line(f"{table}[{index}]", line) for index, line in enumerate(self.lines)]
        raise_all(value for line in found for value in line if isinstance(value, DomainError))
        return self._content(found)

    def readable(self) -> tuple[list[NewLine], dict[str, Any]]:
        """The lines that can be read, and lines and note of them for the services: to hear what else is wrong."""
        found = [(line, self._line(f"lines[{index}]", line)) for index, line in enumerate(self.lines)]
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

    def _line(self, place: str, line: NewLine) -> list[Any]:
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
