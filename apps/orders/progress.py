"""How far a schedule line has come, from its quantities alone: of a row of the table as of a row of a list."""

from decimal import Decimal

from .statuses import Closure, Fulfilment


class Progress:
    """Two of a line's three axes; all quantities in the line's unit."""

    requested_quantity: Decimal
    confirmed_quantity: Decimal
    shipped_quantity: Decimal
    received_quantity: Decimal
    rejected_quantity: Decimal
    closed_short_reason: str

    @property
    def good_quantity(self) -> Decimal:
        """Received and not rejected."""
        return self.received_quantity - self.rejected_quantity

    @property
    def fulfilment(self) -> Fulfilment:
        target = self.confirmed_quantity or self.requested_quantity
        if self.good_quantity >= target:
            return Fulfilment.RECEIVED
        if self.received_quantity > 0:
            return Fulfilment.PARTLY_RECEIVED
        if self.shipped_quantity >= target:
            return Fulfilment.SHIPPED
        return Fulfilment.PARTLY_SHIPPED if self.shipped_quantity > 0 else Fulfilment.OPEN

    @property
    def closure(self) -> Closure:
        if self.closed_short_reason:
            return Closure.SHORT
        return Closure.COMPLETE if self.fulfilment is Fulfilment.RECEIVED else Closure.OPEN
