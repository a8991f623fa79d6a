"""What papers share: every sign is drawn, sums add up, and a paper goes on over pages."""

from decimal import Decimal

import pytest
from django.utils import translation

from apps.common.currencies import paid, tax_of
from apps.ui.paper import Column, Party, Sheet, totals_of
from tests.papers import pages_of, text_of


def sheet_of(*texts: str) -> bytes:
    sheet = Sheet("T")
    sheet.top("Kind", "N-1", "https://example.test/")
    sheet.parties(Party("From", "A"), Party("To", "B"))
    sheet.rows((Column("Head", 93), Column("Figure", 93, is_figure=True)), [(text, "1") for text in texts])
    return bytes(sheet.output())


def test_a_sign_that_the_font_lacks_is_drawn_as_one_near_or_as_a_box_and_never_left_out():
    text = text_of(sheet_of("−3 days", "≥ 4", "漢字"))
    assert "–3 days" in text
    assert ">= 4" in text
    assert "□□" in text or "漢字" in text


def test_a_long_table_has_its_head_on_every_page():
    pages = pages_of(sheet_of(*(f"row {number}" for number in range(120))))
    assert len(pages) >= 3
    assert all("Head" in page and f"{number}/{len(pages)}" in page for number, page in enumerate(pages, 1))
    assert sum(page.count("row ") for page in pages) == 120


@pytest.mark.parametrize(
    ("currency", "amount"), [("KRW", "11"), ("JPY", "11"), ("USD", "10.56"), ("KWD", "10.556"), ("XXX", "10.56")]
)
def test_amounts_are_paid_in_the_smallest_coin(currency, amount):
    assert paid(Decimal("10.5555"), currency) == Decimal(amount)


def test_tax_is_cut_to_the_won_and_reckoned_in_won_only():
    assert tax_of(Decimal(10009), "KRW") == 1000
    assert tax_of(Decimal(10009), "USD") is None


def test_the_tax_of_a_paper_is_the_sum_of_its_lines():
    with translation.override("en"):
        assert totals_of([Decimal(15), Decimal(15)], "KRW") == [("Supply value", "₩30"), ("VAT", "₩2"), ("Total", "₩32")]
        assert totals_of([Decimal("1.5")], "USD") == [("Total", "$1.50")]
        assert totals_of([Decimal(15)], "KRW", is_domestic=False) == [("Total", "₩15")]
        assert totals_of([], "KRW") == []
