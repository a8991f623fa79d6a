"""What a firm's suppliers delivered before the two traded here, from a table of the buyer's: a kind of rows like others."""

from .kind import PastDeliveryRows

__all__ = ["PastDeliveryRows"]
