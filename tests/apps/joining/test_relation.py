"""A supplier that joins a led cluster supplies its lead from then on; what else the door does and refuses."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.pages import attempt
from apps.joining import exceptions, firms, tasks
from apps.joining.models import FirmInvitation
from apps.partners import exceptions as refused
from apps.partners import requests
from apps.tenancy.models import RelationTerms, TradingRelation
from apps.tenancy.scope import organization_scope, unscoped
from apps.tenancy.terms import COLUMNS, Terms
from tests.world import SYSTEM, as_person

from .firms import NUMBERS, asked, cluster_of, deliver, filled, stranger, valid


def relation_of(buyer, name="새기업 주식회사"):
    with unscoped(reason=SYSTEM):
        return TradingRelation.objects.filter(buyer=buyer, supplier__legal_name=name).first()


@pytest.mark.parametrize(("typed", "kept"), [("V-77", "V-77"), ("", "2208162517"), ("V-100", "2208162517")])
def test_joining_a_led_cluster_makes_the_relation_with_its_lead(world, committed, typed, kept):
    """V-100 is taken: the office does not see that, so the business number stands in."""
    with as_person(world, "coordinator"):
        firm = firms.Asked(number=valid(NUMBERS[0]), email="owner@newfirm.example", name="새기업", vendor_code=typed)
        (invitation,) = firms.invite_firms(cluster_id=cluster_of(world), firms=[firm], language="en")
    with unscoped(reason=SYSTEM):
        TradingRelation.objects.filter(pk=world.relation.pk).update(vendor_code="V-100")
    link, client = deliver(invitation), stranger()
    page = client.get(link).content.decode()
    assert "Hanbit, as its supplier from the joining on" in page
    assert "You sign in with" in page
    assert "owner@newfirm.example" in page
    client.post(link, filled(cluster_of(world)))
    made = relation_of(world.buyer)
    assert made.vendor_code == kept
    assert {name: getattr(made, name) for name in COLUMNS} == {
        name: Terms._meta.get_field(name).get_default() for name in COLUMNS
    }
    with unscoped(reason=SYSTEM):
        assert RelationTerms.objects.filter(relation=made).count() == 1
    with as_person(world, "buyer-admin"):
        assert TradingRelation.objects.filter(pk=made.pk).exists()
    with organization_scope(world.stranger.pk):
        assert not TradingRelation.objects.filter(pk=made.pk).exists()


def test_a_relation_that_ended_does_not_come_back_by_an_invitation(world, committed):
    from apps.tenancy.models import BusinessNumber, ClusterMembership

    with unscoped(reason=SYSTEM):
        ended = timezone.now()
        TradingRelation.objects.filter(pk=world.relation.pk).update(ended_at=ended, ended_firm=world.buyer)
        ClusterMembership.objects.filter(organization=world.supplier).update(state="left")
        number = BusinessNumber.objects.get(organization=world.supplier, is_primary=True).number
    link = deliver(asked(world, number=number))
    from django.test import Client

    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people["supplier"], backend="django.contrib.auth.backends.ModelBackend")
    client.post(link, filled(cluster_of(world)))
    with unscoped(reason=SYSTEM):
        assert TradingRelation.objects.get(pk=world.relation.pk).ended_at is not None


def test_a_code_that_the_lead_has_given_is_refused_and_nobody_invited(world, committed):
    rows = [
        firms.Asked(number=valid("300-81-12345"), email="a@list.example", vendor_code=code, place=f"rows[{place}]")
        for place, code in enumerate([world.relation.vendor_code])
    ]
    with as_person(world, "buyer-admin"):
        _none, error = attempt(firms.invite_firms, cluster_id=cluster_of(world), firms=rows)
        assert isinstance(error, exceptions.VendorCodeGiven)
        assert (error.place, error.value) == ("rows[0].vendor_code", world.relation.vendor_code)
        assert not FirmInvitation.objects.exists()


def test_nobody_makes_a_relation_by_the_door_but_a_firm_that_joins_just_now(world, committed):
    from django.db import connections

    from apps.tenancy.scope import require_scope

    invitation = asked(world)
    for person in ("supplier", "coordinator", "buyer-admin"):
        with as_person(world, person), connections[require_scope().alias].cursor() as cursor:
            cursor.execute("SELECT * FROM joining_relate(%s)", [invitation.pk])
            assert cursor.fetchall() == []
    assert relation_of(world.buyer) is None


def test_somebody_else_is_told_whose_the_invitation_is_and_nothing_is_done(world, committed, client_of):
    link = deliver(asked(world))
    answer = client_of("buyer").get(link)
    page = answer.content.decode()
    assert answer.status_code == 403
    person = world.people["buyer"]
    assert f"You are signed in as {person.name} ({person.email})." in page
    assert "The invitation went to owner@newfirm.example." in page
    with unscoped(reason=SYSTEM):
        assert FirmInvitation.objects.get().accepted_at is None


def test_an_office_is_not_asked_to_trade_and_asks_nobody(world):
    with as_person(world, "buyer-admin"):
        _none, error = attempt(requests.request_relation, side="buyer", firm_id=world.office.pk, vendor_code="X-1")
        assert isinstance(error, refused.NoTrade)
    with as_person(world, "coordinator"):
        _none, error = attempt(requests.request_relation, side="buyer", firm_id=world.supplier.pk, vendor_code="X-1")
        assert isinstance(error, refused.NoTrade)


def test_closed_invitations_go_after_the_time_that_they_are_kept(world, committed, settings):
    long_ago = timezone.now() - timedelta(days=settings.INVITATIONS_KEPT_DAYS + 1)
    gone = [asked(world, number=f"{310 + n}-81-12345", email=f"old{n}@list.example") for n in range(3)]
    kept = asked(world, number="320-81-12345", email="young@list.example")
    with unscoped(reason=SYSTEM):
        for row, column in zip(gone, ("accepted_at", "revoked_at", "expires_at"), strict=True):
            FirmInvitation.objects.filter(pk=row.pk).update(**{column: long_ago})
        FirmInvitation.objects.filter(pk=kept.pk).update(revoked_at=timezone.now())
    tasks.purge_firm_invitations()
    with unscoped(reason=SYSTEM):
        assert list(FirmInvitation.objects.values_list("pk", flat=True)) == [kept.pk]


def test_the_first_page_of_the_office_counts_firms_that_have_not_joined(world, committed, client_of):
    client = client_of("coordinator")
    assert client.get("/").context["invited_count"] == 0
    asked(world)
    assert client.get("/").context["invited_count"] == 1
