"""A contract is taken back before anybody agreed to it, by the office alone, and nobody agrees to it afterwards."""

import threading
import time

import pytest
from django.db import transaction

from apps.events.models import DomainEvent
from apps.learning import exceptions as wrong
from apps.learning import selectors, services
from apps.learning.models import Consent, ContractVersion
from apps.learning.services.joining import ENROLMENT
from apps.tenancy.scope import unscoped
from federated.agreed.keys import sign
from tests.at_once import in_parallel
from tests.learning import DOCUMENT, Factory, consented, joined, running, set_up
from tests.world import as_person


def take_back(world, found, who="coordinator"):
    with as_person(world, who):
        return services.take_contract_back(contract_id=found.contract.pk)


def is_taken_back(world, found) -> bool:
    with as_person(world, "coordinator"):
        return ContractVersion.objects.get(pk=found.contract.pk).taken_back_at is not None


def test_a_contract_taken_back_asks_nobody_any_more_and_the_version_before_is_present_again(world):
    found = set_up(world)
    with as_person(world, "coordinator"):
        second = services.publish_contract(programme_id=found.programme.pk, document={**DOCUMENT, "quorum": 1})
        assert [c.pk for c in selectors.latest_contracts()] == [second.pk]
        services.take_contract_back(contract_id=second.pk)
        assert [c.pk for c in selectors.latest_contracts()] == [found.contract.pk]
    with as_person(world, "supplier"):
        assert [c.pk for c in selectors.contracts_to_approve()] == [found.contract.pk]
    take_back(world, found)
    with as_person(world, "supplier"):
        assert selectors.contracts_to_approve() == []
    with as_person(world, "coordinator"):
        third = services.publish_contract(programme_id=found.programme.pk, document=DOCUMENT)
        assert third.number == 3


def test_every_firm_is_told_once_and_history_says_who_did_it(world):
    found = set_up(world)
    take_back(world, found)
    take_back(world, found)
    for firm, person in ((world.supplier, "supplier"), (world.buyer, "buyer-admin"), (world.office, "coordinator")):
        with as_person(world, person):
            told = DomainEvent.objects.filter(event="contract.taken_back", organization=firm)
            assert [event.label for event in told] == ["Surface defects v1"]
    with as_person(world, "coordinator"):
        versions = list(ContractVersion.pgh_event_model.objects.filter(pgh_obj_id=found.contract.pk).order_by("pgh_id"))
        assert [row.taken_back_at is not None for row in versions] == [False, True]
        assert versions[1].pgh_context["user"] == world.people["coordinator"].pk


@pytest.mark.parametrize("who", ["coordinator", "supplier"])
def test_consents_of_a_contract_taken_back_wait_for_nobody_on_the_page_and_in_the_api(world, client_of, api_of, who):
    found = set_up(world)

    def shown():
        page = client_of(who).get(f"/training/contracts/{found.contract.pk}/").content.decode()
        rows = page[page.index('id="sites-title"') :].split("<tbody>")[1].split("</tbody>")[0]
        states = api_of(who).get(f"/api/learning/contracts/{found.contract.pk}/").json()["consents"]
        return rows, {state[name] for state in states for name in ("approval", "countersignature")}, len(states)

    sites = 2 if who == "coordinator" else 1
    rows, states, count = shown()
    assert (rows.count("Waiting"), states, count) == (2 * sites, {"waiting"}, sites)
    with as_person(world, "supplier"):
        services.approve_contract(contract_id=found.contract.pk)
        services.withdraw_approval(contract_id=found.contract.pk)
    take_back(world, found)
    rows, states, count = shown()
    assert "Waiting" not in rows
    assert (rows.count("Taken back"), rows.count("Withdrawn")) == (2 * sites - 1, 1)
    assert (states, count) == ({"withdrawn", "taken_back"}, sites)


@pytest.mark.parametrize("how", ["approve", "countersign", "both"])
def test_what_one_firm_or_factory_agreed_to_cannot_be_taken_back(world, committed, how):
    found = set_up(world)
    key = joined(world, found, "supplier")
    if how == "approve":
        with as_person(world, "supplier"):
            services.approve_contract(contract_id=found.contract.pk)
    elif how == "countersign":
        body = {"hash": found.contract.hash, "signature": sign(key, found.contract.hash.encode()), "person": "test"}
        assert Factory(key).post("site/consents/", body).status_code == 200
    else:
        consented(world, found, "supplier", key)
    with pytest.raises(wrong.ContractAgreed) as caught:
        take_back(world, found)
    assert "next version" in str(caught.value.remedy)
    assert not is_taken_back(world, found)


