"""What a ServerApp fetches and hands in, over HTTP with the run's signature; and who sees which figures."""

import base64
import io
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from apps.learning import exceptions as wrong
from apps.learning import selectors, services
from apps.learning.models import DriftReport, ModelVersion, Node, Round, Run, SiteFigures
from apps.learning.services import registry, reporting
from apps.tenancy.scope import unscoped
from federated.agreed.keys import new_key
from federated.agreed.signing import run_key
from federated.run.checkpoints import unpack_checkpoint
from tests.learning import NAMES, Factory, ServerApp, joined, running, set_up
from tests.world import SYSTEM, as_person


@pytest.fixture
def started(world, committed):
    found, _keys, run = running(world)
    with unscoped(reason=SYSTEM):
        for number, node in enumerate(Node.objects.order_by("name")):
            Node.objects.filter(pk=node.pk).update(flower_id=str(2**63 + number))
    return found, run, ServerApp(run, found.federation.pk)


def test_a_job_names_the_consenting_sites_and_the_contract(started):
    found, _run, app = started
    job = app.call("GET", "job/").json()
    assert job["nodes"] == {NAMES[0]: str(2**63), NAMES[1]: str(2**63 + 1)}
    with unscoped(reason=SYSTEM):
        assert job["signers"] == dict(Node.objects.values_list("name", "public_key"))
    assert all(key.startswith("ecdsa-sha2-nistp256 ") for key in job["signers"].values())
    assert job["contract"] == found.contract.document
    assert job["checkpoint"] == ""


def test_a_call_that_the_runs_key_did_not_sign_is_refused_and_writes_nothing(started):
    _found, run, app = started
    assert app.call("GET", "job/", key=b"x" * 32).status_code == 401
    assert app.client.post(f"/api/learning/runs/{run.pk}/failure/", "{}", content_type="application/json").status_code == 401
    other = run_key(reporting.federation_secret(999), str(run.pk))
    assert app.call("POST", "failure/", {"text": "x"}, key=other).status_code == 401
    with unscoped(reason=SYSTEM):
        assert Run.objects.get().state == "starting"


def test_rounds_are_kept_once_and_the_checkpoint_is_the_last_one(started):
    _found, _run, app = started
    app.call("GET", "job/")
    assert app.round(1).json()["command"] == "go"
    assert app.round(1).json()["command"] == "go"
    app.round(2)
    job = app.call("GET", "job/").json()
    with np.load(io.BytesIO(base64.b64decode(job["checkpoint"]))) as arrays:
        assert int(arrays["round"]) == 2
    with unscoped(reason=SYSTEM):
        assert list(Round.objects.order_by("number").values_list("number", "usable", "figures__auroc")) == [
            (1, 2, 0.7),
            (2, 2, 0.7),
        ]
        assert Run.objects.get().round == 2


def test_figures_of_a_site_are_its_firms_and_the_means_are_everybodys(world, started):
    _found, _run, app = started
    app.round(1)
    seen = {}
    for name in ("supplier", "buyer-admin", "stranger", "coordinator"):
        with as_person(world, name):
            seen[name] = ([row.figures["auroc"] for row in SiteFigures.objects.all()], Round.objects.get().sites)
    assert seen == {"supplier": ([0.8], {}), "buyer-admin": ([0.6], {}), "stranger": ([], {}), "coordinator": ([], {})}


def test_a_site_that_the_strategy_leaves_out_stands_in_no_mean_and_is_not_called_refused(started, client_of):
    _found, run, app = started
    app.call("GET", "job/")
    app.round(1, failed={NAMES[1]: "outlier: The update lies farther from the others than theirs from each other."})
    with unscoped(reason=SYSTEM):
        row = Round.objects.get()
        assert (row.usable, row.figures["auroc"], set(row.failed)) == (1, 0.8, {NAMES[1]})
        assert [found.node.name for found in SiteFigures.objects.select_related("node")] == [NAMES[0]]
    page = client_of("coordinator").get(f"/training/runs/{run.pk}/").content.decode()
    assert "Left out" in page
    assert "leaves out such a one in each round" in page
    assert "Refused" not in page


def test_pause_ends_after_the_round_and_resume_goes_on(world, started):
    _found, run, app = started
    app.call("GET", "job/")
    with as_person(world, "coordinator"):
        services.pause_run(run_id=run.pk)
    assert app.round(1).json()["command"] == "pause"
    with as_person(world, "coordinator"):
        assert Run.objects.get().state == "paused"
        services.resume_run(run_id=run.pk)
        assert (Run.objects.get().state, Run.objects.get().round) == ("starting", 1)


