"""What stands behind a number in its own cell: “12.5 KG”, “500 EUR”. A word that nobody knows is asked, never dropped."""

from functools import lru_cache
from typing import Any

from apps.common.incoming import Field, Incoming
from apps.common.unit_words import measured
from federated.sheets.numbers import KNOWN_UNITS, QUICK, Written, written

from ..exceptions import UnknownWord, WordBehindNumber
from .faults import fault
from .words import Words

CURRENCIES = {"₩": "KRW", "원": "KRW", "$": "USD", "us$": "USD", "달러": "USD", "€": "EUR", "£": "GBP"}
CODES = ("krw", "usd", "eur", "jpy", "cny", "chf", "gbp")


@lru_cache(maxsize=4096)
def _parts(text: str) -> Written | None:
    return None if QUICK.fullmatch(text) else written(text)


class Behind:
    """Of the number fields of one kind."""

    def __init__(self, kind: Incoming, words: Words) -> None:
        self._kind, self._words = kind, words

    def take(self, values: dict[str, Any], one: Field, column: str, text: str) -> dict[str, Any] | None:
        """Give a row the unit or currency that a cell says itself, where no column does or its own says another.

        Args:
            values: of the row, changed.

        Returns:
            What is wrong: a word that is none of both.
        """
        found = _parts(text) if text else None
        if not found or not found.unit or values.get(one.name) is None:
            return None
        said = found.unit.casefold()
        if one.name == "quantity" and self._kind.field("unit") is not None:
            return self._unit(values, column, found.unit)
        if one.name == "unit_price" and (code := CURRENCIES.get(said) or (said.upper() if said in CODES else "")):
            if self._kind.field("currency") is not None:
                values["currency"] = code
            return None
        if said in KNOWN_UNITS or self._words.means("unit", found.unit) or measured(found.unit):
            return None
        return fault(one, column, text, WordBehindNumber(place=one.name, value=found.unit))

    def _unit(self, values: dict[str, Any], column: str, word: str) -> dict[str, Any] | None:
        if unit := self._words.means("unit", word):
            values["unit"] = unit
        elif told := measured(word):
            values["unit"], times = told
            values["quantity"] *= times
        else:
            error = UnknownWord(place="unit", value=word, what="unit")
            return fault(self._kind.field("unit"), column, word, error)
        return None
