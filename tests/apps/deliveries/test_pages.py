"""The delivery pages: what is typed becomes a delivery, and a refusal stands beside its row with everything kept."""

import re

import pytest

from apps.deliveries.models import GoodsReceiptLine, HandlingUnit, ShipmentLine, ShipmentNotice
from apps.orders.models import ScheduleLine
from apps.tenancy.scope import unscoped
from tests.chain import announced, confirmed, schedule_of
from tests.world import SYSTEM, as_if, as_person, in_days


@pytest.fixture
def line(world):
    order = confirmed(world)
    with as_person(world, "supplier"):
        return schedule_of(order)[0]


def typed(world, line, **fields):
    place = f"{world.relation.pk}-{world.site.pk}"
    days = {"departure": str(in_days(0)), "arrival": str(in_days(1))}
    return {"place": place, **days, **{f"{name}-{line.pk}": value for name, value in fields.items()}}


def test_one_line_ships_from_two_lots(world, client_of, line):
    body = typed(world, line, quantity=["60", "40"], lot=["A", "B"], packages=["2", ""])
    response = client_of("supplier").post("/deliveries/new/", body)
    assert response.status_code == 302
    with as_person(world, "supplier"):
        rows = list(ShipmentLine.objects.order_by("position").values_list("quantity", "lot"))
        assert rows == [(60, "A"), (40, "B")]
        assert HandlingUnit.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quantity": "111", "lot": "A", "packages": ""}, "A delivery must stay within the confirmed open quantity"),
        ({"quantity": "ten", "lot": "A", "packages": ""}, "A quantity is a number."),
        ({"quantity": "10", "lot": "A", "packages": "many"}, "A number of packages is a whole number."),
        ({"quantity": "3", "lot": "A", "packages": "4"}, "The packages of a line must hold its quantity together"),
    ],
)
def test_a_refusal_stands_beside_its_row_and_keeps_what_was_typed(world, client_of, line, fields, words):
    response = client_of("supplier").post("/deliveries/new/", typed(world, line, **fields))
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert f'id="error-{line.pk}"' in page
    assert f'value="{fields["quantity"]}"' in page
    with as_person(world, "supplier"):
        assert not ShipmentNotice.objects.exists()


def test_the_lines_of_one_day_are_chosen_first_and_those_of_all_days_are_left_empty(world, client_of):
    late, soon, later = confirmed(world, days=1), confirmed(world, days=5), confirmed(world, days=6, quantities=(10, 20))
    with as_person(world, "supplier"):
        as_if(ScheduleLine.objects.filter(order=late), confirmed_date=in_days(-1))
        rows = {order: [line.pk for line in schedule_of(order)] for order in (late, soon, later)}
    page = client_of("supplier")

    def filled(address):
        shown = page.get(f"/deliveries/new/{address}").content.decode()
        found = re.findall(r'name="quantity-(\d+)" inputmode="decimal"\s+value="([^"]*)"', shown)
        return {int(pk): value for pk, value in found}

    assert filled("") == {rows[late][0]: "100"}
    assert filled(f"?only={in_days(6)}") == {rows[later][0]: "10", rows[later][1]: "20"}
    assert filled(f"?order={soon.pk}") == {rows[soon][0]: "100"}
    assert filled(f"?only={in_days(90)}") == filled("")
    assert filled("?only=all") == {pk: "" for found in rows.values() for pk in found}


def test_what_was_typed_for_a_line_whose_day_has_been_changed_is_kept(world, client_of, line):
    other = confirmed(world, days=9)
    with as_person(world, "supplier"):
        (second,) = schedule_of(other)
    body = typed(world, line, quantity="999", lot="A", packages="")
    body |= {f"quantity-{second.pk}": "7", f"lot-{second.pk}": "", f"packages-{second.pk}": "", "only": str(in_days(80))}
    shown = client_of("supplier").post("/deliveries/new/", body).content.decode()
    assert 'value="999"' in shown
    assert 'value="7"' in shown


def test_the_field_that_is_wrong_is_the_one_that_is_marked(world, client_of, line):
    body = typed(world, line, quantity="10", lot="A", packages="many")
    shown = client_of("supplier").post("/deliveries/new/", body).content.decode()
    wrong = re.findall(r'<input[^>]*aria-invalid="true"', shown)
    assert len(wrong) == 1
    assert f'name="packages-{line.pk}"' in wrong[0]


def test_nothing_chosen_is_said_above_the_table(world, client_of, line):
    page = client_of("supplier").post("/deliveries/new/", typed(world, line, quantity="", lot="", packages=""))
    assert page.status_code == 422
    assert "Choose at least one confirmed line" in page.content.decode()


@pytest.mark.parametrize(("view", "days"), [("expected", [-2, 1, 5]), ("all", [5, 1, -2])])
def test_what_is_expected_stands_with_the_overdue_first_and_the_rest_by_the_latest(committed, world, client_of, view, days):
    shipments = {day: announced(world, confirmed(world)) for day in (1, -2, 5)}
    with unscoped(reason=SYSTEM):
        for day, shipment in shipments.items():
            found = ShipmentNotice.objects.filter(pk=shipment.pk)
            found.update(planned_departure_on=in_days(-3), planned_arrival_on=in_days(day))
    page = client_of("receiver").get(f"/deliveries/?view={view}").content.decode()
    places = [page.index(f'href="/deliveries/{shipments[day].pk}/"') for day in days]
    assert places == sorted(places)