@pytest.mark.parametrize(("act", "state"), [("pause", "paused"), ("stop", "stopped")])
@pytest.mark.parametrize(("kind", "number"), [("range", 0), ("count", 0), ("key", 0), ("train", 1), ("calibrate", 3)])
def test_a_run_ends_with_whatever_is_handed_in_next_and_its_server_app_is_told_so(world, started, act, state, kind, number):
    _found, run, app = started
    app.call("GET", "job/")
    with as_person(world, "coordinator"):
        getattr(services, f"{act}_run")(run_id=run.pk)
    assert app.round(number, kind=kind).json()["command"] == act
    with as_person(world, "coordinator"):
        found = Run.objects.get()
        assert (found.state, found.round) == (state, 1 if kind == "train" else 0)
        assert bool(found.checkpoint) == (kind in ("train", "calibrate"))


def test_a_firm_that_withdraws_is_not_asked_from_the_next_round_on(world, started):
    found, _run, app = started
    app.call("GET", "job/")
    assert app.round(1).json() == {"command": "go", "sites": list(NAMES)}
    with as_person(world, "supplier"):
        services.withdraw_approval(contract_id=found.contract.pk)
    assert app.round(2).json() == {"command": "go", "sites": [NAMES[1]]}


def test_a_stopped_run_is_over(world, started):
    _found, run, app = started
    app.call("GET", "job/")
    with as_person(world, "coordinator"):
        services.stop_run(run_id=run.pk)
    assert app.round(1).json()["command"] == "stop"
    with as_person(world, "coordinator"), pytest.raises(wrong.WrongRunState):
        services.resume_run(run_id=run.pk)


def test_the_end_stands_in_the_registry_with_what_it_rests_on(world, started):
    found, _run, app = started
    app.call("GET", "job/")
    for number in (1, 2, 3):
        app.round(number)
    app.round(3, kind="finish", federated_auprc=0.7, local_auprc=0.5)
    with as_person(world, "supplier"):
        model = ModelVersion.objects.get()
        assert (model.number, model.contract_hash, model.figures["federated_auprc"]) == (1, found.contract.hash, 0.7)
        assert set(model.consents) == set(model.data_hashes) == set(NAMES)
        assert model.file_hash == Run.objects.get().checkpoint_hash
        assert Run.objects.get().state == "finished"
    with as_person(world, "coordinator"):
        services.release_model(model_id=model.pk)
        with pytest.raises(wrong.NothingToRelease):
            services.release_model(model_id=model.pk)


def test_an_end_without_any_comparison_says_so(world, started, client_of):
    _found, run, app = started
    app.call("GET", "job/")
    for number in (1, 2, 3):
        app.round(number)
    app.round(3, kind="finish", failed=dict.fromkeys(NAMES, "deadline: no reply came in time."))
    with as_person(world, "supplier"):
        model = ModelVersion.objects.get()
        assert model.figures == {}
    for path in (f"/training/runs/{run.pk}/", f"/training/models/{model.pk}/"):
        assert "No factory sent its comparison" in client_of("coordinator").get(path).content.decode(), path


def test_a_failure_is_shown_with_its_reason(world, started):
    _found, _run, app = started
    app.call("POST", "failure/", {"text": "quorum_missed: Round 2 needs 2 usable replies."})
    with as_person(world, "coordinator"):
        assert (Run.objects.get().state, Run.objects.get().failure[:13]) == ("failed", "quorum_missed")


def test_progress_says_who_is_awaited_until_when(world, client_of, started):
    _found, run, app = started
    app.call("GET", "job/")
    app.call(
        "POST",
        "progress/",
        {"states": {NAMES[0]: "received", NAMES[1]: "waiting"}, "round": 1, "kind": "train", "left_s": 20},
    )
    page = client_of("coordinator").get(f"/training/runs/{run.pk}/").content.decode()
    assert "Update received" in page
    assert "Training" in page
    assert "more at most" in page


def test_a_factory_is_told_of_released_models_and_gets_their_weights(world, started):
    found, run, app = started
    app.call("GET", "job/")
    for number in (1, 2, 3):
        app.round(number)
    app.round(3, kind="finish", federated_auprc=0.7, local_auprc=0.5)
    key = joined(world, found, "supplier")
    factory = Factory(key)
    assert factory.get("site/").json()["released"] == []
    run_id = run.pk
    assert factory.get(f"site/models/{run_id}/").status_code == 404
    with as_person(world, "coordinator"):
        services.release_model(model_id=ModelVersion.objects.get().pk)
    assert factory.get("site/").json()["released"] == [
        {"run": str(run_id), "contract": found.contract.hash, "number": 1, "unseen": {}}
    ]
    content = base64.b64decode(factory.get(f"site/models/{run_id}/").json()["npz"])
    assert unpack_checkpoint(content).model.weights.tolist() == [3.0] * 5


def test_a_factory_whose_clock_is_ten_minutes_off_is_told_so(world, committed):
    found = set_up(world)
    factory = Factory(joined(world, found, "supplier"))
    assert factory.get("site/").status_code == 200
    answer = factory.get("site/", minutes=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "clock_off")
    assert "timedatectl" in answer.json()["errors"][0]["remedy"]
    with as_person(world, "coordinator"):
        services.suspend_site(node_id=found.nodes["supplier"].pk)
    assert factory.get("site/").json()["code"] == "site_closed"
    assert Factory(new_key()).get("site/").json()["code"] == "invalid_signature"


