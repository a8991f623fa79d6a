"""Columns of somebody's table as the lines of features that a contract's form takes: a pasted head row, or a file."""

import re
from itertools import islice

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from federated.sheets.errors import SheetError
from federated.sheets.read import read_book
from federated.sheets.table import Table
from federated.sheets.words import Language

from .feature_lines import MOST_LETTERS, YES_OR_NO

UNIT = re.compile(r"^(?P<name>.+?)\s*[\(\[](?P<unit>[^()\[\]]{1,12})[\)\]]$")
MARKS = "\t;,|"
LEAST_COLUMNS = 3
LOOKED_AT, MOST_CATEGORIES = 2000, 12  # rows of a file; different texts that still are a category
LABELS = frozenset(("y", "label", "defect", "passorfail", "result", "judgement", "판정", "합부", "양불", "불량", "불량여부"))


def is_head_line(text: str) -> bool:
    """Whether it is one line of many names, and not a feature of our own writing: name; unit; low; high."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        return False
    return any(lines[0].count(mark) >= (4 if mark == ";" else LEAST_COLUMNS - 1) for mark in MARKS if mark != "|")


def lines_of_heads(text: str) -> tuple[list[str], str]:
    """Lines for a pasted head row, all of them numbers; and the column of the label, or nothing."""
    line = text.strip()
    mark = max(MARKS, key=line.count)
    return _split([(name.strip().strip('"'), "") for name in line.split(mark) if name.strip()])


def lines_of_file(content: bytes, name: str) -> tuple[list[str], str]:
    """Lines for the largest table of a file; its rows are looked at for what kind a column is, and kept nowhere.

    Raises:
        SheetError: no table that is read.
    """
    table = read_book(content, name).tables()[0]
    return _split([(head.name, _kind(table, head.name)) for head in table.heads])


def _split(columns: list[tuple[str, str]]) -> tuple[list[str], str]:
    label = next((name for name, _found in columns if re.sub(r"[\W_]", "", name).casefold() in LABELS), "")
    return [_line(name, kind) for name, kind in columns if name != label and kind != "-"], label


def _line(name: str, kind: str) -> str:
    """A line that read_line takes back."""
    found = UNIT.match(name) if not kind else None
    plain = (found["name"] if found else name).replace(";", " ")[:MOST_LETTERS]
    return f"{plain}; {kind}" if kind else f"{plain}; {found['unit'] if found else ''}; ; "


def _kind(table: Table, name: str) -> str:
    """Nothing for a number, the categories of a text, and “-” for a column that is no feature: days, numbers of lots."""
    kind = table.profile(name).kind
    if kind == "number":
        different = {line.values[name] for line in islice(table.lines({name: "number"}), LOOKED_AT)} - {None}
        return "|".join(YES_OR_NO) if different == {0.0, 1.0} else ""
    if kind == "date":
        return "-"
    texts = {str(line.values[name]) for line in islice(table.lines({name: "text"}), LOOKED_AT) if line.values[name]}
    is_category = 1 < len(texts) <= MOST_CATEGORIES and not any("|" in text or ";" in text for text in texts)
    return "|".join(sorted(texts)) if is_category else "-"


def refusal_of(error: SheetError) -> str:
    language: Language = "ko" if (get_language() or "").startswith("ko") else "en"
    return _("This file cannot be read: %(text)s") % {"text": error.told(language)}
