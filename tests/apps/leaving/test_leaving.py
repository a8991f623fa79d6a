"""A firm suspends, leaves or is removed: what it and others see before and after, and what is refused."""

import asyncio
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.common.errors import DomainError
from apps.consigned import services as consigned
from apps.events.models import DomainEvent
from apps.events.services import mail_news
from apps.joining.exceptions import NoSuchCluster
from apps.leaving import exceptions, selectors, services
from apps.leaving import mail as mails
from apps.leaving.models import Departure
from apps.leaving.open_things import open_things
from apps.orders.models import PurchaseOrder
from apps.tenancy.models import Cluster, ClusterMembership, Organization, TradingRelation
from apps.tenancy.scope import require_scope, unscoped
from tests import learning
from tests.apps.joining.firms import cluster_of
from tests.chain import confirmed
from tests.example import publish_outbox
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


def test_material_on_its_way_lying_there_or_not_settled_is_open(committed, world):
    from tests.apps.consigned.given import counted, received, sent, steel
    from tests.apps.consigned.test_settling import a_month, proposed

    pk = cluster_of(world)
    material = a_month(world)
    found = proposed(world)
    part = steel(world, number="COP-1")
    note = sent(world, part, 40)
    with as_person(world, "supplier"):
        said = " | ".join(str(one) for one in open_things(pk, world.supplier.pk))
    assert all(name in said for name in (note.number, material.number, found.number))
    assert "COP-1" not in said
    received(world, note)
    counted(world, material, 0, lot="")
    with as_person(world, "buyer"):
        consigned.accept(settlement_id=found.pk)
    with as_person(world, "supplier"):
        (one,) = open_things(pk, world.supplier.pk)
    assert one.names == ("COP-1",)


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


def told(event: str) -> dict[int, str]:
    """Firm → what it is told."""
    with unscoped(reason=SYSTEM):
        return dict(DomainEvent.objects.filter(event=event).values_list("organization_id", "label"))


def test_every_other_firm_is_told_who_goes_and_by_when_in_inbox_and_mail(committed, world, client_of):
    pk, day = cluster_of(world), timezone.localdate() + timedelta(days=30)
    others = {world.buyer.pk, world.office.pk}  # a supplier of the same lead does not know it
    with as_person(world, "coordinator"):
        services.set_suspended(cluster_id=pk, organization_id=world.supplier.pk, is_suspended=True)
    assert told("departure.suspended") == dict.fromkeys(others, "대성")
    assert told("departure.own_pause") == {world.supplier.pk: "클러스터"}
    with as_person(world, "coordinator"):
        services.set_suspended(cluster_id=pk, organization_id=world.supplier.pk, is_suspended=False)
        services.remove(cluster_id=pk, organization_id=world.supplier.pk, days=30, reason="our secret")
    assert told("departure.resumed") == dict.fromkeys(others, "대성")
    assert told("departure.removed") == dict.fromkeys(others, f"대성 ({day:%Y-%m-%d})")
    with as_person(world, "coordinator"):
        services.take_back(cluster_id=pk, organization_id=world.supplier.pk)
    assert set(told("departure.stays")) == others
    with as_person(world, "supplier"):
        services.leave(cluster_id=pk, days=30)
    assert told("departure.announced") == dict.fromkeys(others, f"대성 ({day:%Y-%m-%d})")
    order = published(world)
    asyncio.run(publish_outbox())
    with as_person(world, "buyer-admin"):
        mail_news()
    assert f"/clusters/{pk}/departures/" in mail.outbox[-1].body
    assert f"대성 ({day:%Y-%m-%d})" in mail.outbox[-1].body
    assert "our secret" not in mail.outbox[-1].body
    inbox = client_of("buyer-admin").get("/inbox/").content.decode()
    assert f"대성 ({day:%Y-%m-%d})" in inbox
    page = client_of("buyer-admin").get(f"/clusters/{pk}/departures/").content.decode()
    assert "Daesung" in page
    assert "Leaving" in page
    assert "our secret" not in page
    assert order.number not in page
    with as_person(world, "coordinator"):
        (row,) = selectors.going(pk)
        assert (row.name, row.state, row.last_day, row.open_count) == ("Daesung", "leaving", day, 0)
    for person in ("stranger", "supplier"):
        with as_person(world, person):
            assert selectors.going(pk) == []
    with as_person(world, "buyer"):
        assert [row.open_count for row in selectors.going(pk)] == [1]
    over(world, world.supplier)
    assert set(told("departure.done")) == others
    with as_person(world, "buyer"):
        assert [row.state for row in selectors.going(pk)] == ["left"]
    assert client_of("supplier").get(f"/clusters/{pk}/departures/").status_code == 404


def test_peers_all_hear_of_it(committed, world):
    pk = cluster_of(world)
    with unscoped(reason=SYSTEM):
        Cluster.objects.filter(pk=pk).update(kind="peers", lead=None)
    with as_person(world, "supplier"):
        services.leave(cluster_id=pk, days=30)
    assert set(told("departure.announced")) == {world.buyer.pk, world.stranger.pk, world.office.pk}
    with as_person(world, "stranger"):
        assert [row.name for row in selectors.going(pk)] == ["Daesung"]


def test_how_much_is_open_is_counted_for_all_firms_at_once(committed, world, client_of, django_assert_max_num_queries):
    pk = cluster_of(world)
    published(world)
    confirmed(world)
    for firm in (world.supplier, world.stranger):
        with as_person(world, "coordinator"):
            services.remove(cluster_id=pk, organization_id=firm.pk, days=30, reason="ends")
    with as_person(world, "coordinator"):
        found = {row.organization_id: row.open_count for row in selectors.parts(Cluster.objects.get(pk=pk))}
        with django_assert_max_num_queries(4):
            selectors.parts(Cluster.objects.get(pk=pk))
    assert found == {world.supplier.pk: 2, world.stranger.pk: 0, world.buyer.pk: 0, world.office.pk: 0}
    with unscoped(reason=SYSTEM):  # told apart for the firm itself, kind by kind
        assert {
            firm: sum(one.count for one in open_things(pk, firm)) for firm in (world.supplier.pk, world.stranger.pk)
        } == {
            world.supplier.pk: 2,
            world.stranger.pk: 0,
        }


def test_who_looks_after_it_acts_from_the_list(committed, world, client_of):
    pk, office = cluster_of(world), client_of("coordinator")
    here = f"/clusters/{pk}/firms/"
    firm = f"{here}{world.supplier.pk}/"
    assert "Suspend Daesung" in office.get(here).content.decode()
    office.post(f"{firm}suspend/")
    assert state_of(world, world.supplier) == "suspended"
    assert "Resume Daesung" in office.get(here).content.decode()
    office.post(f"{firm}resume/")
    assert office.post(f"{firm}remove/", {"days": 3, "reason": "ends"}).status_code == 422
    assert office.get(f"{here}999/remove/").status_code == 404
    assert office.post(f"{firm}remove/", {"days": 30, "reason": "the programme ends"}).status_code == 302
    page = office.get(f"{here}?state=removed").content.decode()
    assert "the programme ends" in page
    assert "Let Daesung stay" in page
    assert "Hanbit" not in page.partition("<table")[2]
    office.post(f"{firm}stay/")
    assert "the programme ends" not in office.get(here).content.decode()
