"""What people type into tables of fields: numbers and dates, and the row that a refusal belongs to."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from .errors import DomainError, InvalidValue


def read_quantity(raw: str, place: str) -> Decimal:
    if not raw.strip():
        raise InvalidValue(_("A quantity is missing."), place=place, value=raw, remedy=_("Type a quantity."))
    try:
        value = Decimal(raw.replace(",", "").strip())
    except InvalidOperation:
        raise InvalidValue(_("A quantity is a number."), place=place, value=raw, remedy=_("Type digits only.")) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise InvalidValue(_("The number is too large."), place=place, value=raw, remedy=_("Correct the quantity."))
    if "e" in raw.lower():
        text = _("Did you mean %(number)s?") % {"number": f"{value:,f}"}
        raise InvalidValue(text, place=place, value=raw, remedy=_("Write the number out in digits."))
    return value


def read_date(raw: str, place: str) -> date:
    try:
        value = parse_date(raw)
    except ValueError:
        value = None
    if value is None:
        raise InvalidValue(_("A date is missing."), place=place, value=raw, remedy=_("Choose a date."))
    return value


def mark_fields(rows: list[Any], error: DomainError) -> list[DomainError]:
    """Put a refusal, and those told with it, at the fields that their places name: `row.errors[field]`.

    Returns:
        What belongs to no row.
    """
    rest = []
    for one in (error, *error.others):
        found = re.match(r"lines\[(\d+)\]\.(\w+)", one.place)
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
