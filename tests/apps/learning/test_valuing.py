"""What each member adds: the training once more without it; who sees which figure."""

import pytest

from apps.learning import exceptions as wrong
from apps.learning import services
from apps.learning.models import Contribution, ModelVersion, Node, Run, SiteFigures
from apps.learning.services import registry, valuing
from apps.tenancy.scope import unscoped
from tests.learning import NAMES, Factory, ServerApp, running
from tests.world import SYSTEM, as_person


@pytest.fixture
def modelled(world, committed):
    """A model of two sites whose contract is content with one."""
    found, keys, run = running(world, quorum=1)
    with unscoped(reason=SYSTEM):
        for number, node in enumerate(Node.objects.order_by("name")):
            Node.objects.filter(pk=node.pk).update(flower_id=str(2**63 + number))
    _trained(run, found, federated_auprc=0.7)
    with unscoped(reason=SYSTEM):
        return found, keys, ModelVersion.objects.get()


def _trained(run, found, **figures):
    app = ServerApp(run, found.federation.pk)
    app.call("GET", "job/")
    for number in (1, 2, 3):
        app.round(number)
    app.round(3, kind="finish", **figures)


def test_each_site_is_left_out_once_and_the_runs_wait_in_a_row(world, modelled, client_of):
    found, _keys, model = modelled
    with as_person(world, "coordinator"):
        services.measure_contributions(model_id=model.pk)
        waiting = list(Run.objects.filter(valued=model).order_by("pk"))
        assert [(run.left_out.name, run.state) for run in waiting] == [(name, "starting") for name in NAMES]
    assert client_of("coordinator").get("/training/").content.decode().count("Waits its turn") == 2
    with as_person(world, "coordinator"), pytest.raises(wrong.RunBusy):
        services.measure_contributions(model_id=model.pk)
    for run, auprc in zip(waiting, (0.6, 0.65), strict=True):
        app = ServerApp(run, found.federation.pk)
        assert app.call("GET", "job/").json()["left_out"] == run.left_out.name
        _trained(run, found, federated_auprc=auprc)
    with as_person(world, "coordinator"):
        gains = {row.node.name: row.gain for row in Contribution.objects.select_related("node")}
        # One other site each: 0.70 with all, less 0.60 and 0.65 without.
        assert gains == pytest.approx({NAMES[0]: 0.1, NAMES[1]: 0.05})
        assert ModelVersion.objects.count() == 1
        with pytest.raises(wrong.NothingToMeasure):
            services.measure_contributions(model_id=model.pk)
    path = f"/training/models/{model.pk}/"
    office = client_of("coordinator").get(path).content.decode()
    assert "+0.100" in office
    assert "+0.050" in office
    firm = client_of("supplier").get(path).content.decode()
    assert "+0.100" in firm
    assert "+0.050" not in firm
    assert "Measure contributions" not in firm
    assert "Measure contributions" not in office  # nothing is left to measure


def test_it_needs_the_quorum_without_one_site_and_no_privacy_level(world, modelled, client_of, api_of):
    found, _keys, model = modelled
    assert client_of("supplier").post(f"/training/models/{model.pk}/measure/").status_code == 403
    with as_person(world, "supplier"):
        services.withdraw_approval(contract_id=found.contract.pk)
    answer = api_of("coordinator").post(f"/api/learning/models/{model.pk}/measure/")
    assert answer.json()["code"] == "too_few_sites"
    with unscoped(reason=SYSTEM):
        found.contract.document["privacy"] = "eps-8"
        found.contract.save()
    answer = api_of("coordinator").post(f"/api/learning/models/{model.pk}/measure/")
    assert (answer.status_code, answer.json()["code"]) == (409, "privacy_forbids_measuring")


def test_from_four_sites_on_a_new_member_is_told_what_to_expect(world, modelled, monkeypatch):
    found, keys, model = modelled
    monkeypatch.setattr(valuing, "LEAST_FOR_QUARTILES", 2)
    with as_person(world, "coordinator"):
        services.measure_contributions(model_id=model.pk)
        waiting = list(Run.objects.filter(valued=model).order_by("pk"))
        services.release_model(model_id=model.pk)
    _trained(waiting[0], found, federated_auprc=0.6)
    with unscoped(reason=SYSTEM):
        assert "unseen_auprc" not in ModelVersion.objects.get().figures
    _trained(waiting[1], found, federated_auprc=0.5)
    released = Factory(keys["supplier"]).get("site/").json()["released"]
    assert [entry["number"] for entry in released] == [1]
    assert released[0]["unseen"]["unseen_sites"] == 2
    assert released[0]["unseen"]["unseen_auprc"] == pytest.approx(0.55)
    assert released[0]["unseen"]["unseen_auprc_q2"] == pytest.approx(0.55)


def test_quartiles_are_named_after_their_figure():
    assert registry.quartiles("x", [0.1, 0.2, 0.3, 0.4, 0.5]) == {"x_q1": 0.2, "x_q2": 0.3, "x_q3": 0.4}


def test_a_coordinator_sees_on_the_first_page_what_models_in_use_save(world, modelled, client_of):
    _found, _keys, model = modelled
    office = client_of("coordinator")
    assert "Inspections saved" not in office.get("/").content.decode()
    with unscoped(reason=SYSTEM):
        ModelVersion.objects.filter(pk=model.pk).update(figures={"effort_saved": 0.63})
    with as_person(world, "coordinator"):
        services.release_model(model_id=model.pk)
    shown = office.get("/").content.decode()
    assert "Inspections saved" in shown
    assert "63 %" in shown


def test_the_card_tells_what_attacks_found_beside_guessing(world, modelled, client_of):
    _found, _keys, model = modelled
    with unscoped(reason=SYSTEM):
        figures = {"membership_auroc": 0.512, "inversion_round": 0.291, "inversion_round_guess": 0.288}
        ModelVersion.objects.filter(pk=model.pk).update(figures=figures)
    shown = client_of("supplier").get(f"/training/models/{model.pk}/").content.decode()
    assert "Attacks on ourselves" in shown
    with unscoped(reason=SYSTEM):
        row = SiteFigures.objects.get(run=model.run, kind="finish", node__name=NAMES[0])
        row.figures |= {"membership_auroc": 0.533}
        row.save()
    own = client_of("supplier").get(f"/training/runs/{model.run_id}/certificates/{row.node_id}/").content.decode()
    assert "0.533" in own
    for text in ("0.512", "0.500", "0.291", "0.288"):
        assert text in shown
