"""Roles edited, people locked and gone: at once, everywhere, and never the last administrator."""

import pytest

from apps.accounts import exceptions, memberships, selectors
from apps.accounts.models import Invitation, Membership
from apps.tenancy.roles import Role
from apps.tenancy.scope import OutsideScope, organization_scope, unscoped
from tests.at_once import in_parallel
from tests.invitations import invited
from tests.world import SYSTEM, as_person


def member_of(world, name, firm=None):
    firms = [firm] if firm else [world.buyer, world.supplier, world.stranger, world.office]
    with organization_scope(*[one.pk for one in firms]):
        return Membership.objects.get(user=world.people[name], organization__in=firms).pk


def roles_of(world, name):
    with as_person(world, name) as door:
        return door.roles


def second_administrator(world):
    """supplier-quality becomes an administrator beside supplier."""
    with as_person(world, "supplier"):
        pk = member_of(world, "supplier-quality")
        memberships.change_member(membership_id=pk, roles=[Role.SUPPLIER_QUALITY, Role.TENANT_ADMIN])


def test_roles_are_edited_on_the_page_and_count_at_once(world, client_of, api_of):
    program = api_of("supplier-quality")
    assert program.get("/api/orders/").status_code == 200
    path = f"/account/people/{member_of(world, 'supplier-quality')}/"
    admin = client_of("supplier")
    assert admin.post(path, {"roles": ["supplier-sales", "tenant-admin"]}).status_code == 302
    assert roles_of(world, "supplier-quality") == {"supplier-sales", "tenant-admin"}
    assert client_of("supplier-quality").get("/account/people/").status_code == 200
    assert admin.post(path, {"roles": ["supplier-quality"]}).status_code == 302
    assert client_of("supplier-quality").get("/account/people/").status_code == 403
    page = admin.get(path).content.decode()
    for text in ("Role given: Administrator", "Role taken: Administrator", "Supplier"):
        assert text in page


def test_a_job_title_is_edited_beside_the_roles_and_told(world, client_of, api_of):
    pk = member_of(world, "supplier-quality")
    path, admin, api = f"/account/people/{pk}/", client_of("supplier"), api_of("supplier")
    assert admin.post(path, {"roles": ["supplier-quality"], "title": "품질팀장"}).status_code == 302
    assert 'value="품질팀장"' in admin.get(path).content.decode()
    assert "<small>품질팀장</small>" in admin.get("/account/people/").content.decode()
    answer = api.post(f"/api/people/{pk}/roles/", {"roles": ["supplier-sales"]})
    assert (answer.json()["title"], answer.json()["roles"]) == ("품질팀장", ["supplier-sales"])
    answer = api.post(f"/api/people/{pk}/roles/", {"roles": ["supplier-sales"], "title": ""})
    assert answer.json()["title"] == ""
    told = [entry["look"][0] for entry in history(world, pk)]
    assert [text for text in told if "Job title" in text] == ["Job title: —", "Job title: 품질팀장"]
    assert told[-1] in ("Joined", "Role given: Supplier quality")
    assert {text for text in told if "Role" not in text and "Job" not in text} == {"Joined"}


@pytest.mark.parametrize("title", ["x" * 81, 'Chief "Q"', "a\tb"])
def test_a_job_title_that_is_none_is_refused_and_the_roles_stay(world, client_of, api_of, title):
    pk, body = member_of(world, "supplier-quality"), {"roles": ["supplier-sales"], "title": title}
    assert client_of("supplier").post(f"/account/people/{pk}/", body).status_code == 422
    assert api_of("supplier").post(f"/api/people/{pk}/roles/", body).status_code in (400, 422)
    assert roles_of(world, "supplier-quality") == {"supplier-quality"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.BUYER_APPROVER, "owner"])
def test_a_role_that_is_not_the_firms_to_give_is_refused_by_page_and_api(world, client_of, api_of, role):
    pk = member_of(world, "supplier-quality")
    assert client_of("supplier").post(f"/account/people/{pk}/", {"roles": [role]}).status_code == 422
    answer = api_of("supplier").post(f"/api/people/{pk}/roles/", {"roles": [role]})
    assert answer.status_code in (400, 422)
    assert roles_of(world, "supplier-quality") == {"supplier-quality"}


