"""Federations, sites, tokens, contracts and consents."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.events.models import DomainEvent
from apps.learning import exceptions as wrong
from apps.learning import selectors, services
from apps.learning.models import Consent, EnrolmentToken, Federation, Node
from apps.learning.services.joining import ENROLMENT
from apps.tenancy.models import Cluster
from apps.tenancy.scope import unscoped
from federated.agreed.keys import new_key, public_text, sign
from tests.learning import DOCUMENT, consented, joined, running, set_up, token
from tests.world import as_person


def test_only_the_office_of_the_cluster_sets_a_federation_up(world):
    with as_person(world, "supplier"):
        cluster = Cluster.objects.get().pk
        with pytest.raises(wrong.NotTheOffice):
            services.create_federation(cluster_id=cluster, name="Mine")
    with as_person(world, "coordinator"):
        services.create_federation(cluster_id=cluster, name="Ours")
        with pytest.raises(wrong.NameTaken):
            services.create_federation(cluster_id=cluster, name="Ours")


def test_a_port_that_another_cluster_took_is_drawn_again(world, monkeypatch):
    with as_person(world, "coordinator"):
        cluster = Cluster.objects.get().pk
        taken = services.create_federation(cluster_id=cluster, name="First").port
        draws = iter([taken, taken, taken + 1])
        monkeypatch.setattr("apps.learning.services.federations._free_port", lambda: next(draws))
        assert services.create_federation(cluster_id=cluster, name="Second").port == taken + 1
        monkeypatch.setattr("apps.learning.services.federations._free_port", lambda: taken)
        with pytest.raises(wrong.NoFreePort):
            services.create_federation(cluster_id=cluster, name="Third")


def test_a_site_joins_once_with_a_token_and_a_key_made_at_the_factory(world, committed):
    found = set_up(world)
    secret, key = token(world, found, "supplier"), new_key()
    node = services.join(token=secret, public_key=public_text(key), version="0.1.0")
    assert (node.name, node.state) == ("Daesung P1", "joined")
    with pytest.raises(wrong.TokenUsed):
        services.join(token=secret, public_key=public_text(new_key()), version="0.1.0")


def test_a_token_that_is_unknown_or_expired_opens_nothing(world, committed):
    found = set_up(world)
    with pytest.raises(wrong.InvalidEnrolment):
        services.join(token="guess", public_key=public_text(new_key()), version="0.1.0")
    secret = token(world, found, "supplier")
    with unscoped(reason=ENROLMENT):
        EnrolmentToken.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(wrong.TokenExpired) as caught:
        services.join(token=secret, public_key=public_text(new_key()), version="0.1.0")
    assert "new token" in str(caught.value.remedy)


def test_a_key_that_cannot_be_read_leaves_the_token_unused(world, committed):
    found = set_up(world)
    secret = token(world, found, "supplier")
    with pytest.raises(wrong.InvalidKey):
        services.join(token=secret, public_key="ssh-rsa AAAA", version="0.1.0")
    services.join(token=secret, public_key=public_text(new_key()), version="0.1.0")


def test_a_new_token_ends_the_earlier_one(world, committed):
    found = set_up(world)
    first = token(world, found, "supplier")
    token(world, found, "supplier")
    with pytest.raises(wrong.TokenExpired):
        services.join(token=first, public_key=public_text(new_key()), version="0.1.0")


def test_a_firm_creates_tokens_for_its_own_sites_only(world):
    found = set_up(world)
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownSite):
        services.issue_token(node_id=found.nodes["supplier"].pk)


def test_a_contract_is_versioned_and_every_firm_is_asked(world):
    found = set_up(world)
    with as_person(world, "coordinator"):
        second = services.publish_contract(programme_id=found.programme.pk, document={**DOCUMENT, "quorum": 1})
    assert (found.contract.number, second.number) == (1, 2)
    assert found.contract.hash != second.hash
    with as_person(world, "supplier"):
        assert [c.pk for c in selectors.contracts_to_approve()] == [second.pk]
        told = DomainEvent.objects.filter(event="contract.published", organization=world.supplier)
        assert set(told.values_list("label", flat=True)) == {"Surface defects v2"}
        services.approve_contract(contract_id=second.pk)
        assert selectors.contracts_to_approve() == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"quorum": 0}, "contract.quorum"),
        ({"features": [{"name": "twf"}], "refused": ["twf"]}, "contract"),
        ({"features": [{"name": "x", "stage": "after"}]}, "contract.features.0"),
    ],
)
def test_a_contract_that_breaks_a_rule_is_not_published(world, change, place):
    found = set_up(world)
    with as_person(world, "coordinator"), pytest.raises(wrong.InvalidContractText) as caught:
        services.publish_contract(programme_id=found.programme.pk, document={**DOCUMENT, **change})
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"model": {"hidden": [1024] * 8}}, "contract.model"),
        ({"model": {"hidden": [1024, 1024]}, "training": {"rounds": 3, "strategy": "fedadam"}}, "contract.model"),
        ({"boosting": {"rounds": 500, "side_by_side": 64, "depth": 8}}, "contract.boosting"),
    ],
)
def test_a_contract_whose_rounds_this_server_would_refuse_is_not_published(world, api_of, settings, change, place):
    found = set_up(world)
    settings.LEARNING_LARGEST_REPORT = 24 * 2**20
    body = {"programme_id": found.programme.pk, "document": {**DOCUMENT, **change}}
    answer = api_of("coordinator").post("/api/learning/contracts/", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "contract_too_large")
    (error,) = answer.json()["errors"]
    assert (error["place"], "DURE_LARGEST_REPORT" in error["remedy"]) == (place, True)
    assert "this server takes 24.0 MiB" in answer.json()["detail"]
    settings.LEARNING_LARGEST_REPORT = 700 * 2**20
    assert api_of("coordinator").post("/api/learning/contracts/", body).status_code == 201


def test_a_countersignature_is_made_by_the_sites_own_key(world, committed):
    found = set_up(world)
    key = joined(world, found, "supplier")
    with unscoped(reason=ENROLMENT):
        node = Node.objects.get(pk=found.nodes["supplier"].pk)
        with pytest.raises(wrong.InvalidSignature):
            forged = sign(new_key(), found.contract.hash.encode())
            services.countersign(node, contract_hash=found.contract.hash, signature=forged, person="mallory")
    consented(world, found, "supplier", key)
    with as_person(world, "coordinator"):
        assert selectors.ready_sites(found.contract) == 1


def test_a_run_needs_the_quorum_of_consents(world, committed):
    found = set_up(world)
    consented(world, found, "supplier", joined(world, found, "supplier"))
    with as_person(world, "coordinator"), pytest.raises(wrong.TooFewSites) as caught:
        services.start_run(contract_id=found.contract.pk)
    assert caught.value.value == "1 / 2"


def test_a_run_with_trees_needs_three_because_of_two_each_would_read_the_others_table(world, committed):
    found = set_up(world, boosting={"rounds": 3, "side_by_side": 2, "depth": 2})
    for name in ("supplier", "buyer"):
        consented(world, found, name, joined(world, found, name))
    with as_person(world, "coordinator"), pytest.raises(wrong.TooFewSites) as caught:
        services.start_run(contract_id=found.contract.pk)
    assert caught.value.value == "2 / 3"


def test_a_withdrawn_approval_and_a_suspended_site_do_not_count(world, committed):
    found, _keys, _run = running(world)
    with as_person(world, "coordinator"):
        assert selectors.ready_sites(found.contract) == 2
        services.suspend_site(node_id=found.nodes["buyer"].pk)
        assert selectors.ready_sites(found.contract) == 1
    with as_person(world, "supplier"):
        services.withdraw_approval(contract_id=found.contract.pk)
    with as_person(world, "coordinator"):
        assert selectors.ready_sites(found.contract) == 0


def test_a_new_key_is_a_new_factory_that_countersigns_anew(world, committed):
    found, _keys, _run = running(world)
    joined(world, found, "supplier")
    with as_person(world, "coordinator"):
        assert selectors.ready_sites(found.contract) == 1


def test_a_federation_trains_one_run_at_a_time(world, committed):
    found, _keys, run = running(world)
    with as_person(world, "coordinator"), pytest.raises(wrong.RunBusy):
        services.start_run(contract_id=found.contract.pk)
    with as_person(world, "coordinator"):
        assert services.stop_run(run_id=run.pk).state == "stopping"


def test_members_see_the_federation_and_consents_stay_between_firm_and_office(world, committed):
    running(world)
    seen = {}
    for name in ("supplier", "buyer-admin", "stranger", "coordinator"):
        with as_person(world, name):
            seen[name] = (
                Federation.objects.count(),
                Node.objects.count(),
                Consent.objects.count(),
                EnrolmentToken.objects.count(),
            )
    assert seen == {
        "supplier": (1, 2, 1, 1),
        "buyer-admin": (1, 2, 1, 1),
        "stranger": (1, 2, 0, 0),
        "coordinator": (1, 2, 2, 0),
    }


def test_a_member_cannot_change_what_the_office_wrote(world):
    found = set_up(world)
    with as_person(world, "supplier"):
        assert Federation.objects.filter(pk=found.federation.pk).update(name="Mine") == 0
        assert Node.objects.filter(pk=found.nodes["buyer"].pk).update(state="left", public_key="x") == 0
