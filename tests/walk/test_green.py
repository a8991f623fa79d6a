"""Green is only who is well: a site or firm that is suspended, offline, late, refused or gone is green on no page."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from apps.learning import cards, pages
from apps.learning.models import DriftReport, Node, Run
from apps.learning.statuses import NodeState, RunState, SiteState
from apps.partners.selectors import agreed_days
from apps.tenancy.models import ClusterMembership, TradingRelation
from apps.tenancy.scope import unscoped
from apps.web import members
from tests.learning import running
from tests.world import SYSTEM, as_if, as_person

STATES = (NodeState.JOINED, NodeState.SUSPENDED, NodeState.LEFT)  # who was in when a run began
OUT = (NodeState.SUSPENDED, NodeState.LEFT)


def row_of(page: str, name: str) -> str:
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    (found,) = [row for row in rows if f">{name}<" in row]
    return found


def test_on_the_pages_of_a_federation_only_a_connected_member_is_green(world, committed, client_of, api_of):
    found, _keys, _run = running(world)
    client, api = client_of("coordinator"), api_of("coordinator")
    for state, is_online in product(STATES, (True, False)):
        with unscoped(reason=SYSTEM):
            Node.objects.filter(organization=world.supplier).update(state=state, is_online=is_online)
        well = state == NodeState.JOINED and is_online
        row = row_of(client.get(f"/training/federations/{found.federation.pk}/").content.decode(), "Daesung")
        assert ("t-ok" in row, "Connected" in row) == (well, well), (state, is_online)
        nodes = api.get("/api/learning/sites/").json()["results"]
        assert [node["is_online"] for node in nodes if node["organization_id"] == world.supplier.pk] == [well]
        row = row_of(client.get(f"/training/contracts/{found.contract.pk}/").content.decode(), "Daesung")
        assert ("t-ok" in row) == (state not in OUT), "a consent of a site that is out counts no more"


def test_on_the_page_of_a_run_only_who_gave_something_and_may_go_on_is_green(world, committed):
    found, _keys, run = running(world)
    green = set()
    name = found.nodes["supplier"].name
    for node_state, run_state, site_state in product(STATES, RunState, ["", *SiteState]):
        with unscoped(reason=SYSTEM):
            Node.objects.filter(name=name).update(state=node_state)
            facts = {"state": run_state, "states": {name: site_state}, "round": 2, "nodes": {name: "1"}}
            Run.objects.filter(pk=run.pk).update(**facts)
        with as_person(world, "coordinator"):
            site = next(s for s in pages.run_context(Run.objects.get(pk=run.pk))["sites"] if s["name"].startswith("Daesung"))
        assert site["tone"], site
        if site["tone"] == "ok":
            green.add((node_state, site_state))
    assert {state for state, _site in green} == {NodeState.JOINED}
    assert {site for _state, site in green} <= {"", SiteState.WAITING, SiteState.RECEIVED}


def test_only_an_active_firm_is_green(world, committed, client_of):
    seen = {"acts": 1, "last_at": timezone.now(), "kinds": {"order": timezone.now() - timedelta(hours=1)}}
    with as_person(world, "buyer"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), data_days={"order": 1})
    examined = set()
    for state in ClusterMembership.State:
        with unscoped(reason=SYSTEM):
            ClusterMembership.objects.filter(organization=world.supplier).update(state=state)
        with as_person(world, "coordinator"):
            rows = members.member_rows({world.supplier.pk: seen}, agreed_days())
            context = members.members_context(rows)
        page = client_of("coordinator").get("/members/").content.decode()
        for row in context["members"]:
            if row["membership"].organization_id == world.supplier.pk:
                examined.add(state)
                active = state == ClusterMembership.State.ACTIVE
                assert (row["tone"] == "ok", "ok" in {fresh["tone"] for fresh in row["freshness"]}) == (active, active)
                assert (context["active_tone"] == "ok", "t-ok" in row_of(page, "Daesung")) == (active, active)
    assert {ClusterMembership.State.ACTIVE, ClusterMembership.State.SUSPENDED} <= examined


@pytest.mark.parametrize("state", list(NodeState))
def test_the_drift_watch_of_a_site_that_is_out_is_not_green(state):
    report = DriftReport(node=Node(name="Daesung", state=state), flags={"pressure": "ok"})
    assert (cards.drift_look(report, pages.Labels())["tone"] == "ok") == (state not in OUT)
