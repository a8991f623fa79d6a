"""Firms come in by the mailed link of an invitation: new ones, those that are here, and what others try."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.joining import agreements, clusters, exceptions, firms
from apps.joining.models import Acceptance, Agreement, FirmInvitation
from apps.tenancy.models import BusinessNumber, Cluster, ClusterMembership, Organization
from apps.tenancy.scope import organization_scope, unscoped
from tests.at_once import in_parallel
from tests.world import SYSTEM, as_person

from .firms import NEW, NUMBERS, WORDS, asked, cluster_of, deliver, filled, stranger, texts_of


@pytest.fixture
def texts(world, committed):
    """The world's cluster with both texts; its id."""
    pk = cluster_of(world)
    with as_person(world, "coordinator"):
        for kind, (text, text_en) in agreements.first_texts("led").items():
            agreements.publish(cluster_id=pk, kind=kind, text=text, text_en=text_en)
    return pk


def firm_named(name):
    with unscoped(reason=SYSTEM):
        return Organization.objects.filter(legal_name=name).first()


def parts_of(firm):
    with unscoped(reason=SYSTEM):
        return sorted(ClusterMembership.objects.filter(organization=firm, state="active").values_list("cluster_id", "kind"))


def count_of(model):
    with unscoped(reason=SYSTEM):
        return model._base_manager.count()


def test_an_invited_firm_comes_in_with_texts_and_administrator(texts, world):
    invitation = asked(world)
    link = deliver(invitation)
    (message,) = mail.outbox
    assert message.to == [NEW]
    assert message.subject == "Dure: Office invites 새기업"
    client = stranger()
    page = client.get(link).content.decode()
    assert "Office invites your firm into Cluster" in page
    assert "220-81-62517" in page
    assert "Terms of use" in page
    answer = client.post(link, filled(texts))
    assert answer.headers["Location"] == "/start/", answer.content.decode()
    firm = firm_named("새기업 주식회사")
    assert parts_of(firm) == [(texts, "supplier")]
    me = client.get("/api/me/").json()
    assert (me["organization_id"], me["roles"]) == (firm.pk, ["supplier-sales", "tenant-admin"])
    assert "Your firm is in Cluster now." in client.get("/start/").content.decode()
    with unscoped(reason=SYSTEM):
        assert list(BusinessNumber.objects.filter(organization=firm).values_list("number", "is_primary")) == [
            ("2208162517", True)
        ]
        kept = list(Acceptance.objects.filter(organization=firm).select_related("agreement", "person"))
        assert {row.agreement.kind for row in kept} == {"terms", "sharing"}
        assert all(row.hash == row.agreement.hash and row.name == "한가람" and row.person.email == NEW for row in kept)
        done = FirmInvitation.objects.select_related("accepted_by").get(pk=invitation.pk)
    assert (done.organization_id, done.accepted_by.email) == (firm.pk, NEW)


def test_a_firm_that_is_here_joins_as_it_is_by_its_administrator(texts, world, client_of):
    """The number of the supplier, invited into a second cluster, to an address that nobody has."""
    with as_person(world, "coordinator"):
        second = clusters.found(name="일반형", name_en="Second", kind="peers", region="충남, 대전").pk
    link = deliver(asked(world, number="101-81-24172", cluster=second, email="office@daesung.example"))
    before = count_of(Organization)
    page = stranger().get(link).content.decode()
    assert "Sign in as its administrator" in page
    assert stranger().post(link, filled(second)).status_code == 200
    for name in ("supplier-quality", "stranger", "buyer"):
        refused = client_of(name).post(link, filled(second))
        assert refused.status_code == 403, name
        assert "A firm with this business number is here already." in refused.content.decode()
    admin = client_of("supplier")
    assert "Daesung" in admin.get(link).content.decode()
    assert admin.post(link, filled(second)).status_code == 302
    assert count_of(Organization) == before
    assert parts_of(world.supplier) == sorted([(texts, "supplier"), (second, "supplier")])
    with as_person(world, "supplier") as door:
        assert set(door.scope.cluster_ids) == {texts, second}


