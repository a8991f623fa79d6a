"""My orders and those of who is away: a stand-in sees them under "mine", marked, and may do no more than before."""

from importlib import import_module

import pytest
from django.db import connections
from django.urls import reverse

from apps.accounts import services as accounts
from apps.accounts import stand_ins
from apps.accounts.models import StandIn, User
from apps.orders.models import PurchaseOrder
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped
from apps.worklist.work import with_whose, work
from tests.apps.worklist.room import offered
from tests.world import SYSTEM, as_if, as_person, in_days, published

AS_KNOWN = import_module("apps.orders.migrations.0012_contact_of_before").AS_KNOWN
PAGE = reverse("work:lines") + "?view=mine"


def mine(world, who):
    with as_person(world, who):
        return [row for row in with_whose(work()) if row.is_mine]


def away(world, who, stand_in, first=0, last=5):
    with as_person(world, who):
        days = {"first_day": in_days(first), "last_day": in_days(last)}
        return stand_ins.be_away(stand_in_id=world.people[stand_in].pk, **days)


def test_mine_are_orders_that_the_person_is_in_charge_of(world):
    published(world)
    assert len(mine(world, "buyer")) == 1
    assert mine(world, "receiver") == []


def test_a_stand_in_sees_them_too_with_whose_they_are(world, client_of):
    published(world)
    away(world, "buyer", "receiver")
    (row,) = mine(world, "receiver")
    assert row.instead_of == "Buyer"
    assert [row.instead_of for row in mine(world, "buyer")] == [""]
    page = client_of("receiver").get(PAGE).content.decode()
    assert "in place of Buyer" in page
    assert "in place of" not in client_of("buyer").get(PAGE).content.decode()


@pytest.mark.parametrize(("first", "last", "is_seen"), [(0, 0, True), (1, 5, False)])
def test_only_on_its_days(world, first, last, is_seen):
    published(world)
    away(world, "buyer", "receiver", first, last)
    assert bool(mine(world, "receiver")) is is_seen


def test_not_after_its_days_and_not_when_it_has_ended(world):
    published(world)
    standing = away(world, "buyer", "receiver")
    with as_person(world, "buyer"):
        as_if(StandIn.objects.filter(pk=standing.pk), first_day=in_days(-5), last_day=in_days(-1))
    assert mine(world, "receiver") == []
    standing = away(world, "buyer", "receiver")
    with as_person(world, "buyer"):
        stand_ins.end_stand_in(stand_in_id=standing.pk)
    assert mine(world, "receiver") == []


def test_who_stands_in_and_is_away_too_leaves_it_to_the_own_stand_in(world):
    published(world)
    away(world, "buyer", "receiver")
    away(world, "receiver", "inspector")
    assert [row.instead_of for row in mine(world, "inspector")] == ["Buyer"]
    away(world, "inspector", "buyer")  # a ring: nobody's work is seen by nobody
    assert [row.instead_of for row in mine(world, "buyer")] == [""]


def test_a_stand_in_may_do_no_more_than_before(world, client_of):
    line = offered(world)
    away(world, "buyer", "receiver")
    assert client_of("receiver").post(reverse("work:accept", args=[line.pk])).status_code == 403


def test_of_two_firms_of_one_person_each_has_its_own(committed, world):
    """Somebody who works for two firms is away from the one for which they said so."""
    with unscoped(reason=SYSTEM):
        accounts.add_person(organization_id=world.stranger.pk, user=world.people["receiver"], roles=[Role.SUPPLIER_SALES])
    away(world, "buyer", "inspector")
    with as_person(world, "stranger"):
        assert list(stand_ins.open_stand_ins()) == []
        assert StandIn.objects.count() == 0


def renamed(world, who, name):
    with as_person(world, "buyer"):
        as_if(User.objects.filter(pk=world.people[who].pk), name=name)


def test_mine_stay_mine_under_another_name_and_a_namesakes_are_not(world):
    """The bug: an order was of whoever bears the name that stands on it."""
    published(world)
    renamed(world, "receiver", "Buyer")
    assert mine(world, "receiver") == [], "a namesake"
    renamed(world, "buyer", "Kim")
    (row,) = mine(world, "buyer")
    assert (row.line.contact, row.instead_of) == ("Buyer", "")
    away(world, "buyer", "inspector")
    assert [row.instead_of for row in mine(world, "inspector")] == ["Kim"]


def test_an_order_of_which_nobody_knows_the_person_is_of_who_bears_its_name(world):
    published(world)
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.all(), contact=None)
    assert len(mine(world, "buyer")) == 1
    away(world, "buyer", "receiver")
    assert [row.instead_of for row in mine(world, "receiver")] == ["Buyer"]


def test_orders_of_before_are_of_who_wrote_them_else_of_the_one_who_bears_the_name(world, committed):
    by_history, by_name, unclear, nobody = [published(world) for _n in range(4)]
    names = {by_name: "Receiver", unclear: "Inspector", nobody: "Who has left long ago"}
    renamed(world, "buyer-admin", "Inspector")
    with as_person(world, "buyer"):
        for order, name in names.items():
            as_if(PurchaseOrder.objects.filter(pk=order.pk), contact_name=name)
            run(f"UPDATE orders_purchaseorderevent SET pgh_context = NULL WHERE pgh_obj_id = {order.pk}")
        as_if(PurchaseOrder.objects.filter(pk=by_history.pk), contact_name="As she was called then")
        as_if(PurchaseOrder.objects.all(), contact=None)
        versions = PurchaseOrder.pgh_event_model.objects.count()
    for _again in range(2):
        with as_person(world, "buyer"):
            run(AS_KNOWN)
        with as_person(world, "buyer"):
            found = dict(PurchaseOrder.objects.values_list("pk", "contact"))
            assert PurchaseOrder.pgh_event_model.objects.count() == versions
        people = {name: person.pk for name, person in world.people.items()}
        assert found == {
            by_history.pk: people["buyer"],
            by_name.pk: people["receiver"],
            unclear.pk: None,
            nobody.pk: None,
        }


def run(statement: str) -> None:
    with connections["default"].cursor() as cursor:
        quiet = "ALTER TABLE orders_purchaseorderevent {} TRIGGER USER;"
        for one in (quiet.format("DISABLE"), statement, quiet.format("ENABLE")):
            cursor.execute("SELECT for_tests.run(%s)", [one])


def test_the_api_names_whose_it_is(world, api_of):
    published(world)
    away(world, "buyer", "receiver")
    (row,) = api_of("receiver").get(reverse("api-work"), view="mine").json()
    assert (row["buyer_in_charge"], row["instead_of"]) == ("Buyer", "Buyer")
