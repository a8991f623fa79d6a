"""A program invites firms from a list that it keeps elsewhere."""

from apps.joining.models import FirmInvitation
from tests.world import as_person

from .firms import NUMBERS, valid

FIRMS = [{"number": valid(number), "email": f"f{place}@x.example"} for place, number in enumerate(NUMBERS)]


def test_firms_are_invited_listed_and_taken_back(world, api_of):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    office = api_of("coordinator")
    answer = office.post("/api/firm-invitations/", {"cluster_id": pk, "firms": FIRMS})
    assert answer.status_code == 201, answer.content
    made = answer.json()["invitations"]
    assert [row["business_number"] for row in made] == [valid(number) for number in NUMBERS]
    listed = office.get("/api/firm-invitations/").json()["results"]
    assert {row["id"] for row in listed} == {row["id"] for row in made}
    assert office.delete(f"/api/firm-invitations/{made[0]['id']}/").status_code == 204
    assert api_of("supplier").get("/api/firm-invitations/").json()["results"] == []
    assert api_of("supplier").delete(f"/api/firm-invitations/{made[1]['id']}/").status_code == 404


def test_every_bad_row_is_named_and_nobody_is_invited(world, api_of):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    bad = [FIRMS[0], {"number": "1", "email": "a@x.example"}, {**FIRMS[1], "email": "x"}, FIRMS[0]]
    answer = api_of("coordinator").post("/api/firm-invitations/", {"cluster_id": pk, "firms": bad})
    assert answer.status_code == 422
    places = {error["place"] for error in answer.json()["errors"]}
    assert places == {"firms[1].number", "firms[2].email", "firms[3].number"}
    with as_person(world, "coordinator"):
        assert not FirmInvitation.objects.exists()
    assert api_of("supplier").post("/api/firm-invitations/", {"cluster_id": pk, "firms": FIRMS}).status_code == 404
