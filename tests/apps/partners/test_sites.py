"""A firm's own sites: opened, changed, closed where nothing lies or comes there, opened again."""

from decimal import Decimal

import pytest

from apps.deliveries import services as deliveries
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.exceptions import NothingArrives
from apps.orders.models import PurchaseOrder
from apps.partners.closing import close_site
from apps.partners.exceptions import SiteInUse
from apps.tenancy import selectors, sites
from apps.tenancy.exceptions import SiteCodeTaken, SiteIsClosed, SiteWithoutUse, UnknownOwnSite, UnknownTimeZone
from apps.tenancy.models import Site
from tests.chain import announced, confirmed
from tests.world import as_person, draft, published

ADMIN = "buyer-admin"


def a_site(**fields):
    return sites.open_site(**{"code": "P9", "name": "창원 공장", **fields})


def test_a_firm_opens_a_site_and_its_partners_read_it(world):
    with as_person(world, ADMIN):
        made = a_site(name_en="Changwon", address="경상남도 창원시", produces=False)
    with as_person(world, "supplier"):
        assert [(s.code, s.address) for s in selectors.sites() if s.pk == made.pk] == [("P9", "경상남도 창원시")]
    with as_person(world, "supplier"), pytest.raises(UnknownOwnSite):
        sites.change_site(site_id=made.pk, name="x")


@pytest.mark.parametrize(
    ("fields", "error", "place"),
    [
        ({"code": "ASN2"}, SiteCodeTaken, "code"),
        ({"receives": False, "ships": False, "produces": False}, SiteWithoutUse, "receives"),
        ({"time_zone": "Asia/Nowhere"}, UnknownTimeZone, "time_zone"),
    ],
)
def test_a_site_that_breaks_a_rule_is_refused_with_its_place(world, fields, error, place):
    with as_person(world, ADMIN), pytest.raises(error) as caught:
        a_site(**fields)
    assert caught.value.place == place
    with as_person(world, ADMIN):
        assert [s.code for s in selectors.every_own_site()] == ["ASN2"]


def test_what_is_not_named_stays(world):
    with as_person(world, ADMIN):
        changed = sites.change_site(site_id=world.site.pk, address="충청남도 아산시")
    assert (changed.code, changed.name, changed.address) == ("ASN2", "아산", "충청남도 아산시")


def uses(world, person, site):
    with as_person(world, person), pytest.raises(SiteInUse) as caught:
        close_site(site_id=site.pk)
    return str(caught.value.message)


def test_a_site_with_orders_is_not_closed_and_the_orders_are_named(world):
    number = published(world).number
    assert number in uses(world, ADMIN, world.site)
    with as_person(world, "buyer"):
        orders.cancel_order(order_id=PurchaseOrder.objects.get(number=number).pk)
    with as_person(world, ADMIN):
        assert close_site(site_id=world.site.pk).closed_at


def test_a_draft_keeps_a_site_open_too(world):
    assert draft(world).number in uses(world, ADMIN, world.site)


def test_a_site_that_holds_stock_or_ships_is_not_closed(world):
    with as_person(world, "supplier"):
        inventory.count_stock(site_id=world.supplier_site.pk, counted=[inventory.Counted(world.part.pk, Decimal(7))])
    assert "BRK-2210" in uses(world, "supplier", world.supplier_site)
    shipment = announced(world, confirmed(world))
    said = uses(world, "supplier", world.supplier_site)
    assert "BRK-2210" in said
    assert shipment.number in said
    assert shipment.number in uses(world, ADMIN, world.site)
    with as_person(world, "supplier"):
        deliveries.cancel_shipment(shipment_id=shipment.pk)
    assert shipment.number not in uses(world, "supplier", world.supplier_site)


def test_more_than_five_of_a_kind_are_counted(world):
    numbers = [draft(world).number for _ in range(7)]
    said = uses(world, ADMIN, world.site)
    assert sum(number in said for number in numbers) == 5
    assert "2" in said


def closed(world):
    with as_person(world, ADMIN):
        sites.open_site(code="P9", name="창원")
        return close_site(site_id=world.site.pk)


