"""Shared tablets: who comes in by which code, what they may do there, under whose name, and when they are out."""

import pytest
from django.contrib.auth.hashers import is_password_usable
from django.test import Client

from apps.accounts import exceptions, tablets
from apps.accounts.models import Membership, ShortCode, Tablet
from apps.accounts.pages import attempt
from apps.accounts.services import add_person, set_roles
from apps.common.rooms import shop_floor_acts
from apps.deliveries.models import GoodsReceipt
from apps.tenancy.roles import Role
from apps.tenancy.scope import identity, unscoped
from tests.chain import announced, confirmed
from tests.world import PASSWORD, SYSTEM, as_person

CODE, PAGE = "271828", "/account/tablet/"


@pytest.fixture
def codes(world, committed):
    """People of the buyer's who have set their code."""
    for name in ("receiver", "inspector"):
        with as_person(world, name):
            tablets.set_code(user_id=world.people[name].pk, code=CODE)


def tablet_of(world, who="buyer-admin", minutes=5) -> tuple[Tablet, Client]:
    with as_person(world, who):
        made, secret = tablets.register(name="입고장", lock_minutes=minutes)
    client = Client(headers={"accept-language": "en"})
    client.cookies[tablets.COOKIE] = secret
    return made, client


def unlock(client, world, name="receiver", code=CODE):
    return client.post(PAGE, {"person": world.people[name].pk, "code": code})


def test_an_administrator_makes_the_very_device_a_tablet_and_is_out_of_it(world, codes, client_of):
    client = client_of("buyer-admin")
    answer = client.post("/account/tablets/", {"name": "입고장", "lock_minutes": "5"})
    assert answer.headers["Location"] == PAGE
    assert answer.cookies[tablets.COOKIE]["httponly"]
    assert client.get("/").status_code == 302
    page = client.get(PAGE).content.decode()
    assert "입고장" in page
    assert world.people["receiver"].name in page
    assert world.people["buyer"].name not in page.replace("Buyer-Admin", "")  # has no code
    assert client_of("buyer").post("/account/tablets/", {"name": "X", "lock_minutes": "5"}).status_code == 403


