"""A history file as typed rows. Everything is checked before anything is written."""

import csv
import gzip
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.characters import composed, plainly_spaced, refuse, visible

from ..exceptions import InvalidFile, OddDay
from .layout import Layout

Row = dict[str, Any]
MAX_VALUE = 10**13
MAX_LENGTH = {
    **{"supplier": 200, "origin_site": 120, "receiving_site": 120, "order_number": 40, "shipment_number": 40},
    **{"part_number": 60, "part_name": 200, "incoterm": 3, "carrier": 80, "defect": 120, "impact": 8},
}
BACK, AHEAD = timedelta(days=50 * 366), timedelta(days=3 * 366)
CODES = ("order_number", "shipment_number", "part_number")


def read_rows(path: Path, layout: Layout, *, is_confirmed: bool = False) -> list[Row]:
    """The rows of a CSV file, plain or gzipped, with the layout's fields and types.

    Args:
        is_confirmed: days of long ago and requested days far ahead are meant.

    Raises:
        InvalidFile: the encoding, the header, a value, or rows that contradict each other; row and column are named.
        OddDay: a day that is hardly meant, and nobody said that it is.
    """
    reader = csv.reader(io.StringIO(_text(path, layout), newline=""), delimiter=layout.delimiter, strict=True)
    rows = []
    try:
        header = [name.strip() for name in next(reader, [])]
        take = _takers(layout, header, is_confirmed)
        for values in reader:
            if not values:
                continue
            if len(values) != len(header):
                rule = _("Every row has as many values as the header.")
                raise InvalidFile(rule, place=f"row {reader.line_num}", value=len(values), columns=len(header))
            rows.append({field: read(values, reader.line_num) for field, read in take})
    except csv.Error as error:
        raise InvalidFile(str(error), place=f"row {reader.line_num}", value="") from error
    if not rows:
        raise InvalidFile(_("The file has no rows."), place="row 2", value="")
    if layout.kind == "deliveries":
        _check_deliveries(rows)
    return rows


def _text(path: Path, layout: Layout) -> str:
    try:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
    except FileNotFoundError:
        raise InvalidFile(_("There is no such file."), place="file", value=path.name) from None
    except (gzip.BadGzipFile, EOFError) as error:
        raise InvalidFile(str(error), place="file", value=path.name) from error
    try:
        text = raw.decode("utf-8-sig" if layout.encoding.lower() in ("utf-8", "utf8") else layout.encoding)
    except LookupError:
        raise InvalidFile(_("The encoding is unknown."), place="layout: encoding", value=layout.encoding) from None
    except UnicodeDecodeError as error:
        start = raw.rfind(b"\n", 0, error.start) + 1
        place = f"row {raw.count(bytes([10]), 0, error.start) + 1}, byte {error.start - start + 1}"
        hint = _(
            "The bytes are not %(encoding)s. Save the file as UTF-8, or name its encoding, such as cp949, in the layout."
        )
        raise InvalidFile(
            hint % {"encoding": layout.encoding}, place=place, value=raw[error.start : error.start + 4].hex(" ")
        ) from error
    if "\x00" in text:
        place = f"row {text.count(chr(10), 0, text.index(chr(0))) + 1}"
        raise InvalidFile(_("The file holds a zero byte; it is no text."), place=place, value="␀")
    return text


def _takers(layout: Layout, header: list[str], is_confirmed: bool) -> list[tuple[str, Callable[[list[str], int], Any]]]:
    index = {name: place for place, name in enumerate(header)}
    for names in layout.columns.values():
        for name in names:
            if name not in index:
                raise InvalidFile(
                    _("A column of the layout is not in the header."), place=f"row 1, column {name}", value=name
                )
    return [
        (field, _taker(field, [(name, index[name]) for name in names], layout, is_confirmed))
        for field, names in layout.columns.items()
    ]