def test_another_number_of_a_firm_joins_it(texts, world, client_of):
    """Several numbers a firm: its administrator, invited at the own address, says whose the new number is."""
    with as_person(world, "coordinator"):
        second = clusters.found(name="두 번째", kind="peers").pk
    link = deliver(asked(world, cluster=second, email="supplier@test.example"))
    admin = client_of("supplier")
    assert "Whose number is it?" in admin.get(link).content.decode()
    assert admin.post(link, filled(second, firm=str(world.supplier.pk), legal_name="")).status_code == 302
    with unscoped(reason=SYSTEM):
        numbers = BusinessNumber.objects.filter(organization=world.supplier).order_by("-is_primary")
        assert list(numbers.values_list("number", "is_primary")) == [("1018124172", True), ("2208162517", False)]
    assert (second, "supplier") in parts_of(world.supplier)


def test_one_login_has_two_firms_and_switches(texts, world, client_of):
    """The administrator of one firm registers another with the same account."""
    link = deliver(asked(world, email="supplier@test.example"))
    admin = client_of("supplier")
    assert admin.post(link, filled(texts, firm="", legal_name="둘째 기업")).status_code == 302
    firm = firm_named("둘째 기업")
    assert admin.get("/api/me/").json()["organization_id"] == firm.pk
    admin.post("/account/switch/", {"organization": str(world.supplier.pk)})
    assert admin.get("/api/me/").json()["organization_id"] == world.supplier.pk
    admin.post("/account/switch/", {"organization": str(firm.pk)})
    assert admin.get("/api/me/").json()["roles"] == ["supplier-sales", "tenant-admin"]


def test_a_lead_comes_into_the_cluster_that_waited_for_it(world, committed):
    with as_person(world, "coordinator"):
        pk = clusters.found(name="선도형", kind="led").pk
    link = deliver(asked(world, cluster=pk, kind="lead"))
    with pytest.raises(exceptions.HasLead):
        asked(world, cluster=pk, kind="lead", number=NUMBERS[1])
    client = stranger()
    assert client.post(link, filled(pk)).status_code == 302
    firm = firm_named("새기업 주식회사")
    with unscoped(reason=SYSTEM):
        assert Cluster.objects.get(pk=pk).lead_id == firm.pk
    assert client.get("/api/me/").json()["roles"] == ["buyer", "buyer-approver", "tenant-admin"]
    assert client.get(f"/clusters/{pk}/").status_code == 200


def test_suppliers_of_a_led_cluster_without_a_lead_do_not_see_each_other(world, committed):
    with as_person(world, "coordinator"):
        pk = clusters.found(name="선도형", kind="led").pk
    firms_in = []
    for number, email, name in ((NUMBERS[0], "a@x.example", "갑"), (NUMBERS[1], "b@x.example", "을")):
        link = deliver(asked(world, cluster=pk, number=number, email=email))
        assert stranger().post(link, filled(pk, legal_name=name)).status_code == 302
        firms_in.append(firm_named(name))
    with organization_scope(firms_in[0].pk):
        assert set(Organization.objects.values_list("pk", flat=True)) == {firms_in[0].pk, world.office.pk}


