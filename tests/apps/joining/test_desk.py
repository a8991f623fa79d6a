"""The coordinator's desk: freshness against what each firm agreed to, weeks in counts, and nobody's quantities or prices."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.common.rooms import Kind, kinds
from apps.events.models import DomainEvent, MemberActivity
from apps.joining import agreements, forms, weeks
from apps.orders.models import PurchaseOrder
from apps.partners import forms as partners
from apps.partners import relations
from apps.partners.exceptions import UnknownData
from apps.partners.models import TermsProposal
from apps.partners.selectors import agreed_days
from apps.tenancy.scope import unscoped
from apps.web import members
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import SYSTEM, as_if, as_person, published

from .firms import cluster_of


@pytest.fixture
def cluster(world, committed):
    return cluster_of(world)


def publish(world, cluster, **frequencies):
    with as_person(world, "coordinator"):
        agreements.publish(cluster_id=cluster, kind="sharing", text="약정", text_en="Agreement", frequencies=frequencies)


def agree(world, is_accepted=True, **days):
    """The buyer proposes it to the supplier, who says yes or nothing."""
    with as_person(world, "buyer"):
        proposal = relations.propose_terms(relation_id=world.relation.pk, data_days=days)
    if is_accepted:
        with as_person(world, "supplier"):
            relations.accept_terms(proposal_id=proposal.pk)


def tones(world, firm, **last):
    """Kind of data → how its freshness looks at the desk."""
    seen = {"acts": 1, "last_at": timezone.now(), "kinds": {name: timezone.now() - age for name, age in last.items()}}
    with as_person(world, "coordinator"):
        rows = members.member_rows({firm.pk: seen}, agreed_days())
    row = next(row for row in rows if row["membership"].organization_id == firm.pk)
    return {kind.name: fresh["tone"] for kind, fresh in zip(members.kinds(), row["freshness"], strict=True)}


def test_fresh_is_what_a_relation_agreed_to_and_grey_what_it_did_not(world, cluster):
    ages = {"order": timedelta(days=2), "stock": timedelta(days=2)}
    publish(world, cluster, order=1)  # what the cluster usually expects is no agreement of two firms
    assert set(tones(world, world.supplier, **ages).values()) == {"mute"}
    agree(world, order=1, stock=7, delivery=7, plan=7, inspection=1)
    found = tones(world, world.supplier, **ages)
    assert (found["order"], found["stock"]) == ("warn", "ok")
    assert found["delivery"] == "warn"  # agreed, and never done
    assert (found["inspection"], found["plan"]) == ("mute", "mute")  # the buyer's to bring
    buyer = tones(world, world.buyer, plan=timedelta(days=2))
    assert (buyer["plan"], buyer["inspection"], buyer["stock"]) == ("ok", "warn", "mute")
    assert set(tones(world, world.stranger, **ages).values()) == {"mute"}  # its own relation agreed on nothing


def test_other_terms_count_from_the_yes_on_and_none_after_the_end(world, cluster):
    ages = {"order": timedelta(days=2)}
    agree(world, order=30)
    agree(world, is_accepted=False, order=1)
    assert tones(world, world.supplier, **ages)["order"] == "ok"
    with as_person(world, "supplier"):
        relations.accept_terms(proposal_id=TermsProposal.objects.latest("pk").pk)
    assert tones(world, world.supplier, **ages)["order"] == "warn"
    with as_person(world, "buyer"):
        relations.end(relation_id=world.relation.pk)
    assert tones(world, world.supplier, **ages)["order"] == "mute"


def test_days_are_told_to_who_manages_the_cluster_and_to_the_two_alone(world, cluster):
    agree(world, order=3)
    told = {(cluster, world.supplier.pk): {"order": 3}}
    for person, expected in (("coordinator", told), ("buyer", told), ("supplier", told), ("stranger", {})):
        with as_person(world, person):
            assert agreed_days() == expected, person


@pytest.mark.parametrize("days", [{"gossip": 1}, {"order": 0}, {"order": 400}])
def test_what_no_room_brings_or_never_comes_is_not_agreed_on(world, cluster, days):
    with as_person(world, "buyer"), pytest.raises(UnknownData):
        relations.propose_terms(relation_id=world.relation.pk, data_days=days)


def test_the_form_of_terms_has_a_field_for_each_kind_and_begins_with_what_is_usual(world, cluster, client_of):
    publish(world, cluster, stock=5)
    with as_person(world, "buyer"):
        text = agreements.current(cluster)[0]
        agreements.accept(cluster_id=cluster, hashes=[text.hash], person=world.people["buyer"])
    buyer = client_of("buyer")
    page = buyer.get(f"/partners/{world.relation.pk}/").content.decode()
    assert all(f'name="days_{kind.name}"' in page for kind in kinds())
    assert re.search(r'name="days_stock" value="5"', page)
    assert "nothing agreed" in page
    form = {"currency": "KRW", "over_tolerance": "10", "freeze_days": "3", "early_days": "3", "late_days": "0"}
    form |= {"way": "full", "answer_hours": "24", "days_stock": "5", "days_plan": "7"}
    assert buyer.post(f"/partners/{world.relation.pk}/terms/", form).status_code == 302
    other = client_of("supplier").get(f"/partners/{world.relation.pk}/").content.decode()
    assert "Stock: 5 d, Demand plans: 7 d" in other


def test_what_is_agreed_stands_in_the_text_and_is_typed_anew_without_it(world, cluster):
    publish(world, cluster, order=1, stock=7)
    with as_person(world, "coordinator"):
        text = agreements.current(cluster)[0]
    assert "- 발주: 1일마다" in text.text
    assert "- Stock: at least every 7 days" in text.text_en
    assert agreements.without_frequencies(text) == ("약정", "Agreement")
    assert text.hash == agreements.hash_of(text.text, text.text_en)


def test_the_page_of_the_agreement_sets_it(world, cluster, client_of):
    client = client_of("coordinator")
    typed = {"kind": "sharing", "text": "약정", "text_en": "Agreement", "every_stock": "7"}
    assert client.post(f"/clusters/{cluster}/texts/new/", typed).status_code == 302
    with as_person(world, "coordinator"):
        assert agreements.current(cluster)[0].frequencies == {"stock": 7}
    page = client.get(f"/clusters/{cluster}/texts/new/?kind=sharing").content.decode()
    assert re.search(r'name="every_stock"[^>]*value="7"|value="7"[^>]*name="every_stock"', page)
    assert client.post(f"/clusters/{cluster}/texts/new/", {**typed, "every_stock": "0"}).status_code == 422


def test_a_kind_that_a_room_declares_has_its_field_and_column_by_itself(world, cluster, monkeypatch):
    more = [*kinds(), Kind("forecast", "Forecasts", 99)]
    for module in (forms, agreements, members, relations, partners):
        monkeypatch.setattr(module, "kinds", lambda: more)
    assert "every_forecast" in forms.AgreementForm().fields
    assert "days_forecast" in partners.TermsForm().fields
    agree(world, forecast=7)
    assert tones(world, world.supplier, forecast=timedelta(days=1))["forecast"] == "ok"


def test_weeks_count_firms_at_work_and_answers_in_time(world, cluster):
    with as_person(world, "coordinator"):
        assert [(week.firms, week.due, week.share) for week in weeks.of(cluster)] == [(0, 0, None)]  # since this week
    in_time, late, waiting = confirmed(world), confirmed(world), published(world)
    ago = timezone.now() - timedelta(days=7)
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.filter(pk=in_time.pk), answer_due_at=ago, answered_at=ago - timedelta(hours=1))
        as_if(PurchaseOrder.objects.filter(pk=late.pk), answer_due_at=ago, answered_at=ago + timedelta(hours=1))
        as_if(PurchaseOrder.objects.filter(pk=waiting.pk), answer_due_at=ago)
        as_if(DomainEvent.objects.filter(actor_organization=world.supplier), created_at=ago)
    with as_person(world, "coordinator"):
        found = weeks.of(cluster)
    assert (found[1].due, found[1].in_time, found[1].share) == (3, 1, 33)
    assert (found[0].firms, found[1].firms) == (1, 1)  # the buyer now, the supplier the week before
    with as_person(world, "supplier"):
        assert weeks.of(cluster) == []  # it manages nothing


def test_the_desk_shows_nobodys_quantities_or_prices(world, cluster, client_of):
    """Figures that stand nowhere else are looked for in every page that the office has."""
    order = confirmed(world, quantities=(7919,))
    received(world, announced(world, order, quantity=7919))
    with as_person(world, "buyer"):
        lines = schedule_of(order)
        as_if(type(lines[0].line).objects.filter(pk=lines[0].line_id), unit_price=Decimal("86423.17"))
    agree(world, order=1)
    with unscoped(reason=SYSTEM):
        seen = {"event": "order.acknowledged", "count": 1, "last_at": timezone.now()}
        MemberActivity.objects.create(organization=world.supplier, cluster_id=cluster, **seen)
    client = client_of("coordinator")
    for path in ("/", "/members/", f"/clusters/{cluster}/", "/clusters/", "/start/", "/api/members/", "/inbox/"):
        words = re.sub(r"<[^>]*>", " ", client.get(path).content.decode())  # keys of forms are drawn: any digits
        assert not re.search(r"\b(7,?919|86,?423)", words), path
