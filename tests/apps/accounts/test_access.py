"""Sign-in, roles, the switcher, tokens, idempotency: who comes in, as whom, and how often."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from guardian.core import ObjectPermissionChecker

from apps.accounts import exceptions, services
from apps.accounts.models import ApiToken, IdempotentRequest, User
from apps.orders.models import PurchaseOrder
from apps.tenancy.permissions import act_labels, acts_of, all_acts
from apps.tenancy.roles import Role
from apps.tenancy.scope import identity, unscoped
from tests.api import ApiClient
from tests.contract.hostile import operations
from tests.world import PASSWORD, SYSTEM, as_person, in_days


def sign_in(client, email, password):
    return client.post("/account/sign-in/", {"login": email, "password": password})


def test_sign_in_leads_to_the_first_page_and_remembers_when(world):
    client = Client()
    assert sign_in(client, "BUYER@test.example", PASSWORD).status_code == 302
    assert client.get("/").status_code == 200
    with identity():
        assert User.objects.get(pk=world.people["buyer"].pk).last_login is not None


def test_a_closed_account_and_a_person_without_a_firm(committed, world):
    with unscoped(reason=SYSTEM):
        User.objects.filter(pk=world.people["receiver"].pk).update(is_active=False)
        User.objects.create_user("alone@test.example", PASSWORD, name="Alone")
    assert sign_in(Client(), "receiver@test.example", PASSWORD).status_code == 422
    client = Client(headers={"accept-language": "en"})
    assert sign_in(client, "alone@test.example", PASSWORD).status_code == 302
    page = client.get("/")
    assert page.status_code == 403


def test_the_acts_of_the_door_are_those_of_guardian(world):
    for name in ("buyer", "supplier", "receiver", "coordinator"):
        with as_person(world, name) as door:
            organization = {"buyer": world.buyer, "receiver": world.buyer, "supplier": world.supplier}.get(
                name, world.office
            )
            checker = ObjectPermissionChecker(world.people[name])
            assert door.scope.acts == set(checker.get_perms(organization)), name


def test_every_role_has_the_acts_its_apps_declare(world):
    assert acts_of(Role.RECEIVER) == {
        *("view_orders", "view_parts", "view_deliveries", "view_stock", "view_inspections", "view_outlook"),
        *("view_scorecards", "receive_goods", "count_stock", "manage_tokens", "name_stand_in", "read_inbox"),
        *("view_partners", "view_plans"),
        *("view_production", "report_production", "view_released_demand"),
        *("view_capacity", "view_material", "move_material", "import_tables"),
    }
    assert {"publish_order", "draft_order", "cancel_order", "accept_proposal"} <= acts_of(Role.BUYER)
    assert "answer_order" not in acts_of(Role.BUYER)
    assert "view_orders" not in acts_of(Role.COORDINATOR)
    assert all(roles <= set(Role) for roles in all_acts().values())


def test_a_role_taken_away_counts_at_once(world, api_of):
    api = api_of("supplier-quality")
    assert api.get("/api/orders/").status_code == 200
    with as_person(world, "supplier"):
        user = world.people["supplier-quality"]
        services.set_roles(organization_id=world.supplier.pk, user_id=user.pk, roles=[])
    assert api.get("/api/orders/").json()["code"] == "act_missing"


def test_the_last_administrator_stays(world):
    with as_person(world, "supplier"), pytest.raises(exceptions.LastAdministrator):
        services.set_roles(
            organization_id=world.supplier.pk, user_id=world.people["supplier"].pk, roles=[Role.SUPPLIER_SALES]
        )


def test_a_person_of_two_firms_switches(world, client_of):
    with as_person(world, "stranger"):
        services.add_person(organization_id=world.stranger.pk, user=world.people["supplier"], roles=[Role.SUPPLIER_SALES])
    client = client_of("supplier")
    assert b"Daesung" in client.get("/").content
    client.post("/account/switch/", {"organization": world.stranger.pk})
    page = client.get("/").content.decode()
    assert "<small>Seojin</small>" in page
    client.post("/account/switch/", {"organization": world.buyer.pk})  # no member there: nothing changes
    assert "<small>Seojin</small>" in client.get("/").content.decode()


def test_a_token_does_what_it_was_given_and_no_more(world, api_of):
    api = api_of("buyer", acts=["view_orders"])
    assert api.get("/api/orders/").status_code == 200
    assert api.post("/api/orders/", {}).json()["code"] == "act_missing"
    mine = {"/api/orders/", "/api/search/", "/api/me/", "/api/schema/"}
    mine |= {"/api/to-answer/", "/api/to-ship/", "/api/at-risk/"}  # a supplier's day: lines of its orders
    lists = [o.path for o in operations() if o.method == "GET" and "{" not in o.path]
    allowed = {path for path in lists if api.get(path, **ASKED.get(path, {})).status_code == 200}
    assert len(lists) >= 25
    assert allowed == mine & set(lists)
    assert api.post("/api/notifications/read-all/").json()["code"] == "act_missing"


ASKED = {"/api/search/": {"q": "PO"}, "/api/events/": {"after": "0"}, "/api/scores/lines/": {"month": "2026-01"}}


def test_a_token_is_kept_as_a_hash_only(world):
    with as_person(world, "buyer"):
        token, secret = services.create_token(name="ERP", acts=["view_orders"], days=1)
        row = ApiToken.objects.get(pk=token.pk)
    assert len(bytes(row.digest)) == 32
    assert secret.encode() not in bytes(row.digest)
    assert row.prefix == secret[5:11]


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer ", "Basic abc", "Bearer " + "x" * 5000])
def test_an_unknown_token_is_a_401_that_says_so(world, authorization):
    response = Client(headers={"authorization": authorization}).get("/api/orders/")
    assert (response.status_code, response.json()["code"]) == (401, "invalid_token")
    assert response.headers["www-authenticate"] == "Bearer"


def test_an_expired_and_a_revoked_token_are_refused(world):
    with as_person(world, "buyer"):
        token, secret = services.create_token(name="ERP", acts=["view_orders"], days=1)
        ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ApiClient(secret).get("/api/orders/").json()["code"] == "expired_token"
    with as_person(world, "buyer"):
        token, secret = services.create_token(name="ERP", acts=["view_orders"], days=1)
        services.revoke_token(token_id=token.pk)
    assert ApiClient(secret).get("/api/orders/").json()["code"] == "invalid_token"


def test_a_token_cannot_hold_an_act_its_owner_lacks(world):
    with as_person(world, "receiver"), pytest.raises(exceptions.ForeignAct):
        services.create_token(name="x", acts=["publish_order"], days=1)


def order_body(world, quantity="100"):
    line = {"part": world.part.pk, "quantity": quantity, "requested_date": str(in_days(10))}
    return {"relation": world.relation.pk, "receiving_site": world.site.pk, "lines": [line]}


def test_a_repeated_write_is_done_once_and_answered_the_same(world, api_of):
    api = api_of("buyer")
    first = api.post("/api/orders/", order_body(world), key="k-1")
    again = api.post("/api/orders/", order_body(world), key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.count() == 1


def test_a_key_reused_with_another_body_is_refused(world, api_of):
    api = api_of("buyer")
    api.post("/api/orders/", order_body(world), key="k-1")
    other = api.post("/api/orders/", order_body(world, "101"), key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refused_write_leaves_its_key_free(world, api_of):
    api = api_of("buyer")
    assert api.post("/api/orders/", order_body(world, "0"), key="k-1").status_code == 422
    assert api.post("/api/orders/", order_body(world), key="k-1").status_code == 201
    with as_person(world, "buyer"):
        assert IdempotentRequest.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 81, "\x7f"])
def test_a_key_that_is_none_is_a_400(world, api_of, key):
    response = api_of("buyer").client.post(
        "/api/orders/", order_body(world), content_type="application/json", headers={"idempotency-key": key}
    )
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid")


def test_every_act_has_a_name_for_people():
    assert set(act_labels()) == set(all_acts())