def test_only_what_is_here_is_booked_and_the_rest_stays_expected(world, client_of):
    shipment = announced(world, confirmed(world), packages=2)
    with as_person(world, "receiver"):
        first = HandlingUnit.objects.order_by("pk")[0]
    body = {f"here-p{first.pk}": "on", f"quantity-p{first.pk}": "48", f"damaged-p{first.pk}": "2", "rest_later": "on"}
    client = client_of("receiver")
    assert client.post(f"/deliveries/{shipment.pk}/receive/", body).status_code == 302
    with as_person(world, "receiver"):
        row = GoodsReceiptLine.objects.get()
        assert (row.quantity, row.damaged_quantity, row.package_id) == (48, 2, first.pk)
        assert ShipmentNotice.objects.get().status == "arrived"
    page = client.get(f"/deliveries/{shipment.pk}/").content.decode()
    assert first.plate not in page


def test_what_did_not_come_at_all_is_shown_as_short(world, client_of, api_of):
    shipment = announced(world, confirmed(world, quantities=(100, 40)))
    with as_person(world, "receiver"):
        first, second = ShipmentLine.objects.order_by("position")
    client = client_of("receiver")
    body = {f"here-l{first.pk}": "on", f"quantity-l{first.pk}": "100", f"quantity-l{second.pk}": "40"}
    assert client.post(f"/deliveries/{shipment.pk}/receive/", body).status_code == 302
    assert "short 40" in client.get(f"/deliveries/{shipment.pk}/").content.decode()
    lines = api_of("supplier").get(f"/api/shipments/{shipment.pk}/").json()["lines"]
    assert [line["missing_quantity"] for line in lines] == ["0", "40"]


def test_too_much_is_refused_beside_its_package(world, client_of):
    shipment = announced(world, confirmed(world), packages=1)
    with as_person(world, "receiver"):
        package = HandlingUnit.objects.get()
    body = {f"here-p{package.pk}": "on", f"quantity-p{package.pk}": "111", f"damaged-p{package.pk}": "0"}
    response = client_of("receiver").post(f"/deliveries/{shipment.pk}/receive/", body)
    assert response.status_code == 422
    assert f'id="error-p{package.pk}"' in response.content.decode()


def test_a_label_leads_to_its_delivery_and_an_unknown_one_back_to_the_list(world, client_of):
    shipment = announced(world, confirmed(world), packages=1)
    with as_person(world, "receiver"):
        plate = HandlingUnit.objects.get().plate
    client = client_of("receiver")
    assert client.get("/deliveries/scan/", {"q": plate}).headers["location"] == f"/deliveries/{shipment.pk}/?package={plate}"
    assert client.get("/deliveries/scan/", {"q": "nothing"}).headers["location"] == "/deliveries/"


def packages_of(world):
    with as_person(world, "receiver"):
        return list(HandlingUnit.objects.order_by("pk"))


def receive(client, shipment, packages, good, damaged=(), **fields):
    body = dict(fields)
    for index, package in enumerate(packages):
        body |= {f"here-p{package.pk}": "on", f"quantity-p{package.pk}": str(good[index])}
        body[f"damaged-p{package.pk}"] = str(damaged[index] if damaged else 0)
    return client.post(f"/deliveries/{shipment.pk}/receive/", body)


def test_too_much_in_the_first_package_is_marked_there_with_limit_and_excess(world, client_of):
    shipment = announced(world, confirmed(world), packages=4)
    packages = packages_of(world)
    response = receive(client_of("receiver"), shipment, packages, (50, 25, 25, 25))
    page = response.content.decode()
    assert response.status_code == 422
    assert [f'id="error-p{package.pk}"' in page for package in packages] == [True, False, False, False]
    assert "At most 110 EA of this order line may be received, tolerance included: 15 too many." in page


def test_damaged_left_beside_a_full_package_asks_before_it_is_booked(world, client_of):
    shipment = announced(world, confirmed(world), packages=2)
    client = client_of("receiver")
    packages = packages_of(world)
    response = receive(client, shipment, packages, (50, 50), (10, 0))
    page = response.content.decode()
    assert response.status_code == 422
    assert "10 EA more than announced" in page
    assert 'name="surplus"' in page
    with as_person(world, "receiver"):
        assert not GoodsReceiptLine.objects.exists()
    assert receive(client, shipment, packages, (50, 50), (10, 0), surplus="on").status_code == 302
    with as_person(world, "receiver"):
        assert sum(row.damaged_quantity for row in GoodsReceiptLine.objects.all()) == 10


def test_a_surplus_is_asked_about_over_the_api_too(world, api_of):
    shipment = announced(world, confirmed(world))
    with as_person(world, "receiver"):
        line = ShipmentLine.objects.get().pk
    body = {"lines": [{"shipment_line": line, "quantity": "100", "damaged": "5"}]}
    api = api_of("receiver")
    refused = api.post(f"/api/shipments/{shipment.pk}/receive/", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "surplus_not_confirmed")
    done = api.post(f"/api/shipments/{shipment.pk}/receive/", {**body, "is_surplus_confirmed": True})
    assert done.status_code == 200, done.content


def test_cancelling_a_delivery_asks_first(world, client_of):
    shipment = announced(world, confirmed(world))
    page = client_of("supplier").get(f"/deliveries/{shipment.pk}/").content.decode()
    dialog = page[page.index('<dialog id="cancel"') :].split("</dialog>")[0]
    assert page.count(f"/deliveries/{shipment.pk}/cancel/") == dialog.count(f"/deliveries/{shipment.pk}/cancel/") == 1
