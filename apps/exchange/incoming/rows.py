"""Rows of a table as values of a kind's fields, with what is wrong of each cell."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from apps.common.characters import clean
from apps.common.errors import DomainError
from apps.common.incoming import LIST, Field, Incoming, choice_name
from apps.common.typed import shown
from apps.ui.files import FORMULA
from federated.sheets.dates import as_date
from federated.sheets.numbers import as_number
from federated.sheets.profile import text_of
from federated.sheets.table import Line, Table

from ..exceptions import MonthAcross, NumberOutside, UnknownChoice, UnknownColumn, UnknownWord, ValueMissing
from .behind import Behind
from .faults import LONGEST_WORD, fault, fault_of_cell
from .mapping import SHEET, SORTS
from .words import Words, folded

CURRENCY = re.compile(r"[(\[/ ](USD|KRW|EUR|JPY|CNY|GBP|CHF)\b", re.IGNORECASE)
SEVERAL = re.compile(r"[,;、，；\n]")


@dataclass(slots=True)
class Read:
    """One row of a file.

    Attributes:
        values: of the fields that the file gives; a cell that is empty gives None.
        faults: field, column, value, rule, remedy of each.
    """

    number: int
    sheet: str
    values: dict[str, Any]
    faults: list[dict[str, Any]] = field(default_factory=list)


def read_rows(
    tables: Sequence[Table], kind: Incoming, mapping: Mapping[str, str], constants: Mapping[str, str], words: Words
) -> list[Read]:
    """All rows of alike tables. Rows in which nothing stands below the mapped columns but constants are left out.

    Raises:
        UnknownColumn: a field's column is not there; it is never left out unsaid.
    """
    fields = [(one, mapping[one.name]) for one in kind.fields if mapping.get(one.name)]
    fixed = {one.name: constants[one.name] for one in kind.fields if constants.get(one.name)}
    found: list[Read] = []
    for table in tables:
        for one, name in fields:
            if name != SHEET and name not in table.names:
                raise UnknownColumn(place=one.name, value=shown(name))
        reader = _Reader(kind, fields, fixed, words, table)
        reader.said = {sort: constants[f"@{sort}"] for sort in SORTS if constants.get(f"@{sort}")}
        found.extend(reader.rows())
    return found


class _Reader:
    def __init__(
        self, kind: Incoming, fields: list[tuple[Field, str]], fixed: Mapping[str, str], words: Words, table: Table
    ) -> None:
        self.kind, self.fields, self.fixed, self.words, self.table = kind, fields, fixed, words, table
        self.periods = [head for head in table.heads if head.period and not head.is_total] if kind.is_wide else []
        if any(one.name == "day" for one, _name in self.fields):
            self.periods = []  # a long table with a stray date in its head
        self.currency = next((_currency_of(table, name) for one, name in self.fields if one.name == "unit_price"), "")
        self.is_weekly = _are_weeks([head.period[0] for head in self.periods if head.period])
        self.behind = Behind(kind, words)
        self.said: dict[str, str] = {}
        self.known: dict[tuple[str, str], tuple[Any, dict[str, Any] | None]] = {}

    def rows(self) -> Iterator[Read]:
        reads: dict[str, Any] = {name: one.reads for one, name in self.fields if name != SHEET}
        reads |= {head.name: "number" for head in self.periods}
        raw_of = {name: self.table.place(name) for name in reads}
        for line, row in zip(self.table.lines(reads, self.said), self.table.rows(), strict=True):
            cells = {name: text_of(row.cells[place]) for name, place in raw_of.items()}
            for name, place in raw_of.items():  # the reader drops what cannot be seen; here it is refused by name
                if isinstance(row.cells[place], str) and reads[name] == "text":
                    line.values[name] = row.cells[place] or None
            read = self._row(line, cells)
            if self.periods:
                yield from self._wide(line, cells, read)
            elif any(cells.values()):
                yield read

    def _row(self, line: Line, cells: Mapping[str, str]) -> Read:
        sheet = self.table.sheet.name.strip()
        read = Read(line.number, sheet, {})
        faulty = {fault.place.column: fault for fault in line.faults}
        for one, name in self.fields:
            if name in faulty:
                read.faults.append(fault_of_cell(one, faulty[name]))
                read.values[one.name] = None
                continue
            value = sheet if name == SHEET else line.values[name]
            self._take(read, one, name, value, cells.get(name, ""))
        for name, text in self.fixed.items():
            if read.values.get(name) in (None, ""):
                self._constant(read, self.kind.field(name), text)
                if name in self.kind.gives_way:
                    read.values.setdefault("by_constant", []).append(name)
        self._by_other(read, cells)
        for one, name in self.fields:
            if one.reads == "number" and (wrong := self.behind.take(read.values, one, name, cells.get(name, ""))):
                read.faults.append(wrong)
        self._currency(read)
        for one in self.kind.fields:
            if not one.is_required or one.default is not None or read.values.get(one.name) not in (None, ""):
                continue
            is_of_head = bool(self.periods) and one.name in ("day", "quantity")
            if one.name in self.kind.excused(read.values):
                continue
            if not is_of_head and not any(told["field"] == one.name for told in read.faults):
                column = next((name for known, name in self.fields if known is one), "")
                read.faults.append(fault(one, column, "", ValueMissing(place=one.name, value="")))
        return read

    def _by_other(self, read: Read, cells: Mapping[str, str]) -> None:
        """What no column says is said by the one that stands in for it."""
        columns = {one.name: name for one, name in self.fields}
        for one in self.kind.fields:
            other, said = columns.get(one.or_else), read.values.get(one.or_else)
            if not other or not said or one.name in columns or read.values.get(one.name) is not None:
                continue
            key = (f"{one.name} by {other}", str(said))
            if key not in self.known:
                named = self.words.named(one.of, str(said))
                self.known[key] = (named, None) if named else self._value(one, other, said, cells[other])
            read.values[one.name], wrong = self.known[key]
            if wrong:
                read.faults.append(wrong)

    def _take(self, read: Read, one: Field, column: str, value: Any, raw: str) -> None:
        key = (column, raw)
        if key not in self.known or column == SHEET:
            self.known[key] = self._value(one, column, value, raw)
        read.values[one.name], wrong = self.known[key]
        if wrong:
            read.faults.append(wrong)

    def _value(self, one: Field, column: str, value: Any, raw: str) -> tuple[Any, dict[str, Any] | None]:
        if value is None:
            return None, None
        try:
            return value_of(one, value, self.words), None
        except DomainError as error:
            said = error.value if isinstance(error, UnknownChoice) else raw or str(value)  # of several the one that is it
            return None, fault(one, column, said, error)

    def _constant(self, read: Read, one: Field | None, text: str) -> None:
        assert one is not None
        given: Any = text
        if one.reads == "number":
            given, _code = as_number(text, ".")
        elif one.reads == "date":
            given, _code = as_date(text, "ymd")
        read.values[one.name], wrong = self._value(one, str(one.label), given, text)
        if wrong or given is None:
            read.faults.append(wrong or fault(one, str(one.label), text, ValueMissing(place=one.name, value=text)))

    def _currency(self, read: Read) -> None:
        """“단가(USD)” and cells formatted as dollars say in which currency a price is."""
        if self.kind.field("currency") is None or read.values.get("currency") is not None:
            return
        if self.currency and read.values.get("unit_price") is not None:
            read.values["currency"] = self.currency

    def _wide(self, line: Line, cells: Mapping[str, str], read: Read) -> Iterator[Read]:
        """A row of its own for each day or week whose cell is filled: empty is not nothing."""
        faulty = {fault.place.column: fault for fault in line.faults}
        quantity, day = self.kind.field("quantity"), self.kind.field("day")
        assert quantity is not None
        assert day is not None
        for head in self.periods:
            assert head.period is not None
            one = Read(read.number, read.sheet, dict(read.values), list(read.faults))
            if head.name in faulty:
                one.faults.append(fault_of_cell(quantity, faulty[head.name]))
                yield one
                continue
            value = line.values[head.name]
            if value is None:
                continue
            first, bucket = head.period
            one.values["day"] = first
            if bucket == "month":
                one.faults.append(fault(day, head.name, cells[head.name], MonthAcross(place="day", value=head.name)))
                yield one
                continue
            self._take(one, quantity, head.name, value, cells[head.name])
            if wrong := self.behind.take(one.values, quantity, head.name, cells[head.name]):
                one.faults.append(wrong)
            if self.kind.field("bucket") is not None:
                one.values["bucket"] = "week" if self.is_weekly else bucket
            yield one


def value_of(one: Field, value: Any, words: Words) -> Any:
    """What services take: a number to the 15 digits that a cell holds, a day, a text by its rule, a code for a word.

    Raises:
        DomainError: no such choice, or a word that is not known.
    """
    if one.reads == "number":
        return _number(one, Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value))
    if one.reads == "date":
        return value.date() if isinstance(value, datetime) else value
    text = value if isinstance(value, str) else text_of(value)
    if text.startswith("'") and text[1:].startswith(FORMULA):
        text = text[1:]  # as our own CSV writes what a spreadsheet would run
    if one.text == "code":
        text = unicodedata.normalize("NFKC", text)  # full width digits are digits
    text = clean(text.strip(), one.text, one.name)
    if not text:
        return None
    if one.choices and one.several:
        named = {_choice(one, part.strip(), words) for part in SEVERAL.split(text) if part.strip()}
        return LIST.join(value for value in one.choices if value in named) or None
    if one.choices:
        return _choice(one, text, words)
    if one.of:
        means = words.means(one.of, text)
        if means is None:
            raise UnknownWord(place=one.name, value=shown(text, LONGEST_WORD), what=one.of)
        return means
    if len(text) > one.max_length:
        rule = _("It has %(most)s characters at most.") % {"most": one.max_length}
        raise ValueMissing(rule, place=one.name, value=shown(text), remedy=_("Shorten it."))
    return text


def _number(one: Field, value: Decimal) -> Decimal:
    """
    Raises:
        NumberOutside: more than a column holds, finer than it is counted, or below its bound.
    """
    if not value.is_finite() or value.adjusted() >= 12:
        rule = _("The number is too large.")
    elif round(value, one.places) != value:
        rule = _("A whole number stands here.") if not one.places else _("It has %(n)s digits after the point at most.")
        rule = rule % {"n": one.places} if one.places else rule
    elif one.least is not None and (value < one.least or (one.is_above and value == one.least)):
        rule = _("It is above %(n)s.") if one.is_above else _("It is %(n)s or more.")
        rule = rule % {"n": one.least}
    else:
        return value
    raise NumberOutside(rule, place=one.name, value=f"{value:f}"[:40])


def _choice(one: Field, text: str, words: Words) -> Any:
    """
    Raises:
        UnknownChoice: no word of the list, and none that the firm has explained.
    """
    wanted = folded(text)
    for value, names in one.choices.items():
        if wanted in (str(value).casefold(), *names):
            return value
    if (meant := words.chosen(one, text)) is not None:
        return meant
    known = ", ".join(choice_name(one, value) for value in one.choices)
    remedy = _("Say once which of them is meant, or write one of: %(names)s.") % {"names": known}
    raise UnknownChoice(place=one.name, value=shown(text, LONGEST_WORD), remedy=remedy)


def _currency_of(table: Table, name: str) -> str:
    """Of a column of prices; "" where it does not say or says several."""
    if found := CURRENCY.search(name):
        return found.group(1).upper()
    formats = list(table.sheet.currencies.get(table.heads[table.place(name)].column, {}))
    return formats[0] if len(formats) == 1 else ""


def _are_weeks(days: Sequence[date]) -> bool:
    """Whether heads written as days mean weeks: all are Mondays, none within a week of another."""
    in_order = sorted(days)
    gaps = (later - day for day, later in pairwise(in_order))
    return len(days) > 1 and all(day.isoweekday() == 1 for day in days) and all(gap.days >= 7 for gap in gaps)
