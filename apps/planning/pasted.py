"""From a pasted table to what the services take: numbers become parts, and what does not fit is named cell by cell."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.common.unit_words import measured
from apps.common.units import QUANTITY_DIGITS, UNITS, UnknownUnit, can_convert, convert, is_quantity, other_unit
from apps.masterdata.models import Part

from .models import Commitment
from .services import Goes, Planned
from .sheet import Table, Told, Wrong, beside, day_of, filled, quantity_of, read_plan

FIRM_UNTIL = ("firm_until", "manufacture_until", "material_until")


def level_of(day: date, until: dict[str, date | None]) -> int:
    """The commitment level of a day: firm up to the first limit, and so on; firm throughout where no limit is given."""
    given = [(level, limit) for level, name in enumerate(FIRM_UNTIL, 1) if (limit := until.get(name)) is not None]
    if not given:
        return Commitment.FIRM
    return next((level for level, limit in given if day <= limit), Commitment.FORECAST)


@dataclass
class Plan:
    """Rows by the code of their site, the cells that are wrong, and the columns that were not read."""

    rows: dict[str, list[Planned]]
    wrong: list[Wrong]
    unread: list[str]


def plan_of(table: Table, *, site_code: str, until: dict[str, date | None]) -> Plan:
    """Rows that name no site are of `site_code`."""
    found = read_plan(table, today=timezone.localdate())
    parts = _parts({row.number for row in found.rows})
    wrong = list(found.wrong)
    rows: dict[str, list[Planned]] = {}
    seen: set[tuple[str, int, date, str]] = set()
    told: set[tuple[int, int]] = set()  # a cell that several others are read with is named once

    def tell(cell: Wrong) -> None:
        if (cell.row, cell.column) not in told:
            told.add((cell.row, cell.column))
            wrong.append(cell)

    for row in found.rows:
        part, column = parts.get(row.number), row.columns[0]
        if part is None:
            tell(Wrong(row.row, column, row.number, _("No part of your firm has this number.")))
            continue
        quantity, strange = _in_unit(row, part)
        if strange:
            tell(Wrong(row.row, row.unit_column, _cell(table[row.row], row.unit_column), strange, row.number))
            continue
        if problem := _problem(row, quantity, part, seen, row.site or site_code):
            value, about = _cell(table[row.row], row.columns[2]), beside(row.number, day_text(row.day))
            wrong.append(Wrong(row.row, row.columns[2], value, problem, about))
            continue
        level = row.level or level_of(row.day, until)
        rows.setdefault(row.site or site_code, []).append(Planned(part.pk, row.day, quantity, row.bucket, level))
    return Plan(rows, sorted(wrong, key=lambda cell: (cell.row, cell.column)), found.unread)


def _in_unit(row: Told, part: Part) -> tuple[Decimal, str]:
    """(the quantity in the part's own unit, why it cannot be brought to it)."""
    if not row.unit:
        return row.quantity, ""
    said = measured(row.unit)
    if said is None:
        unknown = UnknownUnit(place="unit", value=row.unit)
        return row.quantity, unknown.words
    unit, times = said
    if not can_convert(unit, part.unit):
        return row.quantity, other_unit(unit, part.unit, place="unit").words
    return round(convert(row.quantity * times, unit, part.unit), QUANTITY_DIGITS["decimal_places"]), ""


def _problem(row: Told, quantity: Decimal, part: Part, seen: set[tuple[str, int, date, str]], site: str) -> str:
    key = (site, part.pk, row.day, row.bucket)
    if key in seen:
        return _("This part and day stand in the table before.")
    seen.add(key)
    if not is_quantity(quantity, part.unit, or_none=True):
        return _("%(unit)s is counted in steps of %(step)s.") % {
            "unit": UNITS[part.unit].label,
            "step": Decimal(1).scaleb(-UNITS[part.unit].places),
        }
    return ""


def _parts(numbers: set[str]) -> dict[str, Part]:
    """By number, or number/revision where a number has several."""
    bare = {number.rpartition("/")[0] for number in numbers if "/" in number}
    found: dict[str, Part] = {}
    for part in Part.objects.filter(number__in=numbers | bare).order_by("revision", "pk"):
        found[f"{part.number}/{part.revision}"] = part
        found[part.number] = part  # the latest revision
    return found


def bills_of(table: Table) -> tuple[list[Goes], list[Wrong]]:
    """Items of a pasted bill: parent, component, quantity, scrap in percent, days before, from, until; a head is skipped."""
    today = timezone.localdate()
    rows = filled(table)
    parts = _parts({cell for _number, row in rows for cell in row[:2]})
    is_headed = bool(rows) and not set(rows[0][1][:2]) & set(parts) and quantity_of(_cell(rows[0][1], 2)) is None
    items: list[Goes] = []
    wrong: list[Wrong] = []
    for number, row in rows[int(is_headed) :]:
        before = len(wrong)
        for column in (0, 1):
            if _cell(row, column) not in parts:
                words = (
                    _("No part of your firm has this number.") if _cell(row, column) else _("The part number is missing.")
                )
                wrong.append(Wrong(number, column, _cell(row, column), words))
        numbers = [quantity_of(_cell(row, column) or ("" if column == 2 else "0")) for column in (2, 3, 4)]
        if numbers[0] is None or numbers[0] <= 0 or round(numbers[0], 6) != numbers[0]:
            wrong.append(Wrong(number, 2, _cell(row, 2), _("A quantity is a number above 0.")))
        if numbers[1] is None or not 0 <= numbers[1] < 100 or round(numbers[1], 2) != numbers[1]:
            wrong.append(Wrong(number, 3, _cell(row, 3), _("Scrap is a percentage from 0 to below 100.")))
        if numbers[2] is None or not 0 <= numbers[2] < 1000 or numbers[2] != int(numbers[2]):
            wrong.append(Wrong(number, 4, _cell(row, 4), _("Days are a whole number below 1000.")))
        days: list[date | None] = []
        for column in (5, 6):
            day = day_of(_cell(row, column), today)
            if _cell(row, column) and (day is None or day[1] != "day"):
                wrong.append(Wrong(number, column, _cell(row, column), _("This is no day.")))
            days.append(day[0] if day else None)
        if len(wrong) == before:
            quantity, scrap, offset = (value or Decimal(0) for value in numbers)
            parent, component = (parts[_cell(row, column)].pk for column in (0, 1))
            items.append(Goes(parent, component, quantity, scrap / 100, int(offset), days[0], days[1]))
    return items, wrong


def _cell(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""
