"""A firm suspends, leaves or is removed: what it and others see before and after, and what is refused."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.common.errors import DomainError
from apps.joining.exceptions import NoSuchCluster
from apps.leaving import exceptions, services
from apps.leaving import mail as mails
from apps.leaving.models import Departure
from apps.leaving.open_things import open_things
from apps.orders.models import PurchaseOrder
from apps.tenancy.models import ClusterMembership, Organization, TradingRelation
from apps.tenancy.scope import require_scope, unscoped
from tests import learning
from tests.apps.joining.firms import cluster_of
from tests.chain import confirmed
from tests.world import SYSTEM, as_person, published


def state_of(world, firm) -> str:
    with unscoped(reason=SYSTEM):
        return ClusterMembership.objects.get(cluster_id=cluster_of(world), organization=firm).state


def seen_by(world, person: str) -> dict[str, set]:
    with as_person(world, person):
        return {
            "clusters": set(require_scope().cluster_ids),
            "firms": set(Organization.objects.values_list("pk", flat=True)),
            "orders": set(PurchaseOrder.objects.values_list("number", flat=True)),
            "open relations": set(TradingRelation.objects.filter(ended_at=None).values_list("pk", flat=True)),
        }


def over(world, firm) -> None:
    """The last day has passed, and the daily task has come."""
    with unscoped(reason=SYSTEM):
        Departure.objects.filter(organization=firm).update(last_day=timezone.localdate() - timedelta(days=1))
    assert services.finish_due() == 1
    assert services.finish_due() == 0


def test_after_the_last_day_the_cluster_is_gone_and_documents_stay(committed, world):
    order, pk = confirmed(world), cluster_of(world)
    before = {name: seen_by(world, name) for name in ("supplier", "buyer", "stranger")}
    with as_person(world, "supplier"):
        services.leave(cluster_id=pk, days=14)
    assert {name: seen_by(world, name) for name in before} == before
    assert services.finish_due() == 0
    over(world, world.supplier)
    after = {name: seen_by(world, name) for name in before}
    assert after["stranger"] == before["stranger"]
    assert after["supplier"]["clusters"] == before["supplier"]["clusters"] - {pk}
    # What the two did stays with both, with a name; new orders are not possible.
    for name in ("supplier", "buyer"):
        assert order.number in after[name]["orders"]
        assert after[name]["orders"] == before[name]["orders"]
        assert {world.buyer.pk, world.supplier.pk} <= after[name]["firms"]
        assert after[name]["open relations"] == before[name]["open relations"] - {world.relation.pk}
    # Nothing more: the supplier sees no firm of the cluster but those it traded with.
    assert after["supplier"]["firms"] == {world.buyer.pk, world.supplier.pk}
    assert state_of(world, world.supplier) == "left"


def test_its_factory_leaves_the_training_of_the_cluster(committed, world):
    found = learning.set_up(world)
    learning.joined(world, found, "supplier")
    with as_person(world, "supplier"):
        services.leave(cluster_id=found.federation.cluster_id, days=0)
    over(world, world.supplier)
    with unscoped(reason=SYSTEM):
        states = {node.organization_id: node.state for node in found.federation.nodes.all()}
    assert states[world.supplier.pk] == "left"
    assert "left" not in {state for firm, state in states.items() if firm != world.supplier.pk}


def test_one_that_fails_stops_no_other_of_that_day_and_is_tried_again(committed, world, monkeypatch, caplog):
    pk = cluster_of(world)
    for person in ("supplier", "stranger"):
        with as_person(world, person):
            services.leave(cluster_id=pk, days=0)
    with unscoped(reason=SYSTEM):
        Departure.objects.update(last_day=timezone.localdate() - timedelta(days=2))
    real = services.finish

    def broken(departure):
        if departure.organization_id == world.supplier.pk:
            raise RuntimeError("disk full")
        real(departure)

    monkeypatch.setattr(services, "finish", broken)
    assert services.finish_due() == 1
    assert "could not be finished" in caplog.text
    assert (state_of(world, world.supplier), state_of(world, world.stranger)) == ("active", "left")
    with unscoped(reason=SYSTEM):
        assert services.overdue(days=1).count() == 1
    monkeypatch.setattr(services, "finish", real)
    assert services.finish_due() == 1
    assert state_of(world, world.supplier) == "left"


def test_a_suspended_firm_sees_nothing_of_the_cluster_until_it_is_resumed(committed, world):
    pk, before = cluster_of(world), seen_by(world, "supplier")
    with as_person(world, "coordinator"):
        for _turn in range(2):
            services.set_suspended(cluster_id=pk, organization_id=world.supplier.pk, is_suspended=True)
    assert seen_by(world, "supplier")["clusters"] == before["clusters"] - {pk}
    with as_person(world, "coordinator"):
        services.set_suspended(cluster_id=pk, organization_id=world.supplier.pk, is_suspended=False)
    assert seen_by(world, "supplier") == before


def test_what_is_open_is_named_and_at_once_is_refused_until_nothing_is(committed, world):
    order, pk = published(world), cluster_of(world)
    with as_person(world, "supplier"):
        services.leave(cluster_id=pk, days=30)
        assert order.number in str(open_things(pk, world.supplier.pk)[0])
    with pytest.raises(exceptions.StillOpen, match=order.number), as_person(world, "supplier"):
        services.leave_now(cluster_id=pk)
    assert state_of(world, world.supplier) == "active"
    with as_person(world, "stranger"):
        assert open_things(pk, world.stranger.pk) == []
        services.leave(cluster_id=pk, days=30)
    with as_person(world, "stranger"):
        services.leave_now(cluster_id=pk)
    assert state_of(world, world.stranger) == "left"


def test_a_removal_is_told_objected_to_and_taken_back(committed, world):
    pk = cluster_of(world)
    with as_person(world, "coordinator"):
        found = services.remove(cluster_id=pk, organization_id=world.supplier.pk, days=30, reason="the programme ends")
    mails.tell_removed(found.pk)
    assert "the programme ends" in mail.outbox[0].body
    with pytest.raises(exceptions.NotYours), as_person(world, "supplier"):
        services.take_back(cluster_id=pk, organization_id=world.supplier.pk)
    with as_person(world, "supplier"):
        services.object_to(cluster_id=pk, text="we deliver until May")
    with as_person(world, "buyer"):
        assert Departure.objects.get(pk=found.pk).objection == "we deliver until May"
    with as_person(world, "stranger"):
        assert not Departure.objects.exists()
    with as_person(world, "coordinator"):
        services.take_back(cluster_id=pk, organization_id=world.supplier.pk)
    assert services.finish_due() == 0
    assert state_of(world, world.supplier) == "active"


def test_what_cannot_be_is_refused_and_nothing_is_half_done(committed, world):
    pk = cluster_of(world)
    supplier, office, lead = world.supplier.pk, world.office.pk, world.buyer.pk

    def refused(person, act, **values) -> str:
        with pytest.raises(DomainError) as error, as_person(world, person):
            act(cluster_id=pk, **values)
        return error.value.code

    removal = {"organization_id": supplier, "days": 30, "reason": "ends"}
    assert refused("supplier", services.remove, **removal) == NoSuchCluster.code
    assert refused("stranger", services.set_suspended, organization_id=supplier, is_suspended=True) == NoSuchCluster.code
    assert refused("coordinator", services.remove, **{**removal, "days": 3}) == "too_soon"
    assert refused("coordinator", services.remove, **{**removal, "reason": " "}) == "no_reason"
    assert refused("coordinator", services.remove, **{**removal, "organization_id": 999}) == "not_in_cluster"
    assert refused("supplier", services.leave, days=400) == "too_soon"
    assert refused("supplier", services.take_back, organization_id=supplier) == "not_leaving"
    assert refused("supplier", services.object_to, text="no") == "not_leaving"
    with as_person(world, "supplier"):
        services.leave(cluster_id=pk, days=30)
    assert refused("supplier", services.leave, days=10) == "leaving_already"
    assert refused("coordinator", services.remove, **removal) == "leaving_already"
    # Lead and office look after it: one may go, the last one may not.
    with as_person(world, "coordinator"):
        services.leave(cluster_id=pk, days=30)
    assert refused("buyer", services.leave, days=30) == "last_coordinator"
    assert refused("coordinator", services.remove, **{**removal, "organization_id": lead}) == "last_coordinator"
    assert refused("coordinator", services.set_suspended, organization_id=lead, is_suspended=True) == "last_coordinator"
    over_states = {firm: state_of(world, Organization(pk=firm)) for firm in (supplier, office, lead)}
    assert set(over_states.values()) == {"active"}


def test_the_pages_lead_through_it(committed, world, client_of):
    order, pk = published(world), cluster_of(world)
    with as_person(world, "coordinator"):
        services.remove(cluster_id=pk, organization_id=world.supplier.pk, days=30, reason="ends")
    office = client_of("coordinator").get(f"/clusters/{pk}/firms/").content.decode()
    assert "Last day" in office
    assert order.number not in office
    from apps.accounts import services as accounts

    with unscoped(reason=SYSTEM):
        accounts.set_roles(
            organization_id=world.supplier.pk, user_id=world.people["supplier"].pk, roles=["tenant-admin", "supplier-sales"]
        )
    client = client_of("supplier")
    page = client.get(f"/clusters/{pk}/leave/")
    assert order.number in page.content.decode()
    done = client.post(f"/clusters/{pk}/leave/", {"act": "object", "objection": "we stay"})
    assert done.status_code == 302
    assert 'href="/exports/"' in page.content.decode()
    over(world, world.supplier)
    assert client.get(f"/clusters/{pk}/leave/").status_code == 200
    assert client.post(f"/clusters/{pk}/leave/", {"act": "leave", "days": 5}).status_code in (404, 422)
    assert client_of("stranger").get(f"/clusters/{pk}/firms/").status_code in (403, 404)
