"""Every list of every room: its pages hold each row once and in order, its tools open, its files read back as its rows."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from apps.tower.lists import ScoreList
from apps.tower.scorecard import Score
from apps.ui.files import FORMULA, csv_lines, values_of, write_xlsx
from apps.ui.listing import Listing
from apps.ui.selectors import listings
from apps.ui.tables import TableListing
from tests.apps.joining.firms import cluster_of
from tests.busy import ADDRESSES, READERS, fill
from tests.world import as_person, in_days


@pytest.fixture
def busy(world):
    fill(world)
    return world


def reader_of(name: str) -> str:
    return READERS.get(name, "buyer")


@pytest.fixture
def asked(busy, client_of):
    """Get a list by its name and address, as who reads it: (answer, the list that stands on it)."""
    clients = {who: client_of(who) for who in {"buyer", *READERS.values()}}

    def ask(name: str, address: str) -> tuple[Any, Any]:
        due = f"{in_days(10):%Y-%m}"  # as `published` asks for it
        path = address.format(relation=busy.relation.pk, month=due, cluster=cluster_of(busy))
        answer = clients[reader_of(name)].get(path)
        assert answer.status_code == 200, (address, answer.content[:300])
        return answer, answer.context["list"] if answer.context else None

    return ask


def path_of(name: str) -> str:
    return ADDRESSES[name].partition("?")[0]  # what it asks for, the list keeps


def every(asked) -> Iterator[tuple[str, Any, Any]]:
    for name, address in ADDRESSES.items():
        answer, found = asked(name, address)
        assert found.name == name
        yield name, answer, found


def value_of(found: Listing, row: Any) -> Any:
    column, _is_falling = found.sort
    if isinstance(found, TableListing):
        return found.sort_value(column)(row)
    return row[column.sort] if isinstance(row, dict) else getattr(row, column.sort)


def walk(asked, name: str, address: str, turn: str) -> Iterator[Any]:
    """The list on each page from one on, by the way that it shows itself."""
    while address:
        _answer, found = asked(name, path_of(name) + address)
        yield found
        address = getattr(found, turn)()


def test_every_list_is_walked():
    assert set(listings()) == set(ADDRESSES)
    assert len(ADDRESSES) > 8


def test_each_page_of_both_directions_holds_its_rows_once_and_in_order(busy, asked, monkeypatch):
    turned = 0
    for kind in listings().values():
        monkeypatch.setattr(kind, "page_size", 2)
    for name, _answer, first in list(every(asked)):
        for sort, _words, _is_now in first.tools.sorts:
            forwards = list(walk(asked, name, first.address(sort=sort), "later"))
            rows = [row for found in forwards for row in found.page.rows]
            keys = [[found.key(row) for row in found.page_rows] for found in forwards]
            flat = [key for page in keys for key in page]
            assert len(flat) == len(set(flat)) >= 1, (name, sort)
            with as_person(busy, reader_of(name)):
                values = [value_of(forwards[0], row) for row in rows]
            filled = [value for value in values if value is not None]
            assert values == filled + [None] * (len(values) - len(filled)), (name, sort)
            pairs = list(pairwise(filled))
            assert all(a >= b for a, b in pairs) if sort.startswith("-") else all(a <= b for a, b in pairs), (name, sort)
            last = forwards[-1]
            backwards = list(walk(asked, name, last.own_address, "earlier"))
            assert [[found.key(row) for row in found.page_rows] for found in reversed(backwards)] == keys, (name, sort)
            turned += len(forwards) - 1
    assert turned > 50


def test_every_tool_opens_and_every_filter_is_told_with_what_it_leaves(busy, asked):
    told = 0
    for name, _answer, found in list(every(asked)):
        here = path_of(name)
        for part in ("display", "files", "sums", "table"):
            asked(name, f"{here}{found.address()}&show={part}")
        if found.filters is None:
            continue
        form = asked(name, f"{here}{found.address()}&show=filters")[0].content.decode()
        for field, filter_ in found.filters.base_filters.items():
            assert f'name="{field}"' in form, (name, field)
            with as_person(busy, reader_of(name)):
                value = example_of(found, field)
            _answer, narrowed = asked(name, here + found.address(**{field: value}))
            with as_person(busy, reader_of(name)):
                (chip,) = narrowed.tools.chips()
            assert chip[0] == filter_.label, (name, field, value)
            assert f"{field}={value}" not in chip[2]
            told += 1
    assert told > 25


def test_a_period_that_ends_before_it_begins_is_refused_by_every_list(busy, asked, client_of):
    refused = 0
    for name, _answer, found in list(every(asked)):
        fields = found.filters.base_filters if found.filters else {}
        for until in [field for field in fields if field.endswith("_until")]:
            if until.replace("_until", "_from") not in fields:
                continue
            period = {until.replace("_until", "_from"): str(in_days(2)), until: str(in_days(1))}
            for file in ({}, {"file": "csv"}, {"show": "table"}):
                path = f"{path_of(name)}{found.address(**period, **file)}"
                path = path.format(relation=busy.relation.pk, month=f"{in_days(10):%Y-%m}", cluster=cluster_of(busy))
                answer = client_of(reader_of(name)).get(path)
                assert answer.status_code == 400, (name, until, answer.status_code)
                assert "before the first day" in answer.content.decode()
                refused += 1
    assert refused > 15


def example_of(found: Listing, field: str) -> str:
    """A value that the filter takes."""
    widget = found.tools.filter_form().fields[field]
    if hasattr(widget, "choices"):
        return str(next(value for value, _words in widget.choices if value not in ("", None)))
    kind = getattr(widget.widget, "input_type", "")
    return {"date": str(timezone.localdate()), "month": f"{timezone.localdate():%Y-%m}"}.get(kind, "1")


DOOR = ("accounts_door", "SAVEPOINT", "SELECT set_config", "auth_", "django_session", "accounts_organizationrole")


def costs(client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in queries if not any(word in query["sql"] for word in DOOR)]


# A buyer's outlook holds sites, parts with who delivers them, what comes, stock, what plans and rules say, and what was
# used today; one more where material is handed out to suppliers, three where a supplier's offer is open: it stands beside.
# A forecast is those needs without the parts that a plan names, beside what its page's parts used and what was ordered.
# Work by the line is those causes with the lines that wait, and beside the rows of the page their offers, news and contacts.
# What waits for a supplier stands beside the days on which its customers work; what is at risk beside stock, plans and what
# is on its way; a row of work beside drafts, what is on its way and what was said last.
MOST, MORE = 4, {"answers": 5, "at-risk": 8, "forecasts": 11, "outlook": 10, "work": 17, "offers": 13}


def test_every_list_takes_four_statements_at_most_however_many_rows(busy, asked, client_of):
    """The list alone: its rows and what stands around them, without the frame of the page."""
    paths = {name: f"{path_of(name)}{found.address()}&show=table" for name, _answer, found in every(asked)}
    for name, path in paths.items():
        path = path.format(relation=busy.relation.pk, month=f"{in_days(10):%Y-%m}", cluster=cluster_of(busy))
        found = costs(client_of(reader_of(name)), path)
        assert len(found) <= MORE.get(name, MOST), (name, len(found), found)


def test_a_row_that_is_fetched_again_is_the_row_of_the_page(asked):
    fetched = 0
    for name, _answer, found in list(every(asked)):
        if not found.live:
            continue
        whole_list = found.address(column=list(found.all_columns))
        page, shown_list = asked(name, path_of(name) + whole_list)
        for row in filter(shown_list.row_url, shown_list.page_rows):
            again, _none = asked(name, shown_list.row_url(row) + whole_list)
            assert again.content.decode() in page.content.decode(), name
            fetched += 1
    assert fetched > 10


def lines_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def in_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return f"'{value}" if str(value).startswith(FORMULA) and isinstance(value, str) else str(value)


def is_same(read: Any, expected: Any) -> bool:
    """Whether a cell of the workbook holds the value, as the type that it is of."""
    if expected in (None, ""):
        return read is None
    if isinstance(expected, datetime):
        local = timezone.localtime(expected).replace(tzinfo=None)
        return isinstance(read, datetime) and abs((read - local).total_seconds()) < 1
    if isinstance(expected, date):
        return isinstance(read, datetime) and read.date() == expected
    if isinstance(expected, (Decimal, int, float)):
        return isinstance(read, (int, float)) and read == pytest.approx(float(expected))
    return read == str(expected)


def test_every_file_opens_again_with_the_rows_of_its_list_and_runs_nothing(busy, asked):
    inert = set()
    for name, _answer, found in list(every(asked)):
        columns = found.address(column=list(found.all_columns))
        _answer, found = asked(name, path_of(name) + columns)
        with as_person(busy, reader_of(name)):
            values = [value for column in found.shown_columns for value in column.values]
            rows = [[value.read(row) for value in values] for chunk in found.chunks(size=2) for row in chunk]
            summed = bool(found.foot())
        assert len(rows) >= 1
        if isinstance(found, TableListing):
            assert len(rows) == len(found.found) + summed, name  # what they make together stands below, and in the file
        head = [str(value.label) for value in values]
        assert all(head), name
        lines = lines_of(asked(name, f"{path_of(name)}{columns}&file=csv")[0])
        assert lines[0] == head, name
        assert len(lines) == len(rows) + 1, name
        sheet = load_workbook(io.BytesIO(asked(name, f"{path_of(name)}{columns}&file=xlsx")[0].content)).active
        assert sheet is not None
        cells = list(sheet.iter_rows())
        assert [cell.value for cell in cells[0]] == head, name
        assert len(cells) == len(rows) + 1, name
        for row, line, sheet_row in zip(rows, lines[1:], cells[1:], strict=True):
            for value, expected, text, cell in zip(values, row, line, sheet_row, strict=True):
                assert is_same(cell.value, expected), (name, value.label, cell.value, expected)
                assert cell.data_type != "f", (name, value.label)
                if value.kind == "number":
                    exact = Decimal(str(round(expected, 6))) if isinstance(expected, float) else expected
                    assert (Decimal(text) if text else None) == (None if exact is None else Decimal(exact))
                else:
                    assert text == in_csv(expected), (name, value.label)
                if value.kind == "text" and str(expected or "").startswith(FORMULA):
                    inert.add(name)
    assert len(inert) > 8, inert


def test_what_the_rows_make_together_is_the_last_row_of_the_files(world):
    with as_person(world, "buyer"):
        found = ScoreList({})
        found.scored = [{"key": n, "name": f"Firm {n}", "to": "", "score": Score(lines=n, otif_base=1)} for n in (1, 4)]
        lines = list(csv.reader("".join(csv_lines(found)).splitlines()))
        made = io.BytesIO()
        write_xlsx("Scorecards", values_of(found), found.chunks(), made)
    assert [line[:3] for line in lines[1:]] == [["Firm 4", "4", "0.25"], ["Firm 1", "1", "1"], ["Together", "5", "0.4"]]
    assert [cell.value for cell in list(load_workbook(made).active.rows)[-1]][:3] == ["Together", 5, 0.4]
