"""A supplier answers orders in a file that offers its decisions and reasons to choose from."""

import io

import pytest
from django.utils import translation
from openpyxl import load_workbook

from apps.exchange.incoming import loading
from apps.exchange.incoming.exporting import workbook
from apps.exchange.incoming.mapping import kinds
from apps.exchange.incoming.painted import painted
from tests.chain import schedule_of
from tests.world import as_person, in_days, published

from .tables import received, states

CHOICES = {
    "ko": ("확정", "거절", "자재 지연", "결정", "사유"),
    "en": ("Confirm", "Reject", "Material late", "Decision", "Reason"),
}


def lists_of(content: bytes) -> dict[str, str]:
    """Letter of a column → what may be chosen there."""
    sheet = load_workbook(io.BytesIO(content)).active
    return {str(one.sqref).split(":")[0].rstrip("0123456789"): one.formula1 for one in sheet.data_validations.dataValidation}


def filled(content: bytes, *rows: dict[str, object]) -> bytes:
    """The file with other cells, by the words of the heads."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for head, value in row.items():
            sheet.cell(number, heads[head]).value = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_answer_file_offers_choices_in_the_readers_language_and_is_read_back(world, language):
    order = published(world, quantities=(100, 50, 20))
    confirm, reject, late, decision, reason = CHOICES[language]
    with as_person(world, "supplier"), translation.override(language):
        content = workbook(kinds()["answers"])
        offered = lists_of(content)
        assert any(confirm in told and reject in told for told in offered.values())
        assert any(late in told for told in offered.values())
        assert load_workbook(io.BytesIO(content)).active.cell(2, 8).value == confirm, "what loading it does stands in it"
        sent = filled(content, {decision: confirm}, {decision: reject, reason: late}, {})
        made = received(sent, "answers.xlsx", kind="answers")
        assert states(made) == ["new"] * 3
        loading.load(import_id=made.pk)
        assert [line.status for line in schedule_of(order)] == ["confirmed", "rejected", "confirmed"]


def test_rows_without_a_decision_go_on_waiting_where_others_are_decided(world):
    """The bug: who decided thirteen of sixty lines confirmed the other forty-seven, which nothing had said."""
    order = published(world, quantities=(100, 50, 20, 10))
    with as_person(world, "supplier"):
        content, undecided = workbook(kinds()["answers"]), {"Decision": None}
        rows = (
            {"Decision": "Confirm"},
            undecided,
            {**undecided, "Confirmed date": in_days(40), "Reason": "Material late"},
            undecided,
        )
        made = received(filled(content, *rows), "answers.xlsx", kind="answers")
        assert states(made) == ["new", "same", "new", "same"]
        loading.load(import_id=made.pk)
        assert [line.status for line in schedule_of(order)] == ["confirmed", "published", "change_proposed", "published"]


def test_a_file_in_which_nobody_decides_is_one_of_promises(world):
    """As customers' forms have it that know no decision: its quantities and days are the answer."""
    order = published(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        made = received(filled(workbook(kinds()["answers"]), *[{"Decision": None}] * 2), "answers.xlsx", kind="answers")
        assert states(made) == ["new"] * 2
        loading.load(import_id=made.pk)
        assert {line.status for line in schedule_of(order)} == {"confirmed"}


def test_a_decision_fills_what_its_row_leaves_empty(world):
    order = published(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        rows = ({"Decision": "accept", "Confirmed quantity": None, "Confirmed date": None},)
        rows += ({"Decision": "reject", "Reason": "Capacity", "Confirmed quantity": None, "Confirmed date": None},)
        content = workbook(kinds()["answers"])
        made = received(filled(content, *rows), "answers.xlsx", kind="answers")
        assert states(made) == ["new"] * 2
        loading.load(import_id=made.pk)
        assert [(line.status, line.confirmed_quantity) for line in schedule_of(order)] == [
            ("confirmed", 100),
            ("rejected", 0),
        ]


def test_a_confirmation_that_promises_something_else_is_refused_at_its_cell(world):
    published(world, quantities=(100, 50))
    with as_person(world, "supplier"):
        content = workbook(kinds()["answers"])
        rows = ({"Decision": "Confirm", "Confirmed quantity": 90}, {"Decision": "Confirm", "Confirmed date": in_days(99)})
        made = received(filled(content, *rows), "answers.xlsx", kind="answers")
        faults = [(row.faults[0]["column"], row.faults[0]["code"]) for row in made.rows.order_by("place")]
        assert faults == [("Confirmed quantity", "not_as_requested"), ("Confirmed date", "not_as_requested")]
        back = painted(made)
        assert any("Reject" in told for told in lists_of(back).values()), "the file that goes back offers them, too"
        wrong = received(filled(content, {"Decision": "maybe"}), "answers.xlsx", kind="answers")
        fault = wrong.rows.order_by("place")[0].faults[0]
        assert fault["code"] == "unknown_choice"
        assert "Confirm, Propose, Reject" in fault["remedy"]