def test_an_ended_membership_ends_pages_tokens_and_open_invitations_at_once(world, client_of, api_of):
    second_administrator(world)
    page, program = client_of("supplier-quality"), api_of("supplier-quality")
    invitation = invited(world, "supplier-quality", "friend@test.example")
    path = f"/account/people/{member_of(world, 'supplier-quality')}/end/"
    assert page.get("/").status_code == program.get("/api/orders/").status_code == 200
    assert client_of("supplier").post(path).status_code == 302
    assert page.get("/").status_code == page.get("/orders/").status_code == 403
    assert (program.get("/api/orders/").status_code, program.get("/api/me/").status_code) == (401, 401)
    assert "Supplier-Quality" not in client_of("supplier").get("/account/people/").content.decode()
    with organization_scope(world.supplier.pk):
        assert not Invitation.objects.get(pk=invitation.pk).is_open
    assert client_of("supplier").post(path).status_code == 404


def test_whoever_leaves_one_firm_keeps_the_other_and_its_tokens(committed, world, client_of, api_of):
    from apps.accounts.services import add_person

    with unscoped(reason=SYSTEM):
        add_person(organization_id=world.stranger.pk, user=world.people["supplier-quality"], roles=[Role.SUPPLIER_SALES])
    program, page = api_of("supplier-quality"), client_of("supplier-quality")
    pk = member_of(world, "supplier-quality", world.stranger)
    assert client_of("stranger").post(f"/account/people/{pk}/end/").status_code == 302
    assert program.get("/api/orders/").status_code == page.get("/").status_code == 200


def test_a_locked_person_is_out_until_let_in_again_and_tokens_stay_revoked(world, client_of, api_of):
    page, program = client_of("supplier-quality"), api_of("supplier-quality")
    pk = member_of(world, "supplier-quality")
    admin = client_of("supplier")
    assert admin.post(f"/account/people/{pk}/lock/").status_code == 302
    assert (page.get("/").status_code, program.get("/api/me/").status_code) == (403, 401)
    assert admin.post(f"/account/people/{pk}/lock/").status_code == 404
    assert admin.post(f"/account/people/{pk}/unlock/").status_code == 302
    assert (page.get("/").status_code, program.get("/api/me/").status_code) == (200, 401)
    assert roles_of(world, "supplier-quality") == {"supplier-quality"}
    words = [entry["look"][0] for entry in history(world, pk)]
    assert words[:2] == ["Came in again", "Locked"]


def history(world, pk):
    with as_person(world, "supplier"):
        return selectors.history_of_member(selectors.colleague(pk))


@pytest.mark.parametrize("act", ["end", "lock", "roles"])
def test_the_last_administrator_stays(world, client_of, api_of, act):
    pk = member_of(world, "supplier")
    client, api = client_of("supplier"), api_of("supplier")
    if act == "roles":
        assert client.post(f"/account/people/{pk}/", {"roles": ["supplier-sales"]}).status_code == 422
        answer = api.post(f"/api/people/{pk}/roles/", {"roles": ["supplier-sales"]})
    else:
        assert client.post(f"/account/people/{pk}/{act}/").status_code == 302
        assert "at least one administrator" in client.get("/account/people/").content.decode()
        answer = api.delete(f"/api/people/{pk}/") if act == "end" else api.post(f"/api/people/{pk}/lock/")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")
    assert roles_of(world, "supplier") == {"supplier-sales", "tenant-admin"}
    assert client.get("/account/people/").status_code == 200


def test_who_gives_up_the_own_office_lands_on_the_first_page(world, client_of):
    second_administrator(world)
    client, path = client_of("supplier"), f"/account/people/{member_of(world, 'supplier')}/"
    stayed = client.post(path, {"roles": ["tenant-admin", "supplier-sales"]})
    gone = client.post(path, {"roles": ["supplier-sales"]})
    assert (stayed.headers["Location"], gone.headers["Location"]) == ("/account/people/", "/")
    page = client.get("/")
    assert (page.status_code, "The changes to Supplier have been saved." in page.content.decode()) == (200, True)
    assert client.get("/account/people/").status_code == 403


@pytest.mark.parametrize("act", ["lock", "end"])
def test_who_locks_or_ends_the_own_membership_finds_the_way_out(world, client_of, act):
    second_administrator(world)
    client, pk = client_of("supplier"), member_of(world, "supplier")
    assert client.post(f"/account/people/{pk}/{act}/").headers["Location"] == "/"
    closed = client.get("/")
    assert (closed.status_code, 'action="/account/sign-out/"' in closed.content.decode()) == (403, True)


