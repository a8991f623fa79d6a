"""Minimum and maximum stock: kept with what they mean, shown where it is below or above, unknown where nobody looked."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.inventory.models import StockBalance
from apps.planning.exceptions import InvalidLimits, InvalidPlanQuantity, UnknownPlanPart
from apps.planning.models import SafetyStock
from apps.planning.stocking import StockRule, keep_stock_rule, stock_rules
from apps.tower.limits import below_in, is_above, is_below, is_outside
from tests.world import as_if, as_person

from .test_needs import count, need, planned
from .test_ordering import ruled

D = Decimal


@pytest.mark.parametrize(
    ("rule", "error", "place"),
    [
        ({"safety": D(-1)}, InvalidPlanQuantity, "safety"),
        ({"minimum": D("1.5")}, InvalidPlanQuantity, "minimum"),
        ({"minimum": D(5), "maximum": D(4)}, InvalidLimits, "maximum"),
        ({"safety": D(5), "maximum": D(4)}, InvalidLimits, "maximum"),
        ({"maximum": D(0)}, InvalidLimits, "maximum"),
        ({"maximum": D(4), "is_up_to_maximum": True}, InvalidLimits, "minimum"),
        ({"minimum": D(4), "is_up_to_maximum": True}, InvalidLimits, "maximum"),
    ],
)
def test_limits_that_do_not_fit_are_refused(world, db, rule, error, place):
    with as_person(world, "buyer"), pytest.raises(error) as caught:
        keep_stock_rule(part_id=world.part.part_id, site_id=world.site.pk, **rule)
    assert caught.value.place == place
    with as_person(world, "supplier"), pytest.raises(UnknownPlanPart):
        keep_stock_rule(part_id=world.part.part_id, site_id=world.site.pk, safety=D(1))


def test_a_rule_is_kept_changed_and_gone_with_nothing(world, db):
    place = (world.part.part_id, world.site.pk)
    ruled(world, safety=5, minimum=10, maximum=20, is_up_to_maximum=True)
    with as_person(world, "buyer"):
        assert stock_rules() == {place: StockRule(D(5), D(10), D(20), True)}
        assert stock_rules(world.part.part_id)[place].least == 10
        keep_stock_rule(part_id=place[0], site_id=place[1], minimum=D(0))
        assert stock_rules() == {place: StockRule(D(0), D(0))}
        keep_stock_rule(part_id=place[0], site_id=place[1])
        assert not SafetyStock.objects.exists()


def test_stock_below_and_above_is_shown_now_and_as_it_will_be(world, db, client_of):
    planned(world, *[10] * 8)
    count(world, 95)
    ruled(world, minimum=40, maximum=90)
    found = need(world, with_rules=True)
    assert (is_below(found), is_above(found), below_in(found)) == (False, True, 5)
    browser = client_of("buyer")
    page = browser.get("/tower/outlook/?view=limits").content.decode()
    assert "Below the minimum of 40 in 5 days" in page
    path = f"/tower/needs/{world.part.part_id}/{world.site.pk}/"
    page = browser.get(path).content.decode()
    assert "Wanted here: minimum 40, maximum 90 EA." in page
    assert " tight" in page
    count(world, 30)
    assert is_below(need(world, with_rules=True))
    page = browser.get("/tower/outlook/?view=limits").content.decode()
    assert "Line stops in 3 days" in page  # which is worse than below the minimum
    ruled(world, minimum=10, maximum=90)
    planned(world, 1)
    assert "No stock is below its minimum" in browser.get("/tower/outlook/?view=limits").content.decode()


def test_what_nobody_plans_is_below_its_minimum_all_the_same(world, db, client_of):
    count(world, 30)
    ruled(world, minimum=40)
    assert "Below the minimum of 40" in client_of("buyer").get("/tower/outlook/").content.decode()


def test_stock_that_nobody_looked_at_is_neither_below_nor_above(world, db):
    planned(world, 50)
    count(world, 30)
    ruled(world, minimum=40)
    with as_person(world, "buyer"):
        as_if(StockBalance.objects.all(), as_of=timezone.now() - timedelta(days=8))
    assert not is_outside(need(world, with_rules=True))
