"""Who is away names a colleague for some days, and takes that back; what is wrong stands at its field."""

import pytest

from apps.accounts import stand_ins
from apps.accounts.exceptions import AwayAlready, DaysInDisorder, NobodyElse, UnknownStandIn
from apps.accounts.memberships import lock_member
from apps.accounts.models import Membership, StandIn
from tests.world import as_person, in_days


def away(world, stand_in="receiver", first=0, last=5):
    return stand_ins.be_away(stand_in_id=world.people[stand_in].pk, first_day=in_days(first), last_day=in_days(last))


def test_it_is_set_and_ended_on_the_own_page_and_told_on_the_page_of_the_colleague(world, client_of):
    client = client_of("buyer")
    sent = {"stand_in": world.people["receiver"].pk, "first_day": in_days(1), "last_day": in_days(3)}
    answer = client.post("/account/away/", sent, follow=True)
    assert "Receiver sees your work on these days." in answer.content.decode()
    with as_person(world, "buyer"):
        standing = StandIn.objects.get()
    assert (standing.user_id, standing.first_day) == (world.people["buyer"].pk, in_days(1))
    of_other = client_of("receiver").get("/account/away/").content.decode()
    assert "<td><b>Buyer</b></td>" in of_other
    assert f"/account/away/{standing.pk}/end/" not in of_other
    client.post(f"/account/away/{standing.pk}/end/")
    assert "<td><b>Buyer</b></td>" not in client.get("/account/away/").content.decode()
    with as_person(world, "buyer-admin"):
        member = Membership.objects.get(user=world.people["buyer"]).pk
    page = client_of("buyer-admin").get(f"/account/people/{member}/").content.decode()
    assert "Receiver stands in" in page
    assert "No stand-in any more: Receiver" in page


@pytest.mark.parametrize(("first", "last", "place"), [(-1, 3, "first_day"), (3, 2, "last_day"), (0, 367, "last_day")])
def test_days_in_disorder_are_refused_at_their_field(world, client_of, first, last, place):
    with as_person(world, "buyer"), pytest.raises(DaysInDisorder) as refused:
        away(world, first=first, last=last)
    assert refused.value.place == place
    sent = {"stand_in": world.people["receiver"].pk, "first_day": in_days(first), "last_day": in_days(last)}
    page = client_of("buyer").post("/account/away/", sent)
    assert page.status_code == 422
    assert f'aria-describedby="id_{place}_error"' in page.content.decode()


def test_on_one_day_one_colleague_stands_in(world):
    with as_person(world, "buyer"):
        away(world, first=2, last=4)
    for first, last in ((0, 2), (4, 9), (3, 3), (0, 9)):
        with as_person(world, "buyer"), pytest.raises(AwayAlready):
            away(world, "inspector", first, last)
    with as_person(world, "buyer"):
        away(world, "inspector", 5, 9)


@pytest.mark.parametrize("who", ["buyer", "supplier", "inspector"])
def test_nobody_else_stands_in_than_a_colleague_who_works_here(world, who):
    with as_person(world, "buyer-admin"):
        lock_member(membership_id=Membership.objects.get(user=world.people["inspector"]).pk)
    with as_person(world, "buyer"), pytest.raises(NobodyElse):
        away(world, who)


def test_nobody_ends_what_another_has_set(world):
    with as_person(world, "buyer"):
        standing = away(world)
    for who in ("receiver", "buyer-admin", "stranger"):
        with as_person(world, who), pytest.raises(UnknownStandIn):
            stand_ins.end_stand_in(stand_in_id=standing.pk)