def test_what_was_trained_under_cannot_be_taken_back_even_when_all_have_withdrawn(world, committed):
    found, _keys, _run = running(world)
    with unscoped(reason=ENROLMENT):
        Consent.objects.update(approved_at=None, signed_at=None, signature="")
    with pytest.raises(wrong.ContractAgreed):
        take_back(world, found)


def test_an_approval_that_was_withdrawn_before_anybody_signed_does_not_hinder(world):
    found = set_up(world)
    with as_person(world, "supplier"):
        services.approve_contract(contract_id=found.contract.pk)
        services.withdraw_approval(contract_id=found.contract.pk)
    take_back(world, found)
    assert is_taken_back(world, found)


def test_a_firm_that_approves_a_contract_taken_back_is_refused_and_told_what_to_do(world, api_of, client_of):
    found = set_up(world)
    take_back(world, found)
    path = f"/training/contracts/{found.contract.pk}/"
    answer = api_of("supplier").post(f"/api/learning/contracts/{found.contract.pk}/approve/")
    assert (answer.status_code, answer.json()["code"]) == (409, "contract_taken_back")
    page = client_of("supplier").post(f"{path}approve/", follow=True).content.decode()
    assert "Nobody agrees to a contract that the coordinator took back" in page
    assert "Approve for our sites" not in page
    with as_person(world, "supplier"):
        assert not Consent.objects.exists()


def test_a_factory_that_countersigns_a_contract_taken_back_is_refused_and_is_offered_it_no_more(world, committed):
    found = set_up(world)
    key = joined(world, found, "supplier")
    factory = Factory(key)
    assert len(factory.get("site/").json()["contracts"]) == 1
    take_back(world, found)
    assert factory.get("site/").json()["contracts"] == []
    body = {"hash": found.contract.hash, "signature": sign(key, found.contract.hash.encode()), "person": "test"}
    refused = factory.post("site/consents/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "contract_taken_back")
    assert "next version" in refused.content.decode()
    with unscoped(reason=ENROLMENT):
        assert not Consent.objects.exists()


def test_nothing_is_trained_under_a_contract_taken_back(world):
    found = set_up(world)
    take_back(world, found)
    with as_person(world, "coordinator"), pytest.raises(wrong.ContractTakenBack):
        services.start_run(contract_id=found.contract.pk)


@pytest.mark.parametrize(
    ("who", "status"), [("supplier", 403), ("buyer-admin", 403), ("inspector", 403), ("coordinator", 200)]
)
def test_only_the_office_takes_a_contract_back(world, api_of, client_of, who, status):
    found = set_up(world)
    answer = api_of(who).post(f"/api/learning/contracts/{found.contract.pk}/take-back/")
    assert answer.status_code == status
    assert is_taken_back(world, found) is (status == 200)
    page = client_of(who).get(f"/training/contracts/{found.contract.pk}/").content.decode()
    assert ("taken back" in page.lower()) is (status == 200)


def test_a_member_writes_no_contract_back_past_the_service(world):
    found = set_up(world)
    with as_person(world, "supplier"):
        assert ContractVersion.objects.filter(pk=found.contract.pk).update(taken_back_at="2026-01-01T00:00Z") == 0


def test_the_button_asks_first_and_is_gone_once_somebody_agreed(world, client_of):
    found = set_up(world)
    client, path = client_of("coordinator"), f"/training/contracts/{found.contract.pk}/"
    page = client.get(path).content.decode()
    dialog = page[page.index('<dialog id="take-back"') :].split("</dialog>")[0]
    assert page.count("/take-back/") == dialog.count("/take-back/") == 1
    with as_person(world, "supplier"):
        services.approve_contract(contract_id=found.contract.pk)
    assert "/take-back/" not in client.get(path).content.decode()
    with as_person(world, "supplier"):
        services.withdraw_approval(contract_id=found.contract.pk)
    after = client.post(f"{path}take-back/", follow=True).content.decode()
    assert "Version 1 was taken back" in after
    assert "Start a run" not in after


def test_an_approval_that_has_not_ended_yet_is_waited_for(world, committed):
    found = set_up(world)
    begun = threading.Event()

    def approve():
        with as_person(world, "supplier"), transaction.atomic():
            services.approve_contract(contract_id=found.contract.pk)
            begun.set()
            time.sleep(1)

    def take():
        begun.wait(10)
        return take_back(world, found)

    _approved, taken = in_parallel(approve, take)
    assert isinstance(taken, wrong.ContractAgreed)
    assert not is_taken_back(world, found)
