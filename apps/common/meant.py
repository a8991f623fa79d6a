"""How much more than before is hardly meant: where a quantity is typed that nothing bounds, such as a count."""

from decimal import Decimal

FAR_ABOVE = 10  # times what is known
LITTLE = Decimal(1000)  # in the part's unit: what is no more is not asked about
MUCH_AT_FIRST = Decimal(100_000)  # in the part's unit: the same where nothing is known


def most_unasked(known: Decimal) -> Decimal:
    """What is above it is asked about.

    Args:
        known: what was there before; 0 where nothing is known.
    """
    return max(FAR_ABOVE * known, LITTLE) if known else MUCH_AT_FIRST