def test_a_closed_site_is_offered_nowhere_and_takes_no_order(world):
    closed(world)
    with as_person(world, "buyer"):
        assert [s.code for s in selectors.own_sites()] == ["P9"]
    with pytest.raises(NothingArrives):
        draft(world)
    for act in (close_site, lambda **site: sites.change_site(**site, name="x")):
        with as_person(world, ADMIN), pytest.raises(SiteIsClosed):
            act(site_id=world.site.pk)
    with as_person(world, ADMIN):
        sites.reopen_site(site_id=world.site.pk)
    assert draft(world)


def test_a_site_at_which_nothing_arrives_is_not_ordered_to(world, client_of):
    with as_person(world, ADMIN):
        sites.change_site(site_id=world.site.pk, receives=False)
    with pytest.raises(NothingArrives):
        draft(world)
    assert "ASN2" not in client_of("buyer").get(f"/orders/new/?relation={world.relation.pk}").content.decode()


def test_goods_leave_from_the_first_open_site_that_ships(world):
    with as_person(world, "supplier"):
        second = sites.open_site(code="W1", name="출하 창고")
        sites.change_site(site_id=world.supplier_site.pk, ships=False)
    assert announced(world, confirmed(world)).origin_site_id == second.pk


def test_in_the_browser(world, client_of):
    client = client_of(ADMIN)
    body = {"code": "P9", "name": "창원", "time_zone": "Asia/Seoul", "receives": "on"}
    assert client.post("/partners/sites/", body).status_code == 302
    page = client.post("/partners/sites/", body)
    assert page.status_code == 422
    assert "This plant code is taken." in page.content.decode() or "stands once in a firm" in page.content.decode()
    with as_person(world, ADMIN):
        made = Site.objects.get(code="P9")
    client.post(f"/partners/sites/{made.pk}/", body | {"name": "창원 2공장", "gln": ""})
    page = client.get(f"/partners/sites/{made.pk}/").content.decode()
    assert "창원 → <b>창원 2공장</b>" in page
    assert "Opened" in page
    assert client.post(f"/partners/sites/{made.pk}/close/").status_code == 302
    page = client.get(f"/partners/sites/{made.pk}/").content.decode()
    assert "Closed since" in page
    assert client.post(f"/partners/sites/{made.pk}/reopen/").status_code == 302
    assert "Closed since" not in client.get(f"/partners/sites/{made.pk}/").content.decode()


def test_what_keeps_a_site_open_stands_on_its_page(world, client_of):
    number = published(world).number
    client = client_of(ADMIN)
    assert number in client.get(f"/partners/sites/{world.site.pk}/").content.decode()
    client.post(f"/partners/sites/{world.site.pk}/close/")
    assert number in client.get(f"/partners/sites/{world.site.pk}/").content.decode()
    with as_person(world, ADMIN):
        assert Site.objects.get(pk=world.site.pk).closed_at is None


def test_who_may_not_change_sites_reads_them_and_others_not_at_all(world, client_of):
    path = f"/partners/sites/{world.site.pk}/"
    assert client_of("buyer").get(path).status_code == 200
    assert client_of("buyer").post(path, {}).status_code == 403
    assert client_of("stranger").get(path).status_code == 404


def test_over_the_api(world, api_of):
    api = api_of(ADMIN)
    made = api.post("/api/sites/", {"code": "P9", "name": "창원", "ships": False})
    assert made.status_code == 201
    site = made.json()
    assert (site["code"], site["receives"], site["ships"], site["time_zone"]) == ("P9", True, False, "Asia/Seoul")
    assert api.post("/api/sites/", {"code": "P9", "name": "창원"}).json()["code"] == "site_code_taken"
    changed = api.put(f"/api/sites/{site['id']}/", {"address": "창원시"}).json()
    assert (changed["name"], changed["address"]) == ("창원", "창원시")
    assert api.post(f"/api/sites/{site['id']}/close/").json()["closed_at"]
    assert api.post(f"/api/sites/{site['id']}/reopen/").json()["closed_at"] is None
    assert api_of("supplier").put(f"/api/sites/{site['id']}/", {"name": "x"}).json()["code"] == "unknown_own_site"
    assert api_of("buyer").put(f"/api/sites/{site['id']}/", {"name": "x"}).status_code == 403