def test_peers_see_each_other_and_may_buy_and_supply(world, committed):
    with as_person(world, "coordinator"):
        pk = clusters.found(name="일반형", kind="peers", region="충남, 경북").pk
    firms_in, clients = [], []
    for number, email, name in ((NUMBERS[0], "a@x.example", "갑"), (NUMBERS[1], "b@x.example", "을")):
        clients.append(stranger())
        answer = clients[-1].post(deliver(asked(world, cluster=pk, number=number, email=email)), filled(pk, legal_name=name))
        assert answer.status_code == 302
        firms_in.append(firm_named(name))
    with organization_scope(firms_in[0].pk):
        assert {firm.pk for firm in firms_in} <= set(Organization.objects.values_list("pk", flat=True))
    assert clients[0].get("/api/me/").json()["roles"] == ["buyer", "buyer-approver", "supplier-sales", "tenant-admin"]
    page = clients[0].get("/account/people/").content.decode()
    assert all(f'value="{role}"' in page for role in ("buyer", "supplier-production", "inspector"))
    with pytest.raises(exceptions.HasLead):
        asked(world, cluster=pk, number=NUMBERS[2], kind="lead")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
        ({"password2": "another-one-99"}, "password fields"),
        ({"legal_name": ""}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"legal_name": "a\u202eb"}, "character"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_comes_in(texts, world, changed, words):
    link, before = deliver(asked(world)), count_of(Organization)
    answer = stranger().post(link, filled(texts, **changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert count_of(Organization) == before


def test_without_all_texts_nobody_comes_in(texts, world):
    link = deliver(asked(world))
    given = filled(texts)
    del given[f"text_{texts_of(texts)[0].pk}"]
    answer = stranger().post(link, given)
    assert answer.status_code == 422
    assert firm_named("새기업 주식회사") is None


def test_a_text_that_changed_while_it_was_read_is_read_again(texts, world):
    link, given = deliver(asked(world)), filled(texts)
    with as_person(world, "coordinator"):
        agreements.publish(cluster_id=texts, kind="terms", text="새 약관", text_en="New terms")
    answer = stranger().post(link, given)
    assert answer.status_code == 422
    assert "version 2" in answer.content.decode()
    assert stranger().post(link, filled(texts)).status_code == 302


def test_links_that_are_used_expired_replaced_or_unknown_are_named(texts, world):
    invitation = asked(world)
    link = deliver(invitation)
    with unscoped(reason=SYSTEM):
        FirmInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    late = stranger().post(link, filled(texts))
    assert (late.status_code, "This invitation has expired." in late.content.decode()) == (410, True)
    with unscoped(reason=SYSTEM):
        FirmInvitation.objects.update(
            expires_at=timezone.now() + timedelta(days=1), asked_at=timezone.now() - timedelta(hours=1)
        )
    with as_person(world, "coordinator"):
        firms.resend(invitation_id=invitation.pk)
    assert stranger().get(link).status_code == 404
    link = deliver(invitation)
    assert stranger().post(link, filled(texts)).status_code == 302
    again = stranger().post(link, filled(texts, legal_name="또"))
    assert (again.status_code, "This invitation has been used." in again.content.decode()) == (410, True)
    assert stranger().get("/start/firm/nothing/").status_code == 404
    assert firm_named("또") is None


def test_somebody_else_who_is_signed_in_is_told_so(texts, world, client_of):
    link = deliver(asked(world))
    answer = client_of("buyer").post(link, filled(texts))
    assert answer.status_code == 403
    assert "This invitation is for another address." in answer.content.decode()
    assert firm_named("새기업 주식회사") is None


def test_of_two_who_take_a_link_at_once_one_comes_in(texts, world):
    link, given = deliver(asked(world)), filled(texts)
    codes = in_parallel(*[lambda: stranger().post(link, given).status_code] * 2)
    assert sorted(codes)[0] == 302
    assert sorted(codes)[1] in (200, 403, 410)
    with unscoped(reason=SYSTEM):
        assert Organization.objects.filter(legal_name="새기업 주식회사").count() == 1


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("101-81-24172", exceptions.FirmAlreadyIn),
        ("124-81-55509", exceptions.FirmAlreadyIn),
        (NUMBERS[0], exceptions.FirmAlreadyInvited),
    ],
)
def test_a_number_that_is_in_or_invited_is_refused(texts, world, number, error):
    asked(world)
    with pytest.raises(error) as caught:
        asked(world, number=number, email="other@x.example")
    assert caught.value.place == "number"


@pytest.mark.parametrize("who", ["supplier", "stranger", "buyer-admin"])
def test_who_does_not_manage_a_cluster_invites_nobody_into_it(world, committed, who, client_of):
    with as_person(world, "coordinator"):
        pk = clusters.found(name="남의 것", kind="peers").pk
    with pytest.raises(exceptions.NoSuchCluster):
        asked(world, by=who, cluster=pk)
    for path in ("", "invite/", "texts/"):
        assert client_of(who).get(f"/clusters/{pk}/{path}").status_code == 404


