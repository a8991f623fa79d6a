"""What leaves today and this week: packed by pack sizes, announced with one act, one delivery for each receiving site."""

import re
from decimal import Decimal

import pytest

from apps.deliveries import services
from apps.deliveries.models import HandlingUnit, ShipmentNotice
from apps.masterdata.models import PartnerPart
from apps.orders.models import ScheduleLine
from apps.supplying.shipping import to_ship
from apps.tenancy.checks import WrongSide
from apps.tenancy.models import Site
from tests.apps.supplying.room import due
from tests.chain import confirmed, schedule_of
from tests.world import as_if, as_person, in_days, written_as_if


def lines_of(world, order):
    with as_person(world, "supplier"):
        return schedule_of(order)


def packed(world, size=40):
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), pack_size=Decimal(size))


def test_only_what_is_due_within_a_week_is_listed_with_its_packages(world):
    packed(world)
    (near,) = lines_of(world, confirmed(world, days=5))
    confirmed(world, days=20)
    with as_person(world, "supplier"):
        (row,) = to_ship()
        assert (row.line.pk, row.quantity, row.packages, row.days_left) == (near.pk, 100, 3, 5)
    packed(world, size=0.1)
    with as_person(world, "supplier"):
        assert to_ship()[0].packages == 0  # a thousand are too many for one delivery: it goes loose


def test_lines_of_one_site_become_one_delivery_with_full_packages(world):
    packed(world)
    lines = [line for days in (1, 3) for line in lines_of(world, confirmed(world, days=days))]
    with as_person(world, "supplier"):
        told = services.announce_lines(schedule_line_ids=[line.pk for line in lines])
        (shipment,) = told.shipments
        assert (told.refused, shipment.line_count, shipment.package_count) == ({}, 2, 6)
        assert shipment.planned_arrival_on == in_days(1)
        assert list(HandlingUnit.objects.order_by("pk").values_list("quantity", flat=True)) == [40, 40, 20, 40, 40, 20]
        assert to_ship() == []


def test_another_site_gets_a_delivery_of_its_own(world):
    with as_person(world, "buyer"):
        written_as_if(Site(organization=world.buyer, code="HWS", name="화성", name_en="Hwaseong"))
        other = Site.objects.get(code="HWS")
    first, second = [lines_of(world, confirmed(world, days=1))[0] for _n in range(2)]
    with as_person(world, "buyer"):
        as_if(type(first.order).objects.filter(pk=second.order_id), receiving_site=other)
    with as_person(world, "supplier"):
        told = services.announce_lines(schedule_line_ids=[first.pk, second.pk])
        assert {shipment.destination_site_id for shipment in told.shipments} == {world.site.pk, other.pk}


def test_what_is_announced_already_is_named_and_the_rest_goes(world, client_of):
    first, second = [lines_of(world, confirmed(world, days=1))[0] for _n in range(2)]
    with as_person(world, "supplier"):
        services.announce_lines(schedule_line_ids=[first.pk])
        told = services.announce_lines(schedule_line_ids=[first.pk, second.pk, 999999])
        assert {pk: error.code for pk, error in told.refused.items()} == {
            first.pk: "all_announced",
            999999: "unknown_shipment_line",
        }
        assert len(told.shipments) == 1
    page = client_of("supplier").post("/supplying/shipping/announce/", {"line": [first.pk]}, follow=True)
    assert "somebody announced it before" in page.content.decode()


def test_one_act_on_the_page_announces_what_it_shows(world, client_of):
    line = due(world)
    client = client_of("supplier")
    assert "announce 1 lines" in " ".join(client.get("/supplying/shipping/").content.decode().split())
    answer = client.post("/supplying/shipping/announce/", {"line": [line.pk]})
    with as_person(world, "supplier"):
        shipment = ShipmentNotice.objects.get()
        assert answer.headers["Location"] == f"/deliveries/{shipment.pk}/"
        assert ScheduleLine.objects.get(pk=line.pk).shipped_quantity == 100


def test_others_announce_nothing(world, client_of):
    line = due(world)
    with as_person(world, "buyer"), pytest.raises(WrongSide):
        services.announce_lines(schedule_line_ids=[line.pk])
    with as_person(world, "stranger"):
        assert to_ship() == []
        assert services.announce_lines(schedule_line_ids=[line.pk]).refused[line.pk].code == "unknown_shipment_line"
    assert client_of("receiver").post("/supplying/shipping/announce/", {"line": [line.pk]}).status_code == 403


def test_the_api_ships_all_or_none(world, api_of):
    line = due(world)
    api = api_of("supplier")
    (row,) = api.get("/api/to-ship/?view=today").json()
    assert (row["schedule_line_id"], row["quantity"], row["packages"]) == (line.pk, "100", 0)
    asked = {"schedule_lines": [line.pk, 999999], "all_or_none": True}
    nothing = api.post("/api/to-ship/announce/", asked).json()
    assert (nothing["done"], nothing["shipments"]) == ([], [])
    with as_person(world, "supplier"):
        assert not ShipmentNotice.objects.exists()
    done = api.post("/api/to-ship/announce/", asked | {"all_or_none": False}).json()
    assert (done["done"], len(done["shipments"])) == ([line.pk], 1)


def test_no_packages_are_named_where_none_are_proposed(world, client_of):
    """The bug: "announce 1 lines, 0 packages", and 0 packages in the list of deliveries."""
    line = due(world)
    client = client_of("supplier")
    assert "packages" not in announcing(client)
    packed(world)
    assert "announce 1 lines, 3 packages" in announcing(client)
    packed(world, size=0.1)
    client.post("/supplying/shipping/announce/", {"line": [line.pk]})
    assert packages_listed(client) == ["—"]


def announcing(client) -> str:
    page = " ".join(client.get("/supplying/shipping/").content.decode().split())
    return page.partition('id="places-title"')[2].partition("</section>")[0]


def packages_listed(client) -> list[str]:
    body = client.get("/deliveries/?view=expected").content.decode().partition("<tbody")[2]
    return re.findall(r'data-label="Packages"[^>]*>\s*([^<]+?)\s*<', body) or re.findall(r"<td[^>]*>\s*(—|0)\s*<", body)
