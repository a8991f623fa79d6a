"""Who is away names a colleague for some days, and takes that back; what is wrong stands at its field."""

import pytest

from apps.accounts import stand_ins
from apps.accounts.exceptions import AwayAlready, DaysInDisorder, NobodyElse, UnknownPerson, UnknownStandIn
from apps.accounts.memberships import lock_member
from apps.accounts.models import Membership, StandIn
from apps.tenancy.checks import ActMissing
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


def test_nobody_but_an_administrator_ends_what_another_has_set(world):
    with as_person(world, "buyer"):
        standing = away(world)
    for who in ("receiver", "supplier", "stranger"):
        with as_person(world, who), pytest.raises(UnknownStandIn):
            stand_ins.end_stand_in(stand_in_id=standing.pk)
    with as_person(world, "buyer-admin"):
        assert stand_ins.end_stand_in(stand_in_id=standing.pk).ended_at is not None


def of_buyer(world, person="buyer", stand_in="receiver", first=0, last=5):
    days = {"first_day": in_days(first), "last_day": in_days(last)}
    return stand_ins.be_away(person_id=world.people[person].pk, stand_in_id=world.people[stand_in].pk, **days)


def test_an_administrator_says_it_of_who_is_ill_and_it_is_told_who_did(world, client_of):
    with as_person(world, "buyer-admin"):
        member = Membership.objects.get(user=world.people["buyer"]).pk
    client, page = client_of("buyer-admin"), f"/account/people/{member}/"
    sent = {"stand_in": world.people["receiver"].pk, "first_day": in_days(0), "last_day": in_days(3)}
    said = client.post(f"{page}away/", sent, follow=True).content.decode()
    assert "Receiver sees the work of Buyer on these days." in said
    assert "set by Buyer-Admin" in said
    assert "set by Buyer-Admin" in client_of("buyer").get("/account/away/").content.decode()
    with as_person(world, "buyer"):
        standing = StandIn.objects.get()
        (version,) = StandIn.pgh_event_model.objects.all()
    assert version.pgh_context["user"] == world.people["buyer-admin"].pk
    assert standing.set_by_id == world.people["buyer-admin"].pk
    log = said[said.index("stands in") :]
    assert "Buyer-Admin" in log[:600], "the history says who set it"
    said = client.post(f"{page}away/{standing.pk}/end/", follow=True).content.decode()
    assert "The work of Buyer is theirs alone again." in said


def test_what_is_wrong_stands_at_its_field_on_the_page_of_the_colleague(world, client_of):
    with as_person(world, "buyer-admin"):
        member = Membership.objects.get(user=world.people["buyer"]).pk
    sent = {"stand_in": world.people["receiver"].pk, "first_day": in_days(3), "last_day": in_days(2)}
    page = client_of("buyer-admin").post(f"/account/people/{member}/away/", sent)
    assert page.status_code == 422
    assert 'aria-describedby="id_last_day_error"' in page.content.decode()


def test_nobody_else_says_it_of_others_and_nobody_of_other_firms(world, client_of):
    with as_person(world, "receiver"), pytest.raises(ActMissing):
        of_buyer(world, stand_in="inspector")
    with as_person(world, "buyer-admin"), pytest.raises(UnknownPerson):
        of_buyer(world, person="stranger")
    with as_person(world, "buyer-admin"), pytest.raises(NobodyElse):
        of_buyer(world, stand_in="buyer")
    with as_person(world, "buyer-admin"), pytest.raises(NobodyElse):
        of_buyer(world, stand_in="supplier")
    with as_person(world, "buyer-admin"):
        member = Membership.objects.get(user=world.people["buyer"]).pk
    for who, status in (("receiver", 403), ("stranger", 404)):
        assert client_of(who).post(f"/account/people/{member}/away/").status_code == status


def test_the_api_reads_sets_and_ends_them(world, api_of):
    own, admin = api_of("buyer"), api_of("buyer-admin")
    possible = {row["name"]: row["id"] for row in own.get("/api/stand-ins/possible/").json()}
    assert "Receiver" in possible
    assert "Buyer" not in possible
    body = {"stand_in": possible["Receiver"], "first_day": in_days(1).isoformat(), "last_day": in_days(2).isoformat()}
    made = own.post("/api/stand-ins/", body)
    assert (made.status_code, made.json()["person"], made.json()["stand_in"]) == (201, "Buyer", "Receiver")
    assert [row["id"] for row in api_of("receiver").get("/api/stand-ins/").json()["results"]] == [made.json()["id"]]
    assert api_of("inspector").get("/api/stand-ins/").json()["results"] == []
    ill = body | {"person": world.people["inspector"].pk}
    assert own.post("/api/stand-ins/", ill).status_code == 403
    told = admin.post("/api/stand-ins/", ill).json()
    assert (told["person"], told["set_by_id"]) == ("Inspector", world.people["buyer-admin"].pk)
    assert len(admin.get("/api/stand-ins/").json()["results"]) == 2
    assert own.delete(f"/api/stand-ins/{told['id']}/").status_code == 404
    assert admin.delete(f"/api/stand-ins/{told['id']}/").status_code == 204
    assert api_of("stranger").get("/api/stand-ins/").json()["results"] == []
