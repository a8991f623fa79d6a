"""A forecast stands beside demand, never in it, until somebody takes it over."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.orders.models import ScheduleLine
from apps.planning import services as planning
from apps.planning.forecasting import Forecast, Tried
from apps.planning.models import Commitment, Demand
from apps.planning.services import Planned
from apps.tower.exceptions import NoForecast
from apps.tower.forecasts import ORDERED, Expected, expected_of, take_over
from apps.tower.needs import needs
from tests.world import as_if, as_person, in_days, published

D = Decimal


def history(world, weeks=20, quantity=30):
    """One order a week, the first so many weeks ago, as time left them."""
    with as_person(world, "buyer"):
        today = in_days(0)
    for n in range(1, weeks + 1):
        order = published(world, quantities=(quantity,))
        with as_person(world, "buyer"):
            monday = today - timedelta(days=today.weekday()) - n * timedelta(weeks=1)
            as_if(ScheduleLine.objects.filter(order=order), requested_date=monday + timedelta(days=n % 5))


def need(world, part=None):
    return needs(parts=[(part or world.part).part_id])[(part or world.part).part_id, world.site.pk]


def test_weeks_of_orders_give_a_forecast_that_is_no_demand(world, db):
    history(world)
    with as_person(world, "buyer"):
        found = need(world)
        with CaptureQueriesContext(connection) as queries:
            expected = expected_of(found)
        assert len(queries) <= 4
        assert (expected.source, len(expected.history)) == (ORDERED, 20)
        assert expected.history == [30.0] * 20
        assert expected.quantities == [D(30)] * 13
        assert found.needed is None
        assert not Demand.objects.exists()


def test_taken_over_it_is_demand_of_the_lowest_level_beside_what_stood_there(world, db):
    history(world)
    with as_person(world, "buyer"):
        other = world.second_part.part_id
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=[Planned(other, in_days(5), D(7))])
        take_over(need(world))
        levels = set(Demand.objects.filter(part=world.part.part_id).values_list("level", flat=True))
        assert levels == {Commitment.FORECAST}
        assert [row.quantity for row in Demand.objects.filter(part=other)] == [7]
        found = need(world)
        assert found.needed is not None
        with pytest.raises(NoForecast):
            take_over(found)


@pytest.mark.parametrize("days", [16, 140])
def test_taken_over_it_reaches_as_far_as_the_plan_in_force(world, db, days):
    history(world)
    with as_person(world, "buyer"):
        other = world.second_part.part_id
        rows = [Planned(other, in_days(n), D(7)) for n in (5, days)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
        made = take_over(need(world))
        assert made.last_day == in_days(days)
        assert need(world).needed.until == need(world, world.second_part).needed.until == in_days(days)
        weeks = made.rows.filter(part=world.part.part_id)
        assert all(row.day <= in_days(days) for row in weeks)
        assert max(row.day for row in weeks) + timedelta(days=6) >= in_days(days)


def test_a_slow_part_is_rounded_by_its_sum(world, db):
    history(world, weeks=20, quantity=1)
    with as_person(world, "buyer"):
        lines = ScheduleLine.objects.order_by("requested_date")
        as_if(ScheduleLine.objects.filter(pk__in=[row.pk for n, row in enumerate(lines) if n % 4]), status="cancelled")
        found = expected_of(need(world))
        assert sum(found.history) == 5  # what was cancelled was not needed
        assert 3 <= sum(found.quantities) <= 7
        assert set(found.quantities) == {D(0), D(1)}


def test_a_forecast_is_better_by_the_error_that_is_shown():
    chosen, naive = Tried("mean", (13,), 4.0, 5.0, 9), Tried("naive", (), 3.0, 6.0, 9)
    assert not Expected(ORDERED, date(2026, 6, 1), [], Forecast([], chosen, naive), []).is_better
    assert Expected(ORDERED, date(2026, 6, 1), [], Forecast([], naive, chosen), []).is_better
    hardly = Tried("mean", (13,), 3.99, 5.0, 9)  # 1,092.6 against 1,093.7 stood as better on a page
    assert not Expected(ORDERED, date(2026, 6, 1), [], Forecast([], hardly, chosen), []).is_better


def test_too_few_weeks_have_no_forecast(world, db):
    history(world, weeks=8)
    with as_person(world, "buyer"):
        assert expected_of(need(world)) is None


def test_the_page_says_forecast_with_its_method_and_error_and_takes_it_over(world, client_of):
    history(world)
    browser, path = client_of("buyer"), f"/tower/needs/{world.part.part_id}/{world.site.pk}/"
    shown = browser.get(path).content.decode()
    assert "Forecast, not demand" in shown
    assert "On later weeks it was off by" in shown
    assert "No demand known" in shown
    (told,) = browser.get(f"/api/forecasts/?part={world.part.part_id}").json()
    assert (told["method"] != "naive", told["tries"] > 20, len(told["weeks"])) == (True, True, 13)
    browser.post(path + "forecast/")
    assert "Forecast, not demand" not in browser.get(path).content.decode()
    assert browser.get(f"/api/forecasts/?part={world.part.part_id}").json() == []


def test_a_planner_finds_the_forecasts_of_all_parts_on_a_page_in_the_menu(world, db, client_of):
    """The bug: a forecast stood on the page of its part alone, and nothing led there."""
    history(world)
    published(world, part=world.second_part)
    buyer = client_of("buyer")
    for address in ("/", "/tower/outlook/?side=buyer", "/plans/"):
        assert 'href="/tower/forecasts/"' in buyer.get(address).content.decode(), address
    with CaptureQueriesContext(connection) as queries:
        page = buyer.get("/tower/forecasts/")
    assert len(queries) <= 16
    shown = " ".join(page.content.decode().split())
    assert "BRK-2210" in shown
    assert "120 <small" in shown, "four weeks of thirty"
    assert "what was ordered" in shown
    assert "Fewer than 12 weeks are known" in shown
    with as_person(world, "buyer"):
        rows = [Planned(world.part.part_id, in_days(5), D(7))]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
    assert "BRK-2210" not in buyer.get("/tower/forecasts/").content.decode()
    assert buyer.get("/tower/forecasts/?file=csv").status_code == 200
