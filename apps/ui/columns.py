"""Columns of a list: a cell for people, and the typed values behind it for files.

A row is what the list prepares: a dictionary or an object. What a column reads of it is named ("partner", "buyer.name") or
given as a function of the row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from apps.common.dates import day_text, moment_text

from .texts import ago, mark
from .texts import money as money_text
from .texts import quantity as quantity_text
from .texts import unit as unit_text

Read = str | Callable[[Any], Any]
NOTHING = mark_safe('<span class="mute">—</span>')


def reader(what: Read) -> Callable[[Any], Any]:
    if callable(what):
        return what
    steps = what.split(".")

    def read(row: Any) -> Any:
        for step in steps:
            row = row[step] if isinstance(row, dict) else getattr(row, step)
            if row is None:
                return None
        return row

    return read


@dataclass(frozen=True)
class Value:
    """One typed value of a row, as files carry it.

    Attributes:
        kind: "text", "number", "day" or "moment".
    """

    label: Any
    read: Callable[[Any], Any]
    kind: str = "text"


@dataclass(frozen=True)
class Column:
    """
    Attributes:
        name: in the address of the page.
        cell: HTML or plain text of a row, for people.
        values: what a file holds of it, in as many columns.
        sort: the field by which rows are ordered; "" where the list cannot be sorted so. There must be an index for it.
        has_gaps: that field may be null; such rows come last either way.
        total: a field whose sum is shown below; `total_by` keeps apart what cannot be added (units, currencies).
        css: classes of its cells: "num" at the right.
        is_shown: unless the reader chooses otherwise.
        is_fixed: always there: the first one, which opens the row.
    """

    name: str
    label: Any
    cell: Callable[[Any], Any]
    values: tuple[Value, ...]
    sort: str = ""
    has_gaps: bool = False
    total: str = ""
    total_by: str = ""
    css: str = ""
    is_shown: bool = True
    is_fixed: bool = False

    def html(self, row: Any) -> SafeString:
        """The whole cell; on a phone, where the table's head is hidden, it carries its own."""
        shown = self.cell(row)
        inner = conditional_escape(shown) if shown not in (None, "") else NOTHING
        return format_html('<td class="{}" data-head="{}">{}</td>', self.css, self.label, inner)

    def sum_text(self, value: Any, by: str) -> str:
        if "money" in self.css:
            return money_text(value, by)
        return f"{quantity_text(value)} {unit_text(by) if by else ''}".strip()


def link(name: str, label: Any, read: Read, to: Callable[[Any], str], *, is_code: bool = True, **rest: Any) -> Column:
    """The column that opens a row's page: all of the row leads there. `is_code`: a number, not words."""
    value, css = reader(read), "mono key" if is_code else "key"

    def cell(row: Any) -> SafeString:
        return format_html('<a class="{}" href="{}">{}</a>', css, to(row), value(row))

    return Column(name, label, cell, (Value(label, value),), is_fixed=True, css="first", **rest)


def text(
    name: str,
    label: Any,
    read: Read,
    *,
    under: tuple[Any, Read] | None = None,
    to: Callable[[Any], str] | None = None,
    **rest: Any,
) -> Column:
    """Words; `under` is the heading and value of a code that stands below them, `to` the page that they lead to, if any."""
    value = reader(read)

    def words(row: Any) -> SafeString | str:
        return cut(value(row), to(row) if to else "")

    if under is None:
        return Column(name, label, words, (Value(label, value),), **rest)
    code = reader(under[1])

    def cell(row: Any) -> SafeString:
        return format_html('{}<small class="mono">{}</small>', words(row), code(row) or "")

    return Column(name, label, cell, (Value(label, value), Value(under[0], code)), **rest)


def cut(value: Any, to: str = "") -> SafeString | str:
    """Words that are cut off where there is no room; with an address they lead there."""
    if not value:
        return ""
    if to:
        return format_html('<a class="cut" href="{}">{}</a>', to, value)
    return format_html('<span class="cut">{}</span>', value)


def quantity(name: str, label: Any, read: Read, unit: Read, unit_label: Any, **rest: Any) -> Column:
    """A quantity in its unit; in files two columns."""
    value, code = reader(read), reader(unit)

    def cell(row: Any) -> Any:
        amount = value(row)
        if amount is None:
            return ""
        return format_html('{} <small class="unit">{}</small>', quantity_text(amount), unit_text(code(row)))

    values = (Value(label, value, "number"), Value(unit_label, lambda row: str(unit_text(code(row)))))
    return Column(name, label, cell, values, **{"css": "num", **rest})


def number(name: str, label: Any, read: Read, **rest: Any) -> Column:
    value = reader(read)
    values = (Value(label, value, "number"),)
    return Column(name, label, lambda row: quantity_text(value(row)), values, **{"css": "num", **rest})


def money(name: str, label: Any, read: Read, currency: Read, currency_label: Any, **rest: Any) -> Column:
    """An amount; in files its currency stands beside it."""
    value, code = reader(read), reader(currency)

    def cell(row: Any) -> str:
        return "" if value(row) is None else money_text(value(row), code(row))

    return Column(
        name, label, cell, (Value(label, value, "number"), Value(currency_label, code)), **{"css": "num money", **rest}
    )


def day(name: str, label: Any, read: Read, **rest: Any) -> Column:
    value = reader(read)
    values = (Value(label, value, "day"),)
    return Column(name, label, lambda row: day_text(value(row)), values, **{"css": "num", **rest})


def moment(name: str, label: Any, read: Read, **rest: Any) -> Column:
    value = reader(read)
    values = (Value(label, value, "moment"),)
    return Column(name, label, lambda row: moment_text(value(row)), values, **{"css": "num", **rest})


def age(name: str, label: Any, read: Read, **rest: Any) -> Column:
    """How long ago; in files the moment itself."""
    value = reader(read)
    values = (Value(label, value, "moment"),)
    return Column(name, label, lambda row: ago(value(row)) if value(row) else "", values, **{"css": "num", **rest})


def states(name: str, label: Any, read: Read, **rest: Any) -> Column:
    """States as (word, icon, tone); in a file the words."""
    value = reader(read)

    def words(row: Any) -> str:
        return " · ".join(str(word) for word, _icon, _tone in value(row))

    def cell(row: Any) -> SafeString:
        return mark_safe("".join(mark(*look) for look in value(row)))

    return Column(name, label, cell, (Value(label, words),), **{"css": "state", **rest})


def buttons(name: str, label: Any, cell: Callable[[Any], Any]) -> Column:
    """What can be done with a row, beside it; always shown, in no file. `Listing.button` makes one."""
    return Column(name, label, lambda row: format_html('<div class="acts">{}</div>', cell(row)), (), is_fixed=True)


def custom(name: str, label: Any, cell: Callable[[Any], Any], values: tuple[Value, ...], **rest: Any) -> Column:
    """A cell of its own, with what files hold of it."""
    return Column(name, label, cell, values, **rest)
