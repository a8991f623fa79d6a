"""What is wrong with a cell, as it is kept with its row."""

from typing import Any

from apps.common.errors import DomainError, Questioned
from apps.common.incoming import Field
from apps.common.typed import SHOWN, shown
from federated.sheets.table import Fault
from federated.sheets.words import WORDS

from ..exceptions import UnknownChoice, UnknownWord
from .reading import language

LONGEST_WORD = 200  # that is remembered: it is asked for whole


def fault(one: Field | None, column: str, value: Any, error: DomainError) -> dict[str, Any]:
    """As it is kept with a row."""
    return {
        "field": one.name if one else "",
        "column": column or (str(one.label) if one else ""),
        "value": shown(str(value), LONGEST_WORD if isinstance(error, UnknownWord | UnknownChoice) else SHOWN)
        if value not in (None, "")
        else "",
        "rule": str(error.message),
        "remedy": str(error.remedy),
        "code": error.code,
        "is_questioned": isinstance(error, Questioned),
    }


def fault_of_cell(one: Field, found: Fault) -> dict[str, Any]:
    """What the reader could not take for a number or a day."""
    words, tongue = WORDS[found.code], language()
    given = {"decimal": "."}
    return {
        "field": one.name,
        "column": found.place.column,
        "value": shown(found.value),
        "rule": words.rule[tongue].format(**given),
        "remedy": words.remedy[tongue].format(**given),
        "code": found.code,
        "is_questioned": False,
    }
