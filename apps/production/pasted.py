"""Two columns from a spreadsheet, number and quantity: put into the grid's fields, and what does not fit is named by its
cell."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.units import UNITS, is_quantity
from apps.planning.sheet import Table, Wrong, filled, quantity_of

from .grid import MOST_ROWS, Row, plain

MOST_MENDED = 60


def put(
    table: Table, rows: Sequence[Row], find: Callable[[set[str]], Sequence[Row]] = lambda _numbers: ()
) -> tuple[list[Row], list[Wrong], int]:
    """Fill the fields of the rows that a table names; a head is passed by. A number of several rows fills none of them:
    what is pasted would be the part's whole, and the other rows would stay beside it.

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
    count, filling = 0, sum(bool(row.good) for row in every)
    for number, cells in told:
        name, text = cells[0], cells[1] if len(cells) > 1 else ""
        rows_of_it, quantity = known.get(name.upper(), ()), quantity_of(text)
        found = rows_of_it[0] if rows_of_it else None
        if number == told[0][0] and found is None and quantity is None:
            continue
        if not name:
            wrong.append(Wrong(number, 0, "", _("The part number is missing.")))
        elif found is None:
            wrong.append(Wrong(number, 0, name, _("No part that you make or supply has this number.")))
        elif len(rows_of_it) > 1:
            wrong.append(
                Wrong(number, 0, name, _("It lies in several lots, or comes from several partners: type each row."))
            )
        elif found.key in seen:
            wrong.append(Wrong(number, 0, name, _("This part stands in the table before.")))
        elif text in ("", "-", "–", "—"):
            continue
        elif problem := _problem(quantity, found.unit):
            wrong.append(Wrong(number, 1, text, problem))
        else:
            if not found.good and filling >= MOST_ROWS:
                wrong.append(
                    Wrong(number, 0, name, _("A page takes %(n)s rows: send those before it first.") % {"n": MOST_ROWS})
                )
                continue
            filling += not found.good
            seen.add(found.key)
            found.good = plain(quantity or Decimal(0))
            count += 1
    return every, wrong, count


def _by_number(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """By every number that they are known by, the rows' own first; of several heaps those in which something lies."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.number.upper(), []).append(row)
    others: dict[str, list[Row]] = {}
    for row in rows:
        if row.also and row.also.upper() not in found:
            others.setdefault(row.also.upper(), []).append(row)
    found |= others
    return {number: [row for row in several if not row.is_empty_heap] or several for number, several in found.items()}


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
