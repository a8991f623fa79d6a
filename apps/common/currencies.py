"""Amounts of money as they are paid: the smallest coin of a currency, and the value added tax of a domestic delivery."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision

DOMESTIC, RATE = "KRW", Decimal("0.10")  # the rate of Korea's value added tax


def places_of(currency: str) -> int:
    """Decimal places of an amount: 0 of won and yen, 2 of most others, 3 of some dinars (CLDR)."""
    return get_currency_precision(currency)


def paid(amount: Decimal, currency: str) -> Decimal:
    """The amount to the smallest coin, halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places_of(currency)), rounding=ROUND_HALF_UP)


def tax_of(supply: Decimal, currency: str, *, is_domestic: bool = True) -> Decimal | None:
    """Value added tax on a supply value; a fraction of a won is cut. None in another currency, or where not both firms are
    registered in Korea: there it is not reckoned, because it depends on where the goods cross a border."""
    if currency != DOMESTIC or not is_domestic:
        return None
    return (supply * RATE).quantize(Decimal(1), rounding=ROUND_DOWN)