def test_an_act_is_written_under_the_persons_name(world, codes):
    _tablet, client = tablet_of(world)
    shipment = announced(world, confirmed(world))
    assert unlock(client, world).headers["Location"] == "/"
    assert client.get(f"/deliveries/{shipment.pk}/").status_code == 200
    assert client.get("/api/me/").json()["id"] == world.people["receiver"].pk
    answer = client.post(f"/api/shipments/{shipment.pk}/receive/", {}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    with as_person(world, "receiver"):
        assert GoodsReceipt.objects.get().created_by_id == world.people["receiver"].pk


def test_at_a_tablet_only_the_shop_floor_is_open(world, codes):
    """Whatever the roles of the person hold: the same person may do all of it on an own device."""
    with as_person(world, "buyer-admin"):
        roles = [Role.RECEIVER, Role.TENANT_ADMIN, Role.BUYER]
        set_roles(organization_id=world.buyer.pk, user_id=world.people["receiver"].pk, roles=roles)
    _tablet, client = tablet_of(world)
    unlock(client, world)
    assert set(client.get("/api/me/").json()["acts"]) <= set(shop_floor_acts())
    assert client.get("/deliveries/").status_code == 200
    assert client.get("/orders/").status_code == 200
    for path in ("/orders/new/", "/partners/new/", "/clusters/"):
        assert client.get(path).status_code == 403, path
    for path in ("/account/settings/", "/account/password/", "/account/people/", "/account/code/", "/account/tokens/"):
        assert client.get(path).headers["Location"] == "/", path
    assert client.post("/account/switch/", {"organization": world.supplier.pk}).headers["Location"] == "/"
    assert client.get("/api/me/").json()["organization_id"] == world.buyer.pk


@pytest.mark.parametrize("code", ["271829", "", "27182", "abcdef", "２７１８２８"])
def test_a_wrong_code_lets_nobody_in(world, codes, code):
    _tablet, client = tablet_of(world)
    answer = unlock(client, world, code=code)
    assert answer.status_code == 422
    assert client.get("/").status_code == 302


def test_five_wrong_codes_lock_the_person_and_nobody_else(world, codes):
    _tablet, client = tablet_of(world)
    assert [unlock(client, world, code="000001").status_code for _ in range(6)] == [422] * 5 + [429]
    assert unlock(client, world).status_code == 429  # the right one too
    _other, second = tablet_of(world)
    assert unlock(second, world).status_code == 429  # at every tablet of the firm
    assert unlock(client, world, "inspector").status_code == 302


def test_right_codes_are_not_counted(world, codes):
    _tablet, client = tablet_of(world)
    assert {unlock(client, world).status_code for _ in range(8)} == {302}


def test_another_firms_tablet_knows_nobody_of_this_one(world, codes):
    _tablet, client = tablet_of(world, "supplier")
    page = client.get(PAGE).content.decode()
    assert world.people["receiver"].name not in page
    assert unlock(client, world).status_code == 422
    assert client.get("/").status_code == 302


def test_a_code_of_one_firm_opens_nothing_at_another(world, codes):
    """The person works for both; each firm's code is its own."""
    with unscoped(reason=SYSTEM):
        add_person(organization_id=world.supplier.pk, user=world.people["receiver"], roles=[Role.SUPPLIER_QUALITY])
    _tablet, client = tablet_of(world, "supplier")
    assert unlock(client, world).status_code == 422


def test_a_browser_without_the_secret_or_of_an_ended_tablet_is_none(world, codes, client_of):
    assert Client().get(PAGE).status_code == 404
    made, client = tablet_of(world)
    unlock(client, world)
    assert client.get("/").status_code == 200
    assert client_of("supplier").post(f"/account/tablets/{made.pk}/end/").status_code == 404
    assert client_of("buyer-admin").post(f"/account/tablets/{made.pk}/end/").status_code == 302
    assert client.get("/").headers["Location"].startswith("/account/sign-in/")
    assert client.get("/").status_code == 302
    assert client.get(PAGE).status_code == 404


def test_who_has_left_is_no_longer_among_the_people(world, codes, client_of):
    _tablet, client = tablet_of(world)
    with as_person(world, "buyer-admin"):
        from apps.accounts.models import Membership

        pk = Membership.objects.get(user=world.people["receiver"]).pk
    client_of("buyer-admin").post(f"/account/people/{pk}/lock/")
    assert world.people["receiver"].name not in client.get(PAGE).content.decode()
    assert unlock(client, world).status_code == 422


def test_a_tablet_passes_on_to_who_ends_its_registrars_place_and_is_named(world, codes, client_of):
    with unscoped(reason=SYSTEM):
        set_roles(organization_id=world.buyer.pk, user_id=world.people["receiver"].pk, roles=["tenant-admin", "receiver"])
        place = Membership.objects.get(user=world.people["receiver"])
    with as_person(world, "receiver"):
        tablets.register(name="Line 9", lock_minutes=5)
    admin = client_of("buyer-admin")
    page = admin.post(f"/account/people/{place.pk}/end/", follow=True).content.decode()
    assert "Line 9" in page
    with as_person(world, "buyer-admin"):
        found = tablets.tablets().get(name="Line 9")
        assert found.registered_by_id == world.people["buyer-admin"].pk
    assert "Buyer-Admin" in admin.get("/account/tablets/").content.decode()


def test_it_locks_itself(world, codes):
    _tablet, client = tablet_of(world, minutes=3)
    unlock(client, world)
    page = client.get("/deliveries/")
    assert page.headers["Refresh"] == "180; url=/account/tablet/"
    assert "no-store" in page.headers["Cache-Control"]
    assert 170 < client.session.get_expiry_age() <= 180
    client.get(PAGE)  # where that leads, and what a person opens who goes
    assert client.get("/").status_code == 302


def test_a_code_is_set_with_the_password_and_kept_as_a_hash(world, committed, client_of):
    client = client_of("receiver")
    assert client.post("/account/code/", {"code": CODE, "oldpassword": "wrong"}).status_code == 422
    for simple in ("111111", "123456", "987654", "12345", "1234567", "12a456", "121212", "112233", "123123", "707070"):
        assert client.post("/account/code/", {"code": simple, "oldpassword": PASSWORD}).status_code == 422, simple
    assert client.post("/account/code/", {"code": CODE, "oldpassword": PASSWORD}).status_code == 302
    with identity():
        kept = ShortCode.objects.get()
    assert kept.user_id == world.people["receiver"].pk
    assert CODE not in kept.code
    assert is_password_usable(kept.code)


def test_the_password_is_not_guessed_where_a_code_is_set(world, committed, client_of):
    tries = [client_of("receiver").post("/account/code/", {"code": CODE, "oldpassword": str(n)}) for n in range(7)]
    assert [answer.status_code for answer in tries[1:]][-2:] == [429, 429]
    assert client_of("receiver").post("/account/code/", {"code": CODE, "oldpassword": PASSWORD}).status_code == 429


def test_a_simple_code_names_its_rule(world, committed):
    with as_person(world, "receiver"):
        _none, error = attempt(tablets.set_code, user_id=world.people["receiver"].pk, code="111111")
    assert isinstance(error, exceptions.SimpleCode)
    assert error.place == "code"
