"""What leaves next: confirmed lines that are due, with the packages that their parts' pack sizes make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from apps.deliveries.services import pack_of, packages_of
from apps.orders.models import ScheduleLine
from apps.tower.supplier_day import lines_to_ship


@dataclass
class Ship:
    """One line with a rest to ship, in its unit."""

    line: ScheduleLine

    @property
    def quantity(self) -> Decimal:
        return self.line.to_ship_quantity

    @cached_property
    def packages(self) -> int:
        """0: shipped loose."""
        return packages_of(self.quantity, self.pack)

    @property
    def pack(self) -> Decimal | None:
        return pack_of(self.line, self.line.line.partner_part)

    @property
    def due(self) -> date:
        return self.line.confirmed_date or self.line.requested_date

    @property
    def days_left(self) -> int:
        return (self.due - timezone.localdate()).days

    @property
    def place(self) -> tuple[int, int]:
        return (self.line.relation_id, self.line.order.receiving_site_id)

    @property
    def order(self) -> tuple[date, int]:
        return (self.due, self.line.pk)


def to_ship(ids: Sequence[int] | None = None) -> list[Ship]:
    """What the scope's supplier has to ship within a week, or of some lines, in no order; one statement."""
    return [Ship(line) for line in lines_to_ship(ids)]