def test_a_locked_administrator_does_not_count_as_one(world, client_of):
    second_administrator(world)
    other, own = member_of(world, "supplier-quality"), member_of(world, "supplier")
    with as_person(world, "supplier"):
        memberships.lock_member(membership_id=other)
        with pytest.raises(exceptions.LastAdministrator):
            memberships.end_membership(membership_id=own)


@pytest.mark.parametrize("act", [memberships.end_membership, memberships.lock_member])
def test_two_administrators_who_remove_each_other_at_once_leave_one(committed, world, act):
    second_administrator(world)
    pairs = [("supplier", "supplier-quality"), ("supplier-quality", "supplier")]
    targets = {name: member_of(world, name) for name, _other in pairs}

    def remove(own, other):
        with as_person(world, own):
            return act(membership_id=targets[other])

    results = in_parallel(*[lambda pair=pair: remove(*pair) for pair in pairs])
    # Who was removed before its own act began has no firm to act in any more.
    refused = (exceptions.LastAdministrator, OutsideScope)
    assert sum(isinstance(result, refused) for result in results) == 1, results
    with unscoped(reason=SYSTEM):
        left = Membership.objects.filter(pk__in=targets.values(), is_active=True)
        assert left.count() == 1
        assert left.get().user.groups.filter(organization_role__role=Role.TENANT_ADMIN).exists()


def test_people_of_another_firm_are_as_if_they_were_not(world, client_of, api_of):
    pk = member_of(world, "buyer-admin")
    client, api = client_of("supplier"), api_of("supplier")
    assert client.get(f"/account/people/{pk}/").status_code == 404
    for path in (f"{pk}/", f"{pk}/lock/", f"{pk}/unlock/", f"{pk}/end/"):
        assert client.post(f"/account/people/{path}", {"roles": ["tenant-admin"]}).status_code == 404, path
    for path in (f"{pk}/roles/", f"{pk}/lock/", f"{pk}/unlock/"):
        assert api.post(f"/api/people/{path}", {"roles": ["tenant-admin"]}).status_code == 404, path
    assert api.delete(f"/api/people/{pk}/").status_code == 404
    assert {row["name"] for row in api.get("/api/people/").json()["results"]} == {"Supplier", "Supplier-Quality"}
    assert roles_of(world, "buyer-admin") == {"tenant-admin"}


def test_only_administrators_touch_people_and_a_token_only_with_that_act(world, client_of, api_of):
    pk = member_of(world, "supplier")
    for name in ("buyer", "receiver", "supplier-quality", "coordinator"):
        assert client_of(name).get("/account/people/").status_code == 403, name
        assert client_of(name).post(f"/account/people/{pk}/end/").status_code == 403, name
    program = api_of("supplier", acts=["view_orders"])
    assert program.get("/api/people/").status_code == 403
    assert program.post("/api/invitations/", {"email": "x@test.example", "roles": ["tenant-admin"]}).status_code == 403


def test_the_api_invites_once_a_key_and_keeps_people(world, api_of):
    api, body = api_of("supplier"), {"email": "New@Test.example", "roles": ["supplier-sales"], "title": "Sales"}
    first = api.post("/api/invitations/", body, key="k-1")
    again = api.post("/api/invitations/", body, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.json()["email"], first.json()["sent_at"]) == ("new@test.example", None)
    assert [row["id"] for row in api.get("/api/invitations/").json()["results"]] == [first.json()["id"]]
    assert api.post(f"/api/invitations/{first.json()['id']}/resend/").json()["code"] == "sent_just_now"
    assert api.delete(f"/api/invitations/{first.json()['id']}/").status_code == 204
    assert api.get("/api/invitations/").json()["results"] == []
    pk = member_of(world, "supplier-quality")
    answer = api.post(f"/api/people/{pk}/roles/", {"roles": ["supplier-production"]})
    assert answer.json()["roles"] == ["supplier-production"]
    assert api.post(f"/api/people/{pk}/lock/").json()["is_active"] is False
    assert api.post(f"/api/people/{pk}/unlock/").json()["is_active"] is True
    assert api.delete(f"/api/people/{pk}/").status_code == 204
    assert [row["name"] for row in api.get("/api/people/").json()["results"]] == ["Supplier"]
