"""Whoever works for a firm came in by their own mailbox: what others try with addresses, links and names."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts import exceptions, invitations, selectors
from apps.accounts.models import Invitation, Membership, User
from apps.tenancy.roles import Role
from apps.tenancy.scope import organization_scope, unscoped
from tests.at_once import in_parallel
from tests.invitations import deliver, form, invited, link_of, stranger
from tests.world import PASSWORD, SYSTEM, as_person

NEW = "newhire@hanbit.example"
GONE = "This invitation is not valid."


def sign_in(email, password):
    client = stranger()
    return client, client.post("/account/sign-in/", {"login": email, "password": password}).status_code


def ask(client, email, *roles, **typed):
    """The form of the people page, as a browser sends it."""
    return client.post("/account/people/", {"email": email, "roles": roles, "language": "en", **typed})


def firms_of(world, name):
    with as_person(world, name) as door:
        return {pk for pk, _name, _name_en in door.organizations}


def open_invitation(firm, email):
    with organization_scope(firm.pk):
        return selectors.open_invitations().get(email=email)


def test_who_registers_an_address_first_takes_no_role_of_another_firm(committed, world, client_of):
    """F1: an administrator of one firm types a password for an address that another firm invites later."""
    attacker = client_of("supplier")
    ask(attacker, NEW, "supplier-sales", name="New", password="attacker-knows-1")
    assert sign_in(NEW, "attacker-knows-1")[1] == 422
    ask(client_of("buyer-admin"), NEW, "buyer", "tenant-admin", name="New", password="firm-knows-it-1")
    assert sign_in(NEW, "attacker-knows-1")[1] == 422
    link = deliver(open_invitation(world.buyer, NEW))
    victim = stranger()
    assert victim.post(link, form(password="only-mine-9999")).status_code == 302
    assert victim.get("/api/me/").json()["organization_id"] == world.buyer.pk
    assert victim.get("/api/me/").json()["roles"] == ["buyer", "tenant-admin"]
    assert sign_in(NEW, "attacker-knows-1")[1] == sign_in(NEW, "firm-knows-it-1")[1] == 422
    assert sign_in(NEW, "only-mine-9999")[1] == 302
    with organization_scope(world.supplier.pk):
        assert not Membership.objects.filter(user__email=NEW).exists()


def test_an_employee_of_another_firm_is_not_added_without_asking(world, client_of):
    """F4: the person became a member, and the page told their real name."""
    client = client_of("supplier")
    assert ask(client, "buyer-admin@test.example", "supplier-sales", name="guess").status_code == 302
    assert firms_of(world, "buyer-admin") == {world.buyer.pk}
    page = client.get("/account/people/").content.decode()
    assert "buyer-admin@test.example" in page
    assert "guess" in page
    assert "Buyer-Admin" not in page


def test_known_and_unknown_addresses_are_answered_alike_and_cost_the_same(world, client_of):
    client, answers = client_of("supplier"), []
    for email in ("buyer-admin@test.example", "nobody-here@test.example"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(client, email, "supplier-sales")
        statements = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
        page = client.get("/account/people/").content.decode()
        page = re.sub(r"[A-Za-z0-9]{64}|(?<=form_key\" value=\")[0-9a-f]{32}", "KEY", page)
        shown = re.sub(r"/\d+/", "/N/", page).replace(email, "ADDRESS")
        answers.append((answer.status_code, answer.headers["Location"], statements, shown))
        with organization_scope(world.supplier.pk):
            Invitation.objects.all().delete()
    assert answers[0] == answers[1]
    assert len(answers[0][2]) > 5


def test_the_mail_goes_to_the_address_alone_and_the_administrator_never_sees_the_link(committed, world, client_of, api_of):
    client = client_of("supplier")
    ask(client, NEW, "supplier-sales", name="New")
    link = deliver(open_invitation(world.supplier, NEW))
    secret = link.removeprefix("/account/join/").strip("/")
    (message,) = mail.outbox
    assert message.to == [NEW]
    assert message.subject == "Dure: Daesung invites you"
    assert "Supplier sales" in message.body
    assert secret not in client.get("/account/people/").content.decode()
    assert secret not in api_of("supplier").get("/api/invitations/").content.decode()
    with unscoped(reason=SYSTEM):
        assert secret not in str(list(Invitation.objects.values()))


def test_a_firm_whose_name_breaks_lines_writes_no_header(world):
    with organization_scope(world.supplier.pk), connection.cursor() as cursor:  # as from before the rule of characters
        name = "Daesung\r\nBcc: all@test.example"
        cursor.execute("UPDATE tenancy_organization SET name_en = %s WHERE id = %s", [name, world.supplier.pk])
    link_of(world, "supplier", NEW)
    assert mail.outbox[0].subject == "Dure: Daesung Bcc: all@test.example invites you"
    assert mail.outbox[0].recipients() == [NEW]


def test_a_new_person_writes_name_and_password_and_is_in(committed, world):
    link = link_of(world, "supplier", NEW, "supplier-sales", title="Sales", name="Wrong Name")
    client = stranger()
    page = client.get(link)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(link, form("Right Name")).status_code == 302
    me = client.get("/api/me/").json()
    assert (me["name"], me["roles"], me["organization_id"]) == ("Right Name", ["supplier-sales"], world.supplier.pk)
    with organization_scope(world.supplier.pk):
        member = Membership.objects.get(user__email=NEW)
        assert (member.title, member.user.language) == ("Sales", "en")
        assert Invitation.objects.get(email=NEW).accepted_by_id == member.user_id


@pytest.mark.parametrize(
    "typed", [form(password="short"), form(password="password1234"), form(password2="other-words-77"), form(name=" ")]
)
def test_a_weak_or_mistyped_password_or_no_name_makes_no_account(committed, world, typed):
    link = link_of(world, "supplier", NEW)
    assert stranger().post(link, typed).status_code == 422
    assert stranger().post(link, form()).status_code == 302


def test_a_password_like_the_address_is_refused(world):
    link = link_of(world, "supplier", NEW)
    assert stranger().post(link, form(password="newhire-hanbit")).status_code == 422


def test_an_existing_person_accepts_signed_in_as_that_address(world, client_of):
    link = link_of(world, "supplier", "buyer-admin@test.example", "supplier-sales")
    page = stranger().get(link)
    assert page.status_code == 200
    assert f'href="/account/sign-in/?next={link}"' in page.content.decode()
    client = client_of("buyer-admin")
    assert client.get(link).status_code == 200
    assert firms_of(world, "buyer-admin") == {world.buyer.pk}, "reading a link changes nothing"
    assert client.post(link).status_code == 302
    assert firms_of(world, "buyer-admin") == {world.buyer.pk, world.supplier.pk}
    assert client.get("/api/me/").json()["organization_id"] == world.supplier.pk
    assert client.get("/api/me/").json()["roles"] == ["supplier-sales"]


def test_whoever_holds_the_link_of_a_known_address_sets_no_password_for_it(world):
    link = link_of(world, "supplier", "buyer-admin@test.example", "supplier-sales")
    assert stranger().post(link, form(password="taken-over-1234")).status_code == 200
    assert sign_in("buyer-admin@test.example", "taken-over-1234")[1] == 422
    assert sign_in("buyer-admin@test.example", PASSWORD)[1] == 302
    assert firms_of(world, "buyer-admin") == {world.buyer.pk}


def test_another_person_who_opens_the_link_is_told_and_gets_nothing(world, client_of):
    link = link_of(world, "supplier", "buyer-admin@test.example", "supplier-sales")
    for call in (client_of("stranger").get, client_of("stranger").post):
        answer = call(link)
        assert answer.status_code == 403
        for told in ("another address", "stranger@test.example", "buyer-admin@test.example"):
            assert told in answer.content.decode()
    assert firms_of(world, "stranger") == {world.stranger.pk}
    assert client_of("buyer-admin").post(link).status_code == 302


def test_used_revoked_expired_resent_and_unknown_links_answer_the_same(committed, world, client_of):
    used, revoked = link_of(world, "supplier", "a@test.example"), link_of(world, "supplier", "b@test.example")
    assert stranger().post(used, form()).status_code == 302
    with as_person(world, "supplier"):
        invitations.revoke(invitation_id=selectors.open_invitations().get(email="b@test.example").pk)
    expired, resent = link_of(world, "supplier", "c@test.example"), link_of(world, "supplier", "d@test.example")
    past = timezone.now() - timedelta(minutes=2)
    with as_person(world, "supplier"):
        Invitation.objects.filter(email="c@test.example").update(expires_at=past)
        Invitation.objects.filter(email="d@test.example").update(asked_at=past)
        again = invitations.resend(invitation_id=selectors.open_invitations().get(email="d@test.example").pk)
    links = [used, revoked, expired, resent, "/account/join/dure/", "/account/join/" + "é" * 60 + "/"]
    for link in links:
        for answer in (stranger().get(link), stranger().post(link, form("Late")), client_of("stranger").post(link)):
            assert answer.status_code == 404, link
            assert GONE in answer.content.decode(), link
    with unscoped(reason=SYSTEM):
        assert not User.objects.filter(name="Late").exists()
    assert stranger().post(deliver(again), form()).status_code == 302


def test_an_invitation_names_only_roles_that_are_the_firms_to_give(world, client_of, api_of):
    client, api = client_of("supplier"), api_of("supplier")
    for role in ("coordinator", "buyer", "inspector", "owner"):
        assert ask(client, NEW, role).status_code == 422, role
        answer = api.post("/api/invitations/", {"email": NEW, "roles": [role]})
        assert answer.status_code in (400, 422), role
    assert ask(client, NEW).status_code == 422
    with organization_scope(world.supplier.pk):
        assert not Invitation.objects.exists()
    with organization_scope(world.office.pk):
        assert selectors.offered_roles() == [Role.COORDINATOR, Role.TENANT_ADMIN]
    with organization_scope(world.buyer.pk):
        assert Role.COORDINATOR not in selectors.offered_roles()
        assert Role.SUPPLIER_SALES not in selectors.offered_roles()


def test_a_role_that_is_no_longer_the_firms_to_give_is_not_given(committed, world):
    with organization_scope(world.office.pk, user_id=world.people["coordinator"].pk):
        link = deliver(invitations.invite(email=NEW, roles=[Role.COORDINATOR]))
    with unscoped(reason=SYSTEM):
        world.office.memberships.update(state="suspended")
    assert stranger().post(link, form()).status_code == 404
    with unscoped(reason=SYSTEM):
        assert not User.objects.filter(email=NEW).exists(), "nothing half done"


def test_an_address_is_invited_once_and_a_member_not_again(world):
    known = invited(world, "supplier", NEW)
    with pytest.raises(exceptions.AlreadyInvited):
        invited(world, "supplier", NEW.upper())
    with pytest.raises(exceptions.AlreadyMember):
        invited(world, "supplier", "supplier-quality@test.example")
    with pytest.raises(exceptions.SentJustNow), as_person(world, "supplier"):
        invitations.resend(invitation_id=known.pk)


def test_who_belongs_already_is_refused_with_a_remedy_that_the_page_offers(world, client_of):
    client = client_of("supplier")
    answer = ask(client, "supplier-quality@test.example", "supplier-sales")
    page = answer.content.decode()
    assert (answer.status_code, "Change the person&#x27;s roles instead." in page) == (422, True)
    link = re.search(r'href="(/account/people/\d+/)">Supplier-Quality</a>', page)
    assert 'name="roles" value="supplier-sales"' in client.get(link[1]).content.decode()


def test_a_firm_floods_nobody(world, settings):
    settings.INVITATIONS_OPEN = 2
    invited(world, "supplier", "a@test.example")
    invited(world, "supplier", "b@test.example")
    with pytest.raises(exceptions.TooManyInvitations):
        invited(world, "supplier", "c@test.example")


def test_a_mail_goes_out_once_and_only_while_the_invitation_is_open(world):
    invitation = invited(world, "supplier", NEW)
    deliver(invitation)
    with organization_scope(world.supplier.pk):
        assert not invitations.deliver(invitation_id=invitation.pk)
    second = invited(world, "supplier", "b@test.example")
    with as_person(world, "supplier"):
        invitations.revoke(invitation_id=second.pk)
        assert not invitations.deliver(invitation_id=second.pk)
    assert len(mail.outbox) == 1


def test_what_the_broker_lost_is_sent_by_the_minute(committed, world):
    from apps.accounts import tasks

    invitation = invited(world, "supplier", NEW)
    with unscoped(reason=SYSTEM):
        assert selectors.invitations_to_send(before=timezone.now()) == [(invitation.pk, world.supplier.pk)]
        assert selectors.invitations_to_send(before=timezone.now() - timedelta(minutes=2)) == []
    tasks.send_invitation(invitation_id=invitation.pk, organization_id=world.supplier.pk)
    assert len(mail.outbox) == 1
    with unscoped(reason=SYSTEM):
        assert selectors.invitations_to_send(before=timezone.now()) == []


def test_used_revoked_and_expired_invitations_go_after_their_time_and_open_ones_stay(committed, world, settings):
    from apps.accounts import tasks

    settings.INVITATIONS_KEPT_DAYS = 30
    now = timezone.now()
    ends = {"accepted_at": now, "revoked_at": now, "expires_at": now}
    for column, moment in ends.items():
        for age in (29, 31):
            pk = invited(world, "supplier", f"{column}-{age}@test.example").pk
            with unscoped(reason=SYSTEM):
                Invitation.objects.filter(pk=pk).update(**{column: moment - timedelta(days=age)})
    waits = invited(world, "buyer-admin", NEW)
    tasks.purge_expired()
    with unscoped(reason=SYSTEM):
        left = set(Invitation.objects.values_list("email", flat=True))
    assert left == {waits.email, *(f"{column}-29@test.example" for column in ends)}


def test_invitations_of_another_firm_are_as_if_they_were_not(world, client_of, api_of):
    invitation = invited(world, "buyer-admin", NEW)
    assert NEW not in client_of("supplier").get("/account/people/").content.decode()
    for path in (f"people/invitations/{invitation.pk}/resend/", f"people/invitations/{invitation.pk}/revoke/"):
        assert client_of("supplier").post(f"/account/{path}").status_code == 404
    assert api_of("supplier").delete(f"/api/invitations/{invitation.pk}/").status_code == 404
    with organization_scope(world.supplier.pk):
        assert not Invitation.objects.exists()
    assert open_invitation(world.buyer, NEW).is_open


def test_eight_browsers_accept_one_link_at_once_and_one_person_comes_in(committed, world):
    link = link_of(world, "supplier", NEW)
    answers = in_parallel(*[lambda: stranger().post(link, form()).status_code for _ in range(8)])
    assert sorted(answers) == [302, *[404] * 7]
    with unscoped(reason=SYSTEM):
        assert User.objects.filter(email=NEW).count() == Membership.objects.filter(user__email=NEW).count() == 1


def test_links_of_two_firms_opened_at_once_make_one_account(committed, world):
    links = [link_of(world, "supplier", NEW), link_of(world, "buyer-admin", NEW)]
    answers = in_parallel(*[lambda link=link: stranger().post(link, form()).status_code for link in links])
    assert sorted(answers) in ([200, 302], [302, 403])
    with unscoped(reason=SYSTEM):
        assert User.objects.filter(email=NEW).count() == Membership.objects.filter(user__email=NEW).count() == 1


def test_a_person_who_left_comes_back_by_an_invitation_and_a_locked_one_does_not(world, client_of):
    from apps.accounts import memberships

    with as_person(world, "supplier"):
        member = Membership.objects.get(user=world.people["supplier-quality"])
        memberships.end_membership(membership_id=member.pk)
    link = link_of(world, "supplier", "supplier-quality@test.example", "supplier-sales")
    assert client_of("supplier-quality").get("/").status_code == 403
    client = client_of("supplier-quality")
    assert client.post(link).status_code == 302
    assert client.get("/api/me/").json()["roles"] == ["supplier-sales"]


def test_a_name_with_characters_that_cannot_be_seen_is_refused_at_the_door(world):
    """The door's function writes the account past the column's own rule."""
    link = link_of(world, "supplier", NEW)
    answer = stranger().post(link, form(name="ab\u202ecd"))
    assert answer.status_code == 422
    assert "direction of writing" in answer.content.decode()