def finished(app, **figures) -> ModelVersion:
    app.call("GET", "job/")
    for number in (1, 2, 3):
        app.round(number)
    app.round(3, kind="finish", **figures)
    with unscoped(reason=SYSTEM):
        return ModelVersion.objects.get()


GAIN = {"gain": 0.2, "gain_low": 0.1, "gain_high": 0.3}
WORSE = {"gain": -0.2, "gain_low": -0.3, "gain_high": -0.1}
UNCLEAR = {"gain": 0.02, "gain_low": -0.1, "gain_high": 0.2}


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({**GAIN, "choice": 0}, "the shared model is better than one of your own rows"),
        ({**WORSE, "choice": 0}, "You are better off alone"),
        ({**WORSE, "choice": 2}, "was better on the validation rows; it is the one in use"),
        ({**UNCLEAR, "choice": 1}, "no clear difference"),
        ({"choice": 0}, "too few defects to compare"),
    ],
)
def test_a_certificate_says_in_words_what_the_run_brought_its_own_firm_only(started, client_of, figures, sentence):
    found, run, app = started
    finished(app, federated_auprc=0.7, local_auprc=0.5, personal_auprc=0.7, **figures)
    path = f"/training/runs/{run.pk}/certificates/{found.nodes['supplier'].pk}/"
    assert sentence in client_of("supplier").get(path).content.decode()
    assert client_of("buyer-admin").get(path).status_code == 404
    assert client_of("coordinator").get(path).status_code == 404


def test_a_model_is_released_rolled_back_and_released_again(world, started, client_of):
    _found, _run, app = started
    path = f"/training/models/{finished(app, federated_auprc=0.7, local_auprc=0.5).pk}/"
    office, firm = client_of("coordinator"), client_of("supplier")
    assert "In review" in office.get(path).content.decode()
    assert firm.post(f"{path}retire/").status_code == 403
    for act, state in (("release", "In use"), ("retire", "Rolled back"), ("release", "In use")):
        assert office.post(f"{path}{act}/").status_code == 302
        shown = firm.get(path).content.decode()
        assert state in shown
        assert "Roll back" not in shown
    with as_person(world, "coordinator"):
        model = ModelVersion.objects.get()
        services.retire_model(model_id=model.pk)
        assert selectors.champion(model.programme_id) is None
        with pytest.raises(wrong.NothingToRetire):
            services.retire_model(model_id=model.pk)


def test_quartiles_need_four_sites():
    rows = [{"federated_auprc": value} for value in (0.1, 0.2, 0.3)]
    assert "federated_auprc_q2" not in registry.shown(rows)
    assert registry.shown([*rows, {"federated_auprc": 0.4}])["federated_auprc_q2"] == 0.25


def test_flags_of_a_factory_are_seen_by_its_firm_and_the_office_and_propose_training(world, started, client_of):
    found, run, app = started
    path = f"/training/models/{finished(app, federated_auprc=0.7, local_auprc=0.5).pk}/"
    factory = Factory(joined(world, found, "supplier"))
    flags = {"pressure": "drift", "temperature": "watch", "mould": "ok", "risk": "ok"}
    assert factory.post("site/drift/", {"run": run.pk, "rows": 400, "flags": flags}).status_code == 200
    office = client_of("coordinator").get(path).content.decode()
    assert "Drift: train again" in office
    assert "Train again under this contract" in office
    assert "Drift: train again" in client_of("supplier").get(path).content.decode()
    assert "No factory has looked yet" in client_of("buyer-admin").get(path).content.decode()
    strange = factory.post("site/drift/", {"run": run.pk, "rows": 400, "flags": {"secret value 17": "ok"}})
    assert strange.json()["code"] == "unknown_feature"
    assert factory.post("site/drift/", {"run": run.pk, "rows": 400, "flags": {"pressure": "0.31"}}).status_code == 400


def test_a_factory_that_sends_its_look_again_and_again_fills_no_table(world, started):
    found, run, _app = started
    factories = [Factory(joined(world, found, name)) for name in ("supplier", "buyer")]
    for number in range(4):
        for factory in factories:
            body = {"run": run.pk, "rows": 400 + number, "flags": {"pressure": "ok"}}
            assert factory.post("site/drift/", body).status_code == 200
    with unscoped(reason=SYSTEM):
        assert [row.rows for row in DriftReport.objects.order_by("node")] == [403, 403]
        DriftReport.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert factories[0].post("site/drift/", {"run": run.pk, "rows": 9, "flags": {"pressure": "ok"}}).status_code == 200
    with unscoped(reason=SYSTEM):
        assert sorted(row.rows for row in DriftReport.objects.all()) == [9, 403, 403]