def test_a_firm_that_is_no_office_founds_only_what_it_leads(world, committed, client_of):
    client = client_of("supplier")
    assert client.post("/clusters/", {"kind": "peers", "name": "우리"}).status_code == 422
    assert client.post("/clusters/", {"kind": "led", "name": "우리 2차"}).status_code == 302
    with unscoped(reason=SYSTEM):
        made = Cluster.objects.get(name="우리 2차")
        assert (made.lead_id, Acceptance.objects.filter(cluster=made).count()) == (world.supplier.pk, 2)


def test_the_desk_of_a_stranger_is_closed_to_the_functions_too(texts, world):
    """Asked by SQL, past every page: who does not manage the cluster learns nothing."""
    from django.db import connections

    for who, knows in (("supplier", False), ("coordinator", True), ("buyer-admin", True)):
        with as_person(world, who), connections["default"].cursor() as cursor:
            cursor.execute("SELECT * FROM joining_numbers_in(%s, %s)", [texts, ["1018124172", "1028124175"]])
            assert bool(cursor.fetchall()) is knows
            cursor.execute("SELECT * FROM joining_people(%s)", [texts])
            assert bool(cursor.fetchall()) is knows


def test_a_new_version_asks_every_firm_again(texts, world, client_of):
    admin = client_of("supplier")
    present = [text.hash for text in texts_of(texts)]
    assert admin.post(f"/clusters/{texts}/texts/", {"accept": present[:1]}).status_code == 422
    assert admin.post(f"/clusters/{texts}/texts/", {"accept": present}).status_code == 302
    assert "A new version waits." not in admin.get("/start/").content.decode()
    coordinator = client_of("coordinator")
    new = {"kind": "sharing", "text": "새 약정", "text_en": "New agreement"}
    assert admin.post(f"/clusters/{texts}/texts/new/", new).status_code == 404
    assert coordinator.post(f"/clusters/{texts}/texts/new/", {**new, "text": "\u202e"}).status_code == 422
    assert coordinator.post(f"/clusters/{texts}/texts/new/", new).status_code == 302
    made = max(texts_of(texts), key=lambda text: text.pk)
    page = admin.get("/start/").content.decode()
    assert "A new version waits." in page
    assert "New agreement" in admin.get(f"/clusters/{texts}/texts/").content.decode()
    assert admin.post(f"/clusters/{texts}/texts/", {"accept": [made.hash]}).status_code == 302
    with unscoped(reason=SYSTEM):
        kept = Acceptance.objects.filter(organization=world.supplier, agreement__kind="sharing").order_by(
            "agreement__version"
        )
        assert [row.agreement.version for row in kept] == [1, 2]
        assert kept.last().hash == agreements.hash_of("새 약정", "New agreement")


def test_an_accepted_version_never_changes(texts, world):
    from django.db import DatabaseError, transaction

    for who in ("coordinator", "buyer-admin", "supplier"):
        with as_person(world, who):
            for statement in ({"text": "anders"}, {"hash": "0" * 64}):
                try:
                    with transaction.atomic():
                        assert Agreement.objects.filter(cluster_id=texts).update(**statement) == 0
                except DatabaseError:
                    pass
    assert {text.hash for text in texts_of(texts)} == {agreements.hash_of(*pair) for pair in _stripped()}


def _stripped():
    return [(text.strip(), text_en.strip()) for text, text_en in agreements.first_texts("led").values()]


def test_a_browser_that_shows_the_page_is_noted_and_a_mail_filter_is_not(texts, world):
    invitation = asked(world)
    link = deliver(invitation)

    def opened():
        with unscoped(reason=SYSTEM):
            return FirmInvitation.objects.get(pk=invitation.pk).opened_at

    stranger().get(link)
    assert opened() is None
    Client(headers={"sec-fetch-mode": "navigate"}).get(link)
    assert opened() is not None


def test_the_secret_stands_in_the_mail_alone(texts, world, client_of):
    link = deliver(asked(world))
    secret = link.split("/")[3]
    with unscoped(reason=SYSTEM):
        assert secret not in str(list(FirmInvitation.objects.values()))
    assert secret not in client_of("coordinator").get(f"/clusters/{texts}/").content.decode()
    assert WORDS not in str(mail.outbox[0].body)
