"""Reads the tables of the delivery pages: repeated fields in, services' arguments out; what was typed is kept."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.common.characters import clean
from apps.common.errors import DomainError, Questioned
from apps.common.typed import mark_error, read_date, read_quantity, read_whole
from apps.orders.models import ScheduleLine

from .models import ShipmentNotice
from .services import Received, Shipped


@dataclass
class Portion:
    """So much of one line from one lot, as typed."""

    quantity: str = ""
    lot: str = ""
    packages: str = ""


@dataclass
class ShipRow:
    """One confirmed line that may be shipped: what is typed, lot by lot, and what is wrong."""

    schedule: ScheduleLine
    portions: list[Portion] = field(default_factory=lambda: [Portion()])
    error: DomainError | None = None

    @property
    def is_count(self) -> bool:
        """Whether it is the number of packages that is wrong."""
        return self.error is not None and self.error.place.endswith("packages")


# The services' names for the days, and the page's.
DAYS = {"planned_departure_on": "departure", "planned_arrival_on": "arrival"}


@dataclass
class NewShipment:
    """The new-delivery page, as typed."""

    rows: list[ShipRow]
    departure: str = ""
    arrival: str = ""
    carrier: str = ""
    tracking: str = ""
    note: str = ""
    is_confirmed: bool = False
    chosen: list[ShipRow] = field(default_factory=list)
    errors: dict[str, DomainError] = field(default_factory=dict)

    def read(self, data: QueryDict) -> "NewShipment":
        for row in self.rows:
            columns = (data.getlist(f"{name}-{row.schedule.pk}") for name in ("quantity", "lot", "packages"))
            typed = [Portion(q.strip(), lot.strip()[:60], n.strip()) for q, lot, n in zip(*columns, strict=False)]
            row.portions = typed or [Portion()]
        self.departure, self.arrival = data.get("departure", ""), data.get("arrival", "")
        self.carrier, self.tracking = data.get("carrier", "")[:80], data.get("tracking", "")[:80]
        self.note, self.is_confirmed = data.get("note", "")[:500], data.get("confirmed") == "on"
        return self

    def mark(self, error: DomainError) -> DomainError | None:
        """Put a refusal, and those told with it, at the rows and days that their places name.

        Returns:
            The first that belongs to neither.
        """
        rest = None
        for one in (error, *error.others):
            name = DAYS.get(one.place, one.place)
            if name in DAYS.values():
                self.errors.setdefault(name, one)
            elif not mark_error(self.chosen, one):
                rest = rest or one
        return rest

    @property
    def can_be_confirmed(self) -> bool:
        return any(isinstance(error, Questioned) for error in self.errors.values())

    def arguments(self) -> dict[str, Any]:
        """
        Raises:
            InvalidValue: a field that is no number or no date; its place names it.
        """
        wanted = [(row, portion) for row in self.rows for portion in row.portions if portion.quantity not in ("", "0")]
        self.chosen = [row for row, _portion in wanted]
        lines = []
        for index, (row, portion) in enumerate(wanted):
            text = _("A number of packages is a whole number.")
            packages = read_whole(portion.packages or "0", f"lines[{index}].packages", most=9999, rule=text)
            quantity = read_quantity(portion.quantity, f"lines[{index}].quantity")
            lot = clean(portion.lot, "code", f"lines[{index}].lot")
            lines.append(Shipped(row.schedule.pk, quantity, lot, packages))
        return {
            "lines": lines,
            "planned_departure_on": read_date(self.departure, "departure"),
            "planned_arrival_on": read_date(self.arrival, "arrival"),
            "carrier": self.carrier,
            "tracking_number": self.tracking,
            "note": self.note,
            "is_confirmed": self.is_confirmed,
        }


@dataclass
class ReceiveRow:
    """One package, or one line shipped loose, that may be received."""

    key: str
    line: Any
    package: Any
    announced: Decimal
    is_here: bool = True
    quantity: str = ""
    damaged: str = "0"
    surplus: Decimal = Decimal(0)
    error: DomainError | None = None


def receive_rows(shipment: ShipmentNotice, data: QueryDict | None = None, plate: str = "") -> list[ReceiveRow]:
    """What of a delivery is still to be received; after a scan only the scanned package is marked as here."""
    rows = []
    for line in shipment.shown_lines:
        open_packages = [package for package in line.shown_packages if not package.is_received]
        for package in open_packages:
            rows.append(ReceiveRow(f"p{package.pk}", line, package, package.quantity))
        rest = line.quantity - sum((r.announced_quantity for r in line.shown_receipts), Decimal(0))
        if not line.shown_packages and rest > 0:
            rows.append(ReceiveRow(f"l{line.pk}", line, None, rest))
    for row in rows:
        row.quantity = f"{row.announced.normalize():f}"
        if plate and any(other.package and other.package.plate == plate for other in rows):
            row.is_here = row.package is not None and row.package.plate == plate
        if data is not None:
            row.is_here = f"here-{row.key}" in data
            row.quantity, row.damaged = data.get(f"quantity-{row.key}", ""), data.get(f"damaged-{row.key}", "")
    return rows


def received_of(rows: list[ReceiveRow]) -> list[Received]:
    """The services' form of the rows that are here.

    Raises:
        InvalidValue: a field that is no number; its place names the row.
    """
    found = []
    for index, row in enumerate(rows):
        quantity = read_quantity(row.quantity, f"lines[{index}].quantity")
        damaged = read_quantity(row.damaged or "0", f"lines[{index}].damaged")
        found.append(Received(row.line.pk, quantity, damaged, row.package.pk if row.package else None))
    return found


def mark_surplus(rows: list[ReceiveRow]) -> bool:
    """Note at each row how many more pieces, good and damaged, are here than were announced.

    Returns:
        True, where a row has any.
    """
    for row, entry in zip(rows, received_of(rows), strict=True):
        row.surplus = max(entry.quantity + entry.damaged - row.announced, Decimal(0))
    return any(row.surplus for row in rows)
