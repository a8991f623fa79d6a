"""Scorecards: each figure from its own lines, the two bases apart, and nothing that cannot be summed."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.orders import services as orders
from apps.orders.models import ChangeRequest, PurchaseOrder, ScheduleLine
from apps.tenancy.roles import Side
from apps.tower import scorecard
from tests.chain import announced, confirmed, decided, received, schedule_of
from tests.papers import text_of
from tests.world import as_if, as_person, in_days, published


def score(world, who="buyer", side=Side.BUYER, **options):
    today = timezone.localdate()
    with as_person(world, who):
        found = scorecard.scores(side, today - timedelta(days=90), today + timedelta(days=90), **options)
    return scorecard.total(list(found.values()))


def test_a_delivery_in_the_window_is_on_time_and_in_full(world):
    received(world, announced(world, confirmed(world, days=2)))  # two days early; the window is three
    found = score(world)
    assert (found.lines, found.otif_base, found.otif_requested, found.late_rate) == (1, 1, 1, 0)
    assert found.mean_days_late == -2


def test_too_early_is_not_on_time(world):
    received(world, announced(world, confirmed(world, days=10)))
    assert score(world).on_time_base == 0


def test_the_two_bases_differ_after_a_late_confirmation(world):
    order = confirmed(world, days=1, on=in_days(5))
    with as_person(world, "buyer"):  # as if five days had passed
        as_if(ScheduleLine.objects.filter(order=order), requested_date=in_days(-4), otif_base_date=in_days(0))
    received(world, announced(world, order))
    found = score(world)
    assert (found.otif_base, found.otif_requested, found.mean_days_late) == (1, 0, 4)


def test_the_suppliers_later_change_does_not_move_the_base(world):
    order = confirmed(world, days=4)
    with as_person(world, "supplier"):
        change = orders.Change(schedule_of(order)[0].pk, Decimal(100), in_days(20))
        orders.request_changes(order_id=order.pk, changes=[change], reason="material")
    with as_person(world, "buyer"):
        orders.accept_change(change_id=ChangeRequest.objects.get().pk)
        assert schedule_of(order)[0].otif_base_date == in_days(4)


def test_short_and_overdue_lines_count_against_the_supplier(world):
    received(world, announced(world, confirmed(world, days=2), quantity=60))
    late = confirmed(world, days=2)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=late), otif_base_date=in_days(-1))
    found = score(world)
    assert (found.lines, found.on_time_base, found.in_full, found.otif_base) == (2, 1, 0, 0)


def test_a_line_that_is_not_due_does_not_count(world):
    confirmed(world)
    assert score(world).lines == 0
    assert score(world).share("otif_base") is None


def test_ppm_counts_rejected_pieces_over_received_pieces(world):
    decided(world, received(world, announced(world, confirmed(world))), ("accepted", 98), ("rejected", 2))
    assert score(world).ppm == 20_000


def test_no_ppm_below_the_least_volume_or_over_mixed_units(world):
    received(world, announced(world, confirmed(world, quantities=(20,))))
    assert score(world).ppm is None
    mixed = scorecard.Score(received={"H87": Decimal(500), "MTR": Decimal(500)}, rejected={"H87": Decimal(1)})
    assert mixed.ppm is None


def test_response_time_runs_from_publication_to_the_first_full_answer(world):
    order = confirmed(world)
    with as_person(world, "buyer"):
        row = PurchaseOrder.objects.get(pk=order.pk)
        PurchaseOrder.objects.update(published_at=row.answered_at - timedelta(hours=6))
    assert score(world).response_hours == pytest.approx(6)


def test_both_sides_read_the_same_score_and_a_neighbour_none(world):
    received(world, announced(world, confirmed(world, days=2)))
    assert score(world) == score(world, "supplier", Side.SUPPLIER)
    assert score(world, "stranger", Side.SUPPLIER).lines == 0


@pytest.mark.parametrize("measure", list(scorecard.MEASURES))
def test_a_figure_opens_to_exactly_its_lines(world, measure):
    for days, quantity in ((2, 100), (2, 60), (10, 100)):
        received(world, announced(world, confirmed(world, days=days), quantity=quantity))
    whole = score(world)
    wanted = {
        "all": whole.lines,
        "late_base": whole.lines - whole.on_time_base,
        "late_requested": whole.lines - whole.on_time_requested,
        "not_full": whole.lines - whole.in_full,
        "not_otif_base": whole.lines - whole.otif_base,
        "not_otif_requested": whole.lines - whole.otif_requested,
    }
    with as_person(world, "buyer"):
        found = scorecard.lines(Side.BUYER, date(2020, 1, 1), date(2100, 1, 1), measure=measure)
    assert len(found) == wanted[measure]


def test_scores_cost_two_statements(world):
    published(world)
    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        scorecard.scores(Side.BUYER, date(2020, 1, 1), date(2100, 1, 1))
    assert len(queries) == 2


def test_every_figure_of_a_month_opens_to_what_it_counts(world, client_of):
    # Due in the month in which it is received, also on a month's last days.
    days = 2 if in_days(2).month == in_days(0).month else 0
    decided(world, received(world, announced(world, confirmed(world, days=days))), ("accepted", 98), ("rejected", 2))
    client = client_of("buyer")
    page = client.get(f"/tower/scorecards/{world.relation.pk}/").content.decode()
    month = f"{timezone.localdate():%Y-%m}"
    links = {unescape(link) for link in re.findall(r'href="([^"]*month=[^"]*)"', page)}
    assert len(links) == 9  # the month itself and its eight figures
    for link in links:
        assert month in link
        assert client.get(link).status_code == 200
    assert "20,000" in page
    lines = client.get(next(link for link in links if "/lines/" in link and "view=all" in link)).content.decode()
    assert world.part.name_en in lines  # the reader's language, as on every page
    assert world.part.name not in lines
    answers = client.get(next(link for link in links if "/answers/" in link)).content.decode()
    assert "PO-00001" in answers
    lots = client.get(next(link for link in links if "/inspections/" in link)).content.decode()
    assert "GR-00001/10" in lots


@pytest.mark.parametrize(
    ("language", "words"), [("ko", ("협력사 평가", "대성", "합계")), ("en", ("Scorecard", "Daesung", "Together"))]
)
def test_the_scorecard_as_a_paper_tells_the_months_of_its_page(world, client_of, language, words):
    received(world, announced(world, confirmed(world, days=0), days=0))
    path = f"/tower/scorecards/{world.relation.pk}/paper.pdf"
    client = client_of("buyer")
    client.post("/language/", {"language": language})
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for word in (*words, f"{timezone.localdate():%Y-%m}", world.people["buyer"].name):
        assert word in text
    assert client_of("stranger").get(path).status_code == 404
