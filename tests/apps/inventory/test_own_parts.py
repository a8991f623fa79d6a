"""Heaps of own parts: what a firm makes, and what no partner delivers."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.common.units import MixedUnits
from apps.deliveries import services as deliveries
from apps.inventory import exceptions as wrong
from apps.inventory import selectors, services
from apps.inventory.models import StockBalance, StockMovement
from apps.inventory.services import Counted
from apps.masterdata.models import PartnerPart
from apps.masterdata.services import create_part
from apps.tenancy.roles import Side
from tests.chain import announced, confirmed
from tests.world import as_person

D = Decimal


def own(world, who="buyer", number="AXL-1", unit="H87"):
    with as_person(world, who):
        return create_part(number=number, name="축", unit=unit)


def counted(world, *rows, who="buyer", site=None):
    with as_person(world, who):
        return services.count_stock(site_id=(site or world.site).pk, counted=rows)


def held(world, who="buyer"):
    with as_person(world, who):
        return {(row.number, row.lot): row.quantity for row in selectors.balances()}


def test_an_own_part_is_counted_and_held_beside_partner_parts(world):
    axle = own(world)
    assert counted(world, Counted(None, D(5), part_id=axle.pk), Counted(world.part.pk, D(7))) == 2
    assert counted(world, Counted(None, D(4), part_id=axle.pk), Counted(world.part.pk, D(7))) == 1
    assert held(world) == {("AXL-1", ""): 4, ("BRK-2210", ""): 7}
    with as_person(world, "buyer"):
        assert selectors.stock_by_site()[None, axle.pk, world.site.pk]["available"] == 4
        assert set(selectors.stock_by_part()) == {world.part.pk}
        assert set(selectors.stock_by_site([world.part.pk])) == {(world.part.pk, None, world.site.pk)}
        assert [row.quantity for row in StockMovement.objects.filter(part=axle).order_by("pk")] == [5, -1]


def test_a_heap_is_of_one_thing(world, db):
    axle = own(world)
    with pytest.raises(wrong.UnknownStock):
        counted(world, Counted(world.part.pk, D(1), part_id=axle.pk))
    same = {
        "organization": world.buyer,
        "site": world.site,
        "owner": world.buyer,
        "unit": "H87",
        "as_of": "2026-01-01T00:00Z",
    }
    for thing in ({}, {"part": axle, "partner_part": world.part}):
        with as_person(world, "buyer"), pytest.raises(IntegrityError), transaction.atomic():
            StockBalance.objects.create(**same, **thing, status="available")


def test_own_parts_of_others_and_other_sites_are_unknown(world):
    theirs = own(world, "supplier")
    with pytest.raises(wrong.UnknownStock):
        counted(world, Counted(None, D(1), part_id=theirs.pk))
    with pytest.raises(wrong.UnknownStock):
        counted(world, Counted(None, D(1), part_id=theirs.pk), who="supplier")
    assert counted(world, Counted(None, D(1), part_id=theirs.pk), who="supplier", site=world.supplier_site) == 1
    assert held(world) == {}


def test_units_convert_or_are_refused_and_all_rows_are_named(world):
    wire = own(world, number="WIR-1", unit="MTR")
    counted(world, Counted(None, D(250), part_id=wire.pk, unit="CMT"))
    assert held(world) == {("WIR-1", ""): D("2.5")}
    with pytest.raises(MixedUnits) as caught:
        counted(world, Counted(None, D(3), part_id=wire.pk, unit="KGM"), Counted(world.part.pk, D("1.5")))
    assert [error.place for error in (caught.value, *caught.value.others)] == ["rows[0].unit", "rows[1].quantity"]
    assert held(world) == {("WIR-1", ""): D("2.5")}


def test_a_departure_takes_what_lies_under_the_suppliers_own_number(world):
    """First what lies for this customer, then the own part of the number that the supplier calls it by."""
    made = own(world, "supplier", number="S-BRK-2210")
    rows = (Counted(None, D(50), lot="L1", part_id=made.pk), Counted(world.part.pk, D(30), lot="L1"))
    counted(world, *rows, who="supplier", site=world.supplier_site)
    shipment = announced(world, confirmed(world, quantities=(60,)))
    with as_person(world, "supplier"):
        deliveries.depart(shipment_id=shipment.pk)
    assert held(world, "supplier") == {("S-BRK-2210", "L1"): 20, ("BRK-2210", "L1"): 0}
    with as_person(world, "supplier"):
        deliveries.cancel_shipment(shipment_id=shipment.pk)
    assert held(world, "supplier") == {("S-BRK-2210", "L1"): 50, ("BRK-2210", "L1"): 30}


def test_a_count_of_many_own_parts_costs_the_same_as_of_one(world):
    parts = [own(world, number=f"AXL-{n}") for n in range(20)]
    spent = []
    for some in (parts[:1], parts):
        with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
            services.count_stock(site_id=world.site.pk, counted=[Counted(None, D(3), part_id=part.pk) for part in some])
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 6


def test_the_page_counts_an_own_part_and_lists_it(world, client_of):
    axle = own(world)
    browser = client_of("buyer")
    page = browser.get(f"/stock/?own_part={axle.pk}").content.decode()
    assert f'value="own-{axle.pk}" selected' in page
    form = {"site": world.site.pk, "part": f"own-{axle.pk}", "quantity": "12", "status": "available", "lot": ""}
    assert browser.post("/stock/", form).status_code == 302
    shown = browser.get("/stock/?number=AXL").content.decode()
    assert f"/parts/own/{axle.pk}/" in shown
    assert "AXL-1" in browser.get("/stock/movements/").content.decode()


def test_the_page_asks_whether_a_very_high_count_is_meant(world, client_of):
    axle, browser = own(world), client_of("buyer")
    form = {"site": world.site.pk, "part": f"own-{axle.pk}", "quantity": "999999", "status": "available", "lot": ""}
    page = browser.post("/stock/", form)
    assert page.status_code == 422
    assert 'type="checkbox" name="confirmed"' in page.content.decode()
    assert "999999" in str(page.context["form"].errors["quantity"])
    assert browser.post("/stock/", {**form, "confirmed": "on"}).status_code == 302


def test_the_api_asks_whether_a_very_high_count_is_meant(world, api_of):
    axle, client = own(world), api_of("buyer")
    sent = {"site": world.site.pk, "rows": [{"own_part": axle.pk, "quantity": "999999"}]}
    refused = client.post("/api/stock/count/", sent)
    assert (refused.status_code, refused.json()["code"]) == (422, "far_above_ledger")
    assert client.post("/api/stock/count/", {**sent, "is_confirmed": True}).json() == {"differences": 1}


def test_the_api_counts_and_lists_own_parts(world, api_of):
    axle = own(world)
    client = api_of("buyer")
    rows = [{"own_part": axle.pk, "quantity": "12"}]
    assert client.post("/api/stock/count/", {"site": world.site.pk, "rows": rows}).json() == {"differences": 1}
    (row,) = client.get("/api/stock/").json()["results"]
    assert (row["part_id"], row["own_part_id"], row["buyer_number"], row["quantity"]) == (
        None,
        axle.pk,
        "AXL-1",
        "12",
    )


def test_a_suppliers_own_part_counts_as_what_its_one_customer_gets(world):
    made = own(world, "supplier", number="S-BRK-2210")
    rows = (Counted(None, D(50), lot="L1", part_id=made.pk), Counted(world.part.pk, D(30), lot="L1"))
    counted(world, *rows, who="supplier", site=world.supplier_site)
    with as_person(world, "supplier"):
        assert selectors.stock_by_part(side=Side.SUPPLIER)[world.part.pk]["available"] == 80
        assert selectors.stock_by_part([world.part.pk], Side.SUPPLIER)[world.part.pk]["available"] == 80
        assert selectors.stock_by_part([world.second_part.pk], Side.SUPPLIER) == {}
        # Of one that two customers get nobody knows whose a piece is.
        PartnerPart.objects.filter(pk=world.second_part.pk).update(own_number="S-BRK-2210")
        assert selectors.stock_by_part(side=Side.SUPPLIER)[world.part.pk]["available"] == 30
