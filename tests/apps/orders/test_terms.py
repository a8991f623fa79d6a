"""An order stands under the terms of its publication, whatever the firms agree on later."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from apps.orders import services
from apps.orders.models import PurchaseOrder
from apps.partners import relations
from apps.tenancy.models import RelationTerms, TradingRelation
from tests.apps.tower.test_scorecard import score
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_person, draft, published

NOW = {"incoterm": "DDP", "over_tolerance": Decimal("0.5"), "late_days": 9, "answer_hours": 72, "freeze_days": 0}


def agree_anew(world, **terms) -> None:
    """As the two firms do: one side proposes, the other says yes."""
    with as_person(world, "buyer"):
        proposal = relations.propose_terms(relation_id=world.relation.pk, **(terms or NOW))
    with as_person(world, "supplier"):
        relations.accept_terms(proposal_id=proposal.pk)


def shown(api, order) -> dict:
    return api.get(f"/api/orders/{order.pk}/").json()["terms"]


def test_what_the_firms_agree_on_later_changes_no_published_order(world, api_of):
    placed, waiting = published(world), draft(world)
    before = shown(api_of("supplier"), placed)
    assert before | {"version": 1, "late_days": 0, "over_tolerance": "0.1000", "answer_hours": 24} == before
    agree_anew(world)
    assert shown(api_of("supplier"), placed) == shown(api_of("buyer"), placed) == before
    assert shown(api_of("buyer"), waiting) | {"version": None, "incoterm": "DDP", "late_days": 9} == shown(
        api_of("buyer"), waiting
    )
    with as_person(world, "buyer"):
        services.publish_order(order_id=waiting.pk)
    after = shown(api_of("supplier"), waiting)
    assert (after["version"], after["incoterm"], after["over_tolerance"]) == (2, "DDP", "0.5000")
    with as_person(world, "supplier"):
        due = PurchaseOrder.objects.get(pk=waiting.pk).answer_due_at - timezone.now()
        assert timedelta(hours=71) < due <= timedelta(hours=72)
        assert [line.over_tolerance for line in schedule_of(waiting)] == [Decimal("0.5")]
        assert [line.over_tolerance for line in schedule_of(placed)] == [Decimal("0.1")]


def test_an_answer_is_judged_by_the_window_of_the_order_and_so_is_its_delivery(world):
    placed = published(world)
    agree_anew(world)  # nine days late are on time now; the order says none
    late = published(world)
    states = []
    with as_person(world, "supplier"):
        for order in (placed, late):
            [line] = schedule_of(order)
            parts = [services.Part(line.requested_quantity, line.requested_date + timedelta(days=5))]
            states.append(
                services.answer_order(order_id=order.pk, answers=[services.Answer(line.pk, parts, "material")]).status
            )
    assert states == ["change_proposed", "confirmed"]


def test_the_scorecard_measures_an_order_by_its_own_window(world):
    agree_anew(world, early_days=0)
    received(world, announced(world, confirmed(world, days=2)))  # two days early
    assert score(world).on_time_base == 0
    agree_anew(world, early_days=None)
    assert score(world).on_time_base == 0
    received(world, announced(world, confirmed(world, days=2)))
    assert score(world).on_time_base == 1


def test_each_change_is_a_version_and_nobody_writes_one_by_hand(world):
    with as_person(world, "buyer"):
        relation = TradingRelation.objects.get(pk=world.relation.pk)
        relation.vendor_code = "V9"
        relation.save()  # not a term
    agree_anew(world, incoterm="FCA")
    with as_person(world, "buyer"):
        versions = RelationTerms.objects.filter(relation=relation).order_by("version")
        assert [(row.version, row.incoterm) for row in versions] == [(1, ""), (2, "FCA")]
        for write in (lambda: versions.update(incoterm="EXW"), lambda: versions.delete()):
            with pytest.raises(ProgrammingError), transaction.atomic():
                write()
    with as_person(world, "stranger"):
        assert not RelationTerms.objects.filter(relation_id=world.relation.pk).exists()


def test_the_page_shows_the_terms_of_the_order_and_says_that_others_hold_now(world, client_of):
    agree_anew(world, incoterm="FCA")
    order = published(world)
    page = client_of("supplier").get(f"/orders/{order.pk}/").content.decode()
    assert "FCA" in page
    agree_anew(world, incoterm="DDP")
    page = client_of("supplier").get(f"/orders/{order.pk}/").content.decode()
    assert "FCA" in page
    assert "DDP" not in page
    assert "other terms since" in page
