"""Counts become movements, movements are for good, and no balance falls below zero."""

from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.inventory import exceptions as wrong
from apps.inventory import selectors, services
from apps.inventory.models import StockBalance, StockMovement
from tests.world import as_person


def count(world, *rows, who="receiver", site=None):
    with as_person(world, who):
        counted = [services.Counted(part.pk, Decimal(quantity), lot=lot) for part, quantity, lot in rows]
        return services.count_stock(site_id=(site or world.site).pk, counted=counted, reference="count 1")


def test_a_count_writes_the_difference(world):
    assert count(world, (world.part, 100, "")) == 1
    assert count(world, (world.part, 90, "")) == 1
    assert count(world, (world.part, 90, "")) == 0
    with as_person(world, "receiver"):
        assert [m.quantity for m in StockMovement.objects.order_by("pk")] == [100, -10, 0]
        assert StockBalance.objects.get().quantity == 90
        assert selectors.stock_by_part()[world.part.pk]["available"] == 90


def test_lots_are_kept_apart(world):
    count(world, (world.part, 5, "A"), (world.part, 7, "B"))
    with as_person(world, "receiver"):
        assert StockBalance.objects.count() == 2
        assert selectors.stock_by_part([world.part.pk])[world.part.pk]["available"] == 12


def test_far_more_than_the_ledger_has_is_a_question_and_nothing_of_the_count_is_written(world):
    """The bug: 999,999 pieces were taken over without a word where the ledger said 300."""
    count(world, (world.part, 300, ""), (world.part, 300, "A"), (world.part, 50, "B"))
    with pytest.raises(wrong.FarAboveLedger) as caught:
        count(world, (world.part, 290, "A"), (world.part, 999_999, ""))
    asked = caught.value
    assert (asked.place, asked.value, asked.facts) == (
        "rows[1].quantity",
        999_999,
        {"part": world.part.buyer_number, "ledger": 300},
    )
    assert all(word in asked.words for word in (world.part.buyer_number, "999999", "300", "say that it is meant"))
    with as_person(world, "receiver"):
        assert sorted(heap.quantity for heap in StockBalance.objects.all()) == [50, 300, 300]
    with pytest.raises(wrong.FarAboveLedger):
        count(world, (world.part, 3001, ""))
    with pytest.raises(wrong.FarAboveLedger):
        count(world, (world.part, 1050, "B"))
    assert count(world, (world.part, 3000, ""), (world.part, 1049, "B")) == 2
    with as_person(world, "receiver"):
        row = services.Counted(world.part.pk, Decimal(999_999))
        assert services.count_stock(site_id=world.site.pk, counted=[row], is_confirmed=True) == 1


def test_where_the_ledger_has_nothing_only_a_very_high_count_is_a_question(world):
    with pytest.raises(wrong.FarAboveLedger):
        count(world, (world.part, 100_001, ""))
    assert count(world, (world.part, 100_000, "")) == 1


@pytest.mark.parametrize("quantity", ["-1", "1.5", "NaN", "Infinity"])
def test_an_invalid_quantity_is_refused(world, quantity):
    with pytest.raises(wrong.InvalidCount):
        count(world, (world.part, quantity, ""))


def test_a_count_names_each_heap_once(world):
    with pytest.raises(wrong.CountedTwice):
        count(world, (world.part, 1, "A"), (world.part, 2, "A"))


def test_stock_is_counted_at_own_sites_only(world):
    with pytest.raises(wrong.UnknownStock):
        count(world, (world.part, 1, ""), site=world.supplier_site)
    with pytest.raises(wrong.UnknownStock):
        count(world, (world.other_part, 1, ""), who="supplier", site=world.supplier_site)


def test_a_suppliers_stock_is_its_own(world):
    count(world, (world.part, 40, ""), who="supplier", site=world.supplier_site)
    with as_person(world, "buyer"):
        assert not StockBalance.objects.exists()
        assert not StockMovement._base_manager.exists()


def test_a_balance_never_falls_below_zero(world):
    count(world, (world.part, 10, ""))
    with as_person(world, "receiver"), pytest.raises(wrong.NegativeStock) as caught:
        move = services.Move(
            organization_id=world.buyer.pk,
            partner_part_id=world.part.pk,
            site_id=world.site.pk,
            status="available",
            owner_id=world.buyer.pk,
            unit="H87",
            quantity=Decimal(-11),
            kind="decision",
        )
        services.post([move])
    assert caught.value.value == "-1.000000"
    with as_person(world, "receiver"):
        assert StockBalance.objects.get().quantity == 10


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_movement_is_neither_changed_nor_deleted(world, change):
    count(world, (world.part, 10, ""))
    with (
        as_person(world, "receiver"),
        pytest.raises(ProgrammingError, match="Cannot update or delete"),
        transaction.atomic(),
    ):
        rows = StockMovement.objects.all()
        rows.update(quantity=1) if change == "update" else rows.delete()


def test_a_count_of_many_parts_costs_the_same_as_of_one(world):
    spent = []
    for parts in ([world.part], [world.part, world.second_part]):
        with as_person(world, "receiver"), CaptureQueriesContext(connection) as queries:
            rows = [services.Counted(part.pk, Decimal(3)) for part in parts]
            services.count_stock(site_id=world.site.pk, counted=rows)
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 5
