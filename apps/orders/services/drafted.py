"""A line of a draft before it is written: what an order line and its only schedule line will say, in one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..progress import Progress
from ..statuses import Closure, Collaboration, Fulfilment

NOTHING = Decimal(0)


@dataclass
class Drafted(Progress):
    """Of thousands of them none is a model: what a model fills in by itself, the statement that writes them does too."""

    position: int
    partner_part_id: int
    unit: str
    unit_price: Decimal | None
    requested_quantity: Decimal
    requested_date: date
    over_tolerance: Decimal
    replaces_id: int | None

    sequence = 1
    status = Collaboration.DRAFT
    confirmed_quantity = shipped_quantity = received_quantity = rejected_quantity = answered_quantity = NOTHING
    closed_short_reason = ""
    fulfilment, closure = Fulfilment.OPEN, Closure.OPEN  # as `Progress` works it out of these quantities
    confirmed_date = proposed_date = None

    @property
    def line(self) -> "Drafted":
        return self