def _taker(
    field: str, columns: list[tuple[str, int]], layout: Layout, is_confirmed: bool
) -> Callable[[list[str], int], Any]:
    parse = _read_quantity if (field, layout.kind) == ("quantity", "deliveries") else PARSERS.get(field, _read_text)
    kind = "code" if field in CODES else "name"
    words = layout.values.get(field)
    is_required = layout.is_required(field)
    most = MAX_LENGTH.get(field, 0)

    @cache  # the firms, sites, parts and days of a file recur
    def read(raw: str) -> Any:
        if not raw:
            if is_required and field != "defect":
                raise ValueError(_("A required value is missing."))
            return None if parse is not _read_text else ""
        if words is not None:
            if raw not in words:
                raise ValueError(_("The value is none of: %(words)s.") % {"words": ", ".join(words)})
            raw = words[raw]
        if most and len(raw) > most:
            if field in ("incoterm",):
                return ""  # a remark such as "N/A - From RDC"
            raise ValueError(_("The text is longer than %(most)d characters.") % {"most": most})
        if parse is _read_text:
            raw = composed(plainly_spaced(raw))
            if rule := refuse(raw, kind):
                raise ValueError(rule)
        return parse(raw)

    @cache
    def is_meant(value: Any) -> bool:
        return not isinstance(value, date) or not _is_odd(value, field) or is_confirmed

    def take(values: list[str], row: int) -> Any:
        name, raw = columns[0][0], ""
        for column, place in columns:
            if raw := values[place].strip():
                name = column
                break
        try:
            value = read(raw)
            if is_meant(value):
                return value
            raise OddDay(place=f"row {row}, column {name}", value=value)
        except ValueError as error:
            raise InvalidFile(str(error), place=f"row {row}, column {name}", value=visible(raw)) from error

    return take


def _is_odd(day: date, field: str) -> bool:
    """Whether a day is hardly meant.

    Raises:
        ValueError: what has happened is said to happen later.
    """
    today = timezone.localdate()
    if field != "requested_date" and day > today:
        raise ValueError(_("A history tells what has happened: not after today."))
    return not today - BACK <= day <= today + AHEAD


def _read_text(raw: str) -> str:
    return raw


def _read_date(raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise ValueError(_("A date is written as year-month-day, for example 2013-05-31.")) from None


def _read_number(raw: str) -> Decimal:
    try:
        value = Decimal(raw)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value >= Decimal(10) ** 12:
        raise ValueError(_("A number is 0 or more, with a point before the decimals and no thousands separator."))
    return value


def _read_quantity(raw: str) -> Decimal:
    value = _read_number(raw)
    if value == 0:
        raise ValueError(_("A delivered quantity is greater than 0."))
    return value


PARSERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("order_date", "requested_date", "received_on", "occurred_on"), _read_date),
    **dict.fromkeys(("unit_price", "downtime_minutes", "quantity"), _read_number),
}


def _check_deliveries(rows: list[Row]) -> None:
    """An order has one supplier and one receiving site, a shipment besides one day of receipt."""
    orders: dict[str, tuple[Any, ...]] = {}
    shipments: dict[str, tuple[Any, ...]] = {}
    for number, row in enumerate(rows, start=2):
        sides = (row["supplier"], row["receiving_site"])
        for known, field, facts in (
            (orders, "order_number", sides),
            (shipments, "shipment_number", (*sides, row["received_on"])),
        ):
            if known.setdefault(row[field], facts) != facts:
                place = f"row {number}, column {field}"
                rule = _("An order has one supplier and one receiving site, a shipment besides one day of receipt.")
                raise InvalidFile(rule, place=place, value=row[field], before=", ".join(map(str, known[row[field]])))
        if row["quantity"] * (row.get("unit_price") or 0) >= MAX_VALUE:
            rule = _("Quantity times price stays below ten trillion.")
            raise InvalidFile(rule, place=f"row {number}, column quantity", value=str(row["quantity"]))
        row["order_date"] = min(row["order_date"], row["received_on"], row["requested_date"])
