"""Capacity from a spreadsheet: what does not fit is named by its cell, the rest is kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from apps.common.units import LARGEST, UNITS, is_quantity
from apps.masterdata.models import Part, PartnerPart
from apps.planning.sheet import Table, Wrong, day_of, filled, quantity_of
from apps.planning.weeks import monday_of
from apps.tenancy.roles import Side

from .models import CapacityGroup, CapacityPart
from .services import FAR, Kept, Said, Uses

NOTHING = ("", "-", "–", "—")
Cell = tuple[int, int, str]  # row, column, text
TYPED = re.compile(r"(\S+?)(?:\s+|\s*[,;]\s*)(\d+(?:[.,]\d+)?)")


def weeks_of(table: Table, groups: Sequence[CapacityGroup], today: date) -> tuple[dict[int, list[Said]], list[Wrong], int]:
    """Groups down and weeks across (what they give), or one row each: group, week, actual, maximum.

    Returns:
        By group what its weeks give, the wrong cells, and how many values were read.
    """
    by_code = {row.code.upper(): row for row in groups}
    rows = filled(table)
    found: dict[int, list[Said]] = {}
    wrong: list[Wrong] = []
    if not rows:
        return found, wrong, 0
    top, head = rows[0]
    across = {column: week for column, text in enumerate(head) if column and (week := _week(text, today))}
    # A head of weeks names no group; a list's first row may do both: "L1, W49, 500".
    is_grid = bool(across) and head[0].upper() not in by_code
    seen: set[tuple[int, date]] = set()
    body = rows[1:] if is_grid or (head[0].upper() not in by_code and not _week(_at(head, 1), today)) else rows
    if is_grid:
        first = min(across)
        wrong += [
            Wrong(top, column, text, _("This is no week: 2026-W49, 49주 or a day of it."))
            for column, text in enumerate(head)
            if column > first and text and column not in across
        ]
    for number, cells in body:
        group = by_code.get(cells[0].upper())
        if group is None:
            words = _("No capacity group of this site has this code.")
            wrong.append(Wrong(number, 0, cells[0], words if cells[0] else _("The code of the group is missing.")))
            continue
        if is_grid:
            for column, week in across.items():
                if _at(cells, column) not in NOTHING:
                    _take((number, column, _at(cells, column)), None, (top, column), week, group, today, seen, found, wrong)
            continue
        week_of_row = _week(_at(cells, 1), today)
        if week_of_row is None:
            wrong.append(Wrong(number, 1, _at(cells, 1), _("This is no week: 2026-W49, 49주 or a day of it.")))
            continue
        most: Cell = (number, 3, _at(cells, 3))
        _take((number, 2, _at(cells, 2)), most, (number, 1), week_of_row, group, today, seen, found, wrong)
    return found, sorted(wrong, key=lambda cell: (cell.row, cell.column)), sum(map(len, found.values()))


def _take(
    actual: Cell,
    maximum: Cell | None,
    at: tuple[int, int],
    week: date,
    group: CapacityGroup,
    today: date,
    seen: set[tuple[int, date]],
    found: dict[int, list[Said]],
    wrong: list[Wrong],
) -> None:
    """One week of a group: kept, or its wrong cells named."""
    before = len(wrong)
    if not monday_of(today) <= week <= today + FAR:
        wrong.append(Wrong(*at, f"{week}", _("Capacity is told of weeks from this one on, within three years.")))
    elif (group.pk, week) in seen:
        wrong.append(Wrong(*at, f"{week}", _("This group and week stand in the table before.")))
    seen.add((group.pk, week))
    values: list[Decimal | None] = []
    for cell in (actual, maximum):
        value = None if cell is None or cell[2] in NOTHING else quantity_of(cell[2])
        if cell is not None and (problem := _problem(cell, value, group.unit, is_needed=cell is actual)):
            wrong.append(Wrong(*cell, problem))
        values.append(value)
    least, most = values
    if len(wrong) == before and maximum is not None and least is not None and most is not None and most < least:
        wrong.append(Wrong(*maximum, _("The maximum is below the actual capacity.")))
    if len(wrong) == before:
        found.setdefault(group.pk, []).append(Said(week, least, Kept.AS_IT_IS if maximum is None else most))


def _problem(cell: Cell, value: Decimal | None, unit: str, *, is_needed: bool) -> str:
    if cell[2] in NOTHING:
        return _("The actual capacity is missing.") if is_needed else ""
    if value is None:
        return _("This is no number.")
    if value < 0:
        return _("A quantity is 0 or more.")
    if not is_quantity(value, unit, or_none=True):
        steps = {"unit": UNITS[unit].label, "step": Decimal(1).scaleb(-UNITS[unit].places)}
        return _("%(unit)s is counted in steps of %(step)s.") % steps
    return ""


def _week(text: str, today: date) -> date | None:
    found = day_of(text, today) if text else None
    return monday_of(found[0]) if found else None


def parts_of(table: Table, standing: Iterable[CapacityPart] = ()) -> tuple[list[Uses], list[Wrong]]:
    """One row each: part number, and how much of the capacity one piece takes (1, where nothing is said).

    Args:
        standing: parts that the group makes already: their numbers mean them, not a later revision of the same number.
    """
    rows = [(number, _apart(cells)) for number, cells in filled(table)]
    known = dict(_parts({row[0].upper() for _number, row in rows}))
    known |= {row.number.upper(): (row.part_id, row.partner_part_id) for row in standing}
    uses: list[Uses] = []
    wrong: list[Wrong] = []
    seen: set[tuple[int | None, int | None]] = set()
    for number, cells in rows:
        thing, text = known.get(cells[0].upper()), _at(cells, 1)
        factor = Decimal(1) if text in NOTHING else quantity_of(text)
        if thing is None and factor is None and number == rows[0][0]:
            continue  # a head
        if thing is None:
            wrong.append(Wrong(number, 0, cells[0], _("No part that you make or supply has this number.")))
        elif thing in seen:
            wrong.append(Wrong(number, 0, cells[0], _("This part stands in the table before.")))
        elif factor is None or not 0 < factor < LARGEST or round(factor, 6) != factor:
            wrong.append(Wrong(number, 1, text, _("A load factor is a number above 0, with six decimals at most.")))
        else:
            uses.append(Uses(thing[0], factor, thing[1]))
        if thing is not None:
            seen.add(thing)
    return uses, wrong


def _apart(cells: Sequence[str]) -> Sequence[str]:
    """As typed on a phone, which has no tab: the number and its factor in one cell, apart by a blank, comma or semicolon."""
    found = TYPED.fullmatch(cells[0]) if len([cell for cell in cells if cell]) == 1 else None
    return found.groups() if found else cells


def _parts(numbers: set[str]) -> Mapping[str, tuple[int | None, int | None]]:
    """By number in capitals, one's own or a customer's: own parts, and of those supplied what no own part is kept of."""
    supplied = [
        (number.upper(), agreed)
        for agreed in PartnerPart.objects.on_side(Side.SUPPLIER).filter(ended_at=None).order_by("pk")
        for number in (agreed.buyer_number, agreed.supplier_number)
        if number and number.upper() in numbers
    ]
    wanted = numbers | {agreed.own_number.upper() for _number, agreed in supplied if agreed.own_number}
    rows = Part.objects.annotate(upper=Upper("number")).filter(upper__in=wanted, ended_at=None)
    own = {part.upper: part.pk for part in rows.order_by("revision", "pk")}
    found: dict[str, tuple[int | None, int | None]] = {}
    for number, agreed in supplied:
        part = own.get(agreed.own_number.upper())
        found[number] = (None, agreed.pk) if part is None else (part, None)
    return found | {number: (pk, None) for number, pk in own.items() if number in numbers}


def _at(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""
