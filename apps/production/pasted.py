"""Two columns from a spreadsheet, number and quantity: put into the grid's fields, and what does not fit is named by its
cell. What could not be put stays in the form's table until it is mended or left out: nothing is sent over it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.common.units import UNITS, is_quantity
from apps.planning.sheet import Table, Wrong, filled, mended_of, quantity_of, table_of, text_of

from .grid import MOST_ROWS, Row, plain

MOST_MENDED = 60
NOTHING = ("", "-", "–", "—")
TAKEN = "✓"  # instead of a quantity that stands in the grid already, where it may have been changed since
Find = Callable[[set[str]], Sequence[Row]]


class Waits(Wrong):
    """Nothing is wrong with it, but the page is full."""


def take(posted: Mapping[str, str], rows: list[Row], context: dict[str, Any], find: Find) -> tuple[list[Row], bool]:
    """Put what the form's table holds into the grid; the context gets the cells to mend and the table as it is then.

    Returns:
        The rows, with those found beside, and whether they may be sent: no cell waits to be mended, and somebody saw what
        the table says before.
    """
    if not posted.get("text", "").strip():
        return rows, True
    is_again = any(name.startswith("was-cell-") for name in posted)
    table = _table_of(posted)
    rows, wrong, count = put(table, rows, find, is_again=is_again)
    context |= {"wrong": wrong[:MOST_MENDED], "wrong_count": len(wrong), "right_count": count}
    context["pasted"] = text_of(table) if wrong else ""
    context["waits"] = [cell for cell in wrong if isinstance(cell, Waits)]
    if len(wrong) > len(context["waits"]):
        words = _("Nothing has been sent: mend the cells above first. A dash in a cell leaves its row out.")
    elif not is_again and count:
        words = _("Nothing has been sent: the pasted table stands in the grid only now. Look at it, then send it.")
    else:
        return rows, True
    if posted.get("step", "send") == "send":
        context["error"] = words
    return rows, False


def not_sent(waits: Sequence[Wrong]) -> str:
    """Of those for which the page had no room."""
    return _("Rows of the table that the page had no room for were not sent: paste those from %(number)s on again.") % {
        "number": waits[0].value
    }


def _table_of(posted: Mapping[str, str]) -> Table:
    """The form's table with what its boxes mend; a row whose cell is emptied there, or holds a dash, is left out."""
    mended = mended_of(posted)
    table = table_of(posted.get("text", ""), mended)
    for name, (_was, value) in mended.items():
        row, column = (int(number) for number in name.split("-")[1:])
        if value in NOTHING and row < len(table) and table[row][column : column + 1] == [value]:
            table[row] = []
    return table


def put(
    table: Table, rows: Sequence[Row], find: Find = lambda _numbers: (), *, is_again: bool = False
) -> tuple[list[Row], list[Wrong], int]:
    """Fill the fields of the rows that a table names; a head is passed by. Of a number of several rows a third column says
    which by its lot; without it none is filled: what is pasted would be the part's whole, and the others would stay beside.

    Args:
        table: in which what is put is marked as taken.
        find: rows of numbers that the grid does not show yet.
        is_again: the table comes back with what was put before marked so.

    Returns:
        The rows, with those found beside; the wrong cells; how many values were put, now or before.
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
        rows_of_it, quantity, lot = known.get(name.upper(), []), quantity_of(text), cells[2] if len(cells) > 2 else ""
        if lot and any(row.lot for row in rows_of_it):
            rows_of_it = [row for row in rows_of_it if row.lot.casefold() == lot.casefold()]
            if not rows_of_it:
                words = _("This lot does not lie here. A new one is taken over on the page of stock, or by a file of stock.")
                wrong.append(Wrong(number, 2, lot, words))
                continue
        found = rows_of_it[0] if rows_of_it else None
        if number == told[0][0] and found is None and quantity is None:
            continue
        if not name:
            wrong.append(Wrong(number, 0, "", _("The part number is missing.")))
        elif found is None:
            wrong.append(Wrong(number, 0, name, _("No part that you make or supply has this number.")))
        elif len(rows_of_it) > 1:
            words = _("It lies in several lots, or comes from several partners: say the lot in a third column, or type it.")
            wrong.append(Wrong(number, 0, name, words))
        elif found.key in seen:
            wrong.append(Wrong(number, 0, name, _("This part stands in the table before.")))
        elif text in NOTHING:
            continue
        elif is_again and text == TAKEN:
            seen.add(found.key)
            count += 1
        elif problem := _problem(quantity, found.unit):
            wrong.append(Wrong(number, 1, text, problem))
        else:
            if not found.good and filling >= MOST_ROWS:
                wrong.append(
                    Waits(number, 0, name, _("A page takes %(n)s rows: send those before it first.") % {"n": MOST_ROWS})
                )
                continue
            filling += not found.good
            seen.add(found.key)
            found.good, table[number][1] = plain(quantity or Decimal(0)), TAKEN
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
