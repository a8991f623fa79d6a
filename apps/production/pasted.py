"""Two columns from a spreadsheet, number and quantity: put into the grid's fields, and what does not fit is named by its
cell."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.units import UNITS, is_quantity
from apps.planning.sheet import Table, Wrong, filled, quantity_of

from .grid import Row, plain

MOST_MENDED = 60


def put(
    table: Table, rows: Sequence[Row], find: Callable[[set[str]], Sequence[Row]] = lambda _numbers: ()
) -> tuple[list[Row], list[Wrong], int]:
    """Fill the fields of the rows that a table names; a head is passed by.

    Args:
        find: rows of numbers that the grid does not show yet.

    Returns:
        The rows, with those found beside; the wrong cells; how many values were put.
    """
    known = _by_number(rows)
    told = filled(table)
    strange = {row[0].upper() for _number, row in told} - set(known)
    beside = list(find({row[0] for _number, row in told if row[0].upper() in strange})) if strange else []
    every = [*rows, *beside]
    known = _by_number(every)
    wrong: list[Wrong] = []
    seen: set[str] = set()
    count = 0
    for number, cells in told:
        name, text = cells[0], cells[1] if len(cells) > 1 else ""
        found, quantity = known.get(name.upper()), quantity_of(text)
        if number == told[0][0] and found is None and quantity is None:
            continue
        if not name:
            wrong.append(Wrong(number, 0, "", _("The part number is missing.")))
        elif found is None:
            wrong.append(Wrong(number, 0, name, _("No part that you make or supply has this number.")))
        elif found.key in seen:
            wrong.append(Wrong(number, 0, name, _("This part stands in the table before.")))
        elif text in ("", "-", "–", "—"):
            continue
        elif problem := _problem(quantity, found.unit):
            wrong.append(Wrong(number, 1, text, problem))
        else:
            seen.add(found.key)
            found.good = plain(quantity or Decimal(0))
            count += 1
    return every, wrong, count


def _by_number(rows: Sequence[Row]) -> dict[str, Row]:
    """By every number that it is known by; of several heaps of one part the first."""
    found: dict[str, Row] = {}
    for row in rows:
        for number in (row.number, row.also):
            if number:
                found.setdefault(number.upper(), row)
    return found


def _problem(quantity: Decimal | None, unit: str) -> str:
    if quantity is None:
        return _("This is no number.")
    if quantity < 0:
        return _("A quantity is 0 or more.")
    if not is_quantity(quantity, unit, or_none=True):
        return _("%(unit)s is counted in steps of %(step)s.") % {
            "unit": UNITS[unit].label,
            "step": Decimal(1).scaleb(-UNITS[unit].places),
        }
    return ""
