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
from apps.tenancy.scope import unscoped
from apps.web import members
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import SYSTEM, as_if, as_person, published

from .firms import cluster_of


@pytest.fixture
def cluster(world, committed):
    return cluster_of(world)


def agree(world, cluster, who, **frequencies):
    """The office publishes it, the person's firm accepts it."""
    with as_person(world, "coordinator"):
        agreements.publish(cluster_id=cluster, kind="sharing", text="약정", text_en="Agreement", frequencies=frequencies)
        hashes = [text.hash for text in agreements.current(cluster)]
    if who:
        with as_person(world, who):
            agreements.accept(cluster_id=cluster, hashes=hashes, person=world.people[who])


def tones(world, firm, **last):
    """Kind of data → how its freshness looks at the desk."""
    seen = {"acts": 1, "last_at": timezone.now(), "kinds": {name: timezone.now() - age for name, age in last.items()}}
    with as_person(world, "coordinator"):
        rows = members.member_rows({firm.pk: seen}, agreements.agreed_frequencies())
    row = next(row for row in rows if row["membership"].organization_id == firm.pk)
    return {kind.name: fresh["tone"] for kind, fresh in zip(members.kinds(), row["freshness"], strict=True)}


def test_fresh_is_what_a_firm_agreed_to_and_grey_what_it_did_not(world, cluster):
    ages = {"order": timedelta(days=2), "stock": timedelta(days=2)}
    assert set(tones(world, world.supplier, **ages).values()) == {"mute"}
    agree(world, cluster, "supplier", order=1, stock=7, delivery=7)
    found = tones(world, world.supplier, **ages)
    assert (found["order"], found["stock"]) == ("warn", "ok")
    assert found["delivery"] == "warn"  # agreed, and never done
    assert found["inspection"] == "mute"
    assert set(tones(world, world.stranger, **ages).values()) == {"mute"}  # has accepted nothing


def test_a_new_version_counts_for_a_firm_from_its_acceptance_on(world, cluster):
    agree(world, cluster, "supplier", order=30)
    agree(world, cluster, None, order=1)
    assert tones(world, world.supplier, order=timedelta(days=2))["order"] == "ok"
    agree(world, cluster, "supplier", order=1)
    assert tones(world, world.supplier, order=timedelta(days=2))["order"] == "warn"


def test_what_is_agreed_stands_in_the_text_and_is_typed_anew_without_it(world, cluster):
    agree(world, cluster, None, order=1, stock=7)
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
    for module in (forms, agreements, members):
        monkeypatch.setattr(module, "kinds", lambda: more)
    assert "every_forecast" in forms.AgreementForm().fields
    agree(world, cluster, "supplier", forecast=7)
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
    agree(world, cluster, "supplier", order=1)
    with unscoped(reason=SYSTEM):
        seen = {"event": "order.acknowledged", "count": 1, "last_at": timezone.now()}
        MemberActivity.objects.create(organization=world.supplier, cluster_id=cluster, **seen)
    client = client_of("coordinator")
    for path in ("/", "/members/", f"/clusters/{cluster}/", "/clusters/", "/start/", "/api/members/", "/inbox/"):
        words = re.sub(r"<[^>]*>", " ", client.get(path).content.decode())  # keys of forms are drawn: any digits
        assert not re.search(r"\b(7,?919|86,?423)", words), path
