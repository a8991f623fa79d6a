"""What people type into tables of fields: numbers and dates, and the row that a refusal belongs to."""

import math
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from .errors import DomainError, InvalidValue

MAX_WHOLE = 2**63 - 1
SHOWN = 80


def shown(raw: str, most: int = SHOWN) -> str:
    """What somebody sent, short and printable, for the words of a refusal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in raw[:most])


def fault_of(value: Any) -> str:
    """What keeps a single value from being stored, in words; empty when nothing does."""
    if isinstance(value, str):
        if "\x00" in value:
            return _("The text contains the character U+0000 (NUL).")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            return _("The text contains half a character (a lone surrogate).")
        return ""
    is_endless = isinstance(value, float) and not math.isfinite(value)
    is_endless = is_endless or (isinstance(value, int) and abs(value) > MAX_WHOLE)
    return _("The number is too large.") if is_endless else ""


def whole(raw: str | None, *, most: int = MAX_WHOLE) -> int | None:
    """The number that ASCII digits write; None when it is none or more than `most`.

    The length is looked at first: `int()` refuses more than 4,300 digits with an error of its own.
    """
    if not raw or not raw.isascii() or not raw.isdigit() or len(raw) > 40:
        return None
    value = int(raw)
    return value if value <= most else None


def read_whole(raw: str, place: str, *, most: int = MAX_WHOLE, rule: str = "", remedy: str = "") -> int:
    """
    Raises:
        InvalidValue: not a whole number of 0 to `most`.
    """
    if (value := whole(raw, most=most)) is None:
        text = rule or _("A whole number is wanted, %(most)s at most.") % {"most": most}
        raise InvalidValue(text, place=place, value=shown(raw), remedy=remedy or _("Type digits only."))
    return value


def read_quantity(raw: str, place: str) -> Decimal:
    """
    Raises:
        InvalidValue: nothing, no number, one with more than 12 digits before or 6 after the point, or one in powers of ten.
    """
    if not raw.strip():
        raise InvalidValue(_("A quantity is missing."), place=place, value=raw, remedy=_("Type a quantity."))
    try:
        value = Decimal(raw.replace(",", "").strip())
    except InvalidOperation:
        text = _("A quantity is a number.")
        raise InvalidValue(text, place=place, value=shown(raw), remedy=_("Type digits only.")) from None
    # adjusted() is the power of ten of the first digit; arithmetic with 1e999999999 would already overflow.
    if value.is_finite() and not value:
        return Decimal(0)
    if not value.is_finite() or value.adjusted() >= 12:
        raise InvalidValue(_("The number is too large."), place=place, value=shown(raw), remedy=_("Correct the quantity."))
    if value.adjusted() < -6:
        text = _("A quantity has 6 digits after the point at most.")
        raise InvalidValue(text, place=place, value=shown(raw), remedy=_("Correct the quantity."))
    if "e" in raw.lower():
        text = _("Did you mean %(number)s?") % {"number": f"{value:,f}"}
        raise InvalidValue(text, place=place, value=shown(raw), remedy=_("Write the number out in digits."))
    return value


def read_date(raw: str, place: str) -> date:
    try:
        value = parse_date(raw)
    except ValueError:
        value = None
    if value is None:
        raise InvalidValue(_("A date is missing."), place=place, value=raw, remedy=_("Choose a date."))
    return value


def mark_fields(rows: list[Any], error: DomainError, table: str = "lines") -> list[DomainError]:
    """Put a refusal, and those told with it, at the fields that their places name: `row.errors[field]`; `table` is what the
    service calls the rows.

    Returns:
        What belongs to no row.
    """
    rest = []
    for one in (error, *error.others):
        found = re.match(rf"{table}\[(\d+)\]\.(\w+)", one.place)
        if found and int(found[1]) < len(rows):
            rows[int(found[1])].errors.setdefault(found[2], one)
        else:
            rest.append(one)
    return rest


def mark_error(rows: list[Any], error: DomainError, name: str = "lines") -> bool:
    """Put a refusal beside the row that its place names; `name` is what the service calls the rows.

    Returns:
        Whether a row was found.
    """
    for index, row in enumerate(rows):
        if error.place.startswith(f"{name}[{index}]"):
            row.error = error
            return True
    return False
