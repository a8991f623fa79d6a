"""A list as a file: the rows and columns that are shown, typed, with nothing in it that a spreadsheet would run."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from apps.common.errors import InvalidParameter
from apps.common.typed import shown
from apps.tenancy.scope import require_scope, use_scope

from .columns import Value
from .listing import Listing

DIRECT = 2_000  # rows of an XLSX made while its reader waits
FORMULA = ("=", "+", "-", "@", "\t", "\r")
DAY = "yyyy-mm-dd"
# Texts stay texts, whatever they look like: no formulas, no links, no numbers out of part numbers.
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "default_date_format": DAY}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_answer(asked: Listing, kind: str) -> HttpResponseBase | None:
    """The file itself; None where a worker has to write it, because it has more than `DIRECT` rows.

    Raises:
        InvalidParameter: neither CSV nor XLSX, or the list is asked for what it does not have.
    """
    asked.check()
    if kind == "csv":
        return attached(ScopedStream(csv_lines(asked), content_type="text/csv; charset=utf-8"), file_name(asked.name, "csv"))
    if kind != "xlsx":
        raise InvalidParameter(place="file", value=shown(kind), remedy=_("Ask for csv or xlsx."))
    if len(asked.found[: DIRECT + 1]) > DIRECT:
        return None
    made = io.BytesIO()
    write_xlsx(str(asked.title), values_of(asked), asked.chunks(), made)
    return attached(HttpResponse(made.getvalue(), content_type=XLSX), file_name(asked.name, "xlsx"))


def attached(answer: HttpResponseBase, name: str) -> HttpResponseBase:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def file_name(name: str, kind: str) -> str:
    return f"{name}-{timezone.localdate():%Y%m%d}.{kind}"


def values_of(asked: Listing) -> list[Value]:
    return [value for column in asked.shown_columns for value in column.values]


def inert(text: str) -> str:
    """Text that a spreadsheet takes for text: what looks like a formula begins with an apostrophe, as Excel writes it."""
    return f"'{text}" if text.startswith(FORMULA) else text


# CSV


def csv_lines(asked: Listing) -> Iterator[str]:
    """The file in pieces: its head, then up to 500 rows each."""
    values = values_of(asked)
    line, take = _writer()
    line([str(value.label) for value in values])
    yield "\ufeff" + take()  # Excel takes a file without this mark for the code page of its country
    for rows in asked.chunks():
        for row in rows:
            line([_csv_cell(value, value.read(row)) for value in values])
        yield take()


def _csv_cell(value: Value, found: Any) -> str:
    if found is None:
        return ""
    if value.kind == "number":
        exact = Decimal(str(round(found, 6))) if isinstance(found, float) else Decimal(found)
        return f"{exact.normalize():f}"
    if value.kind == "moment":
        return f"{timezone.localtime(found):%Y-%m-%d %H:%M:%S}"
    return found.isoformat() if value.kind == "day" else inert(str(found))


def _writer() -> tuple[Callable[[list[str]], Any], Callable[[], str]]:
    buffer = io.StringIO()

    def take() -> str:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    return csv.writer(buffer).writerow, take


class ScopedStream(StreamingHttpResponse):
    """A stream that opens the scope of its request again for each piece: the request's own transaction is over by then."""

    opens_scope = True

    def __init__(self, pieces: Iterator[str], **options: Any) -> None:
        scope, language, zone = require_scope(), translation.get_language(), timezone.get_current_timezone()

        def step() -> str | None:
            with use_scope(scope), translation.override(language), timezone.override(zone):
                return next(pieces, None)

        async def stream() -> AsyncIterator[str]:
            while (piece := await sync_to_async(step)()) is not None:
                yield piece

        super().__init__(stream(), **options)


# XLSX


def write_xlsx(title: str, values: list[Value], pieces: Iterable[list[Any]], to: Any) -> None:
    """Write rows as a workbook of one sheet; its memory does not grow with them.

    Args:
        to: a path or an open binary file.
    """
    with Workbook(to, {**AS_TEXT, "constant_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        head, moments = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        whole, parts = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "#,##0.######"})
        quoted = book.add_format({"quote_prefix": True})
        sheet.freeze_panes(1, 1)
        for at, value in enumerate(values):
            sheet.set_column(at, at, 28 if value.kind == "text" else 14)
            sheet.write_string(0, at, str(value.label), head)
        done = 0
        for done, row in enumerate((row for rows in pieces for row in rows), start=1):
            for at, value in enumerate(values):
                found = value.read(row)
                if found is None or found == "":
                    continue
                if value.kind == "number":
                    sheet.write_number(done, at, float(found), whole if found == int(found) else parts)
                elif isinstance(found, datetime):
                    sheet.write_datetime(done, at, timezone.localtime(found).replace(tzinfo=None), moments)
                elif isinstance(found, date):
                    sheet.write_datetime(done, at, found)
                else:
                    sheet.write_string(done, at, str(found), quoted if str(found).startswith(FORMULA) else None)
        if values and done:
            sheet.autofilter(0, 0, done, len(values) - 1)
