"""What stands, as a file of its kind says it: mended in a spreadsheet it is loaded again as it is."""

import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from apps.common.incoming import Field, Incoming, choice_name, choice_words
from apps.ui.files import AS_TEXT, FORMULA

from .words import plain

MOST = 200_000
LONGEST_LIST = 255  # characters of choices, as Excel takes them


@cache
def labels_of(one: Field) -> frozenset[str]:
    """How our own files call a column of the field, in both languages."""
    found = set()
    for language in ("en", "ko"):
        with translation.override(language):
            found.add(plain(str(one.label)))
    return frozenset(found)


@cache
def names_of(one: Field) -> frozenset[str]:
    """What a column of the field may be called: its words, and its label in both languages."""
    return labels_of(one) | set(one.words)


EXAMPLES = 3


def example(kind: Incoming) -> bytes:
    """The heads of a kind, what may stand below each as their notes, and the first rows that stand.

    Loaded as it is, the file changes nothing: where some rows of a group would replace it whole, or where what waits would
    be done, the first row stands in the notes instead.
    """
    rows = list(kind.every(EXAMPLES))
    if kind.whole_words or kind.waiting_words:
        return workbook(kind, (), sample=next(iter(rows), {}))
    return workbook(kind, rows, sample={})


def told(one: Field, value: Any = None) -> str:
    """What may stand below a head, and a value of it that stands."""
    found = [str(one.label), _("needed in every row") if one.is_required and one.default is None else _("may be left out")]
    if one.choices:
        found.append(_("one of: %(names)s") % {"names": ", ".join(_choice_names(one))})
    elif one.reads == "date":
        found.append(_("a day, such as 2026-03-31"))
    elif one.reads == "number":
        found.append(_("a number"))
    else:
        found.append(_("a text of up to %(most)s characters") % {"most": one.max_length})
    if value not in (None, ""):
        found.append(_("for example: %(value)s") % {"value": _said(one, value)})
    return "\n".join(found)


def _said(one: Field, value: Any) -> str:
    """As a cell would hold it."""
    if one.choices:
        return choice_words(one, value)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _choice_names(one: Field) -> list[str]:
    return [" / ".join(names[:2]) if names else str(value) for value, names in one.choices.items()]


def workbook(kind: Incoming, rows: Iterable[Any] | None = None, *, sample: Mapping[str, Any] | None = None) -> bytes:
    """One sheet with a column a field; without rows it is all that stands, up to `MOST`.

    Args:
        sample: each head has a note of what may stand below it, with what this row says there.
    """
    made = io.BytesIO()
    with Workbook(made, {**AS_TEXT, "constant_memory": True}) as book:
        sheet = book.add_worksheet(plain_title(str(kind.label)))
        head, quoted = book.add_format({"bold": True, "bottom": 1}), book.add_format({"quote_prefix": True})
        sheet.freeze_panes(1, 0)
        for at, one in enumerate(kind.fields):
            sheet.write_string(0, at, str(one.label), head)
            if sample is not None:
                sheet.write_comment(0, at, told(one, sample.get(one.name)), {"x_scale": 2})
            sheet.set_column(at, at, 18)
            offer_choices(sheet, at, one)
        for to, values in enumerate(islice(kind.every(MOST) if rows is None else rows, MOST), start=1):
            for at, one in enumerate(kind.fields):
                _write(sheet, to, at, one, values.get(one.name), quoted)
    return made.getvalue()


def offer_choices(sheet: Any, at: int, one: Field) -> None:
    """A list to choose from in the cells of a column, in the reader's language; another word that means the same may be
    typed, too."""
    names = [choice_name(one, value) for value in one.choices]
    if not names or one.several or len(",".join(names)) > LONGEST_LIST:
        return
    told = {"error_type": "warning", "error_title": str(one.label)[:32]}
    sheet.data_validation(1, at, MOST, at, {"validate": "list", "source": names, **told})


def plain_title(text: str) -> str:
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31] or "Dure"


def _write(sheet: Any, row: int, at: int, one: Field, value: Any, quoted: Any) -> None:
    if value is None or value == "":
        return
    if one.choices:
        sheet.write_string(row, at, choice_words(one, value))
    elif one.reads == "number":
        sheet.write_number(row, at, float(value))
    elif one.reads == "date":
        sheet.write_datetime(row, at, value)
    else:
        text = str(value)
        sheet.write_string(row, at, text, quoted if text.startswith(FORMULA) else None)
