"""What training together shows to the walks."""

from datetime import timedelta

from django.utils import timezone

from tests import learning
from tests.rooms import Shown, Spot
from tests.world import World, as_person

LOT = {"lot": "L1", "rows": 120, "mean_risk": 0.21, "highest_risk": 0.9, "not_ok": 14}


def things(world: World) -> dict[str, int]:
    from apps.learning.models import ModelVersion, Run, Trial

    made = learning.set_up(world)
    hashes = {"file_hash": "8434186672ea" + "0" * 52, "contract_hash": "0" * 64}
    told = {"consents": {}, "data_hashes": {}, "figures": {"federated_auprc": 0.78, "local_auprc": 0.67}}
    with as_person(world, "coordinator"):
        base = {"cluster_id": made.federation.cluster_id, "office_id": made.federation.office_id}
        run = Run.objects.create(**base, contract=made.contract, number=1, rounds=3, state="running")
        base |= {"programme": made.programme}
        model = ModelVersion.objects.create(**base, run=run, number=1, file="run-1.npz", **hashes, **told)
        soon = timezone.now() + timedelta(days=14)
        trial = Trial.objects.create(**base, model=model, label="Saehan", secret_hash=b"0" * 32, expires_at=soon)
    found = {
        "federations": made.federation.pk,
        "programmes": made.programme.pk,
        "sites": made.nodes["supplier"].pk,
        "contracts": made.contract.pk,
        "runs": run.pk,
        "trials": trial.pk,
    }
    return {rf"(training|learning)/\^?{word}": pk for word, pk in found.items()}


def fill(world: World) -> None:
    """Risks of two lots, told by the supplier's factory."""
    _found, keys, run = learning.running(world, lot_risk="customers")
    answer = learning.Factory(keys["supplier"]).post("site/lots/", {"run": run.pk, "lots": [LOT, {**LOT, "lot": "L2"}]})
    assert answer.status_code == 200, answer.content


def spots() -> dict[str, Spot]:
    return {name: Spot(path) for name, path in learning.picture_runs().items()}


SHOWN = Shown(
    things=things,
    fill=fill,
    spots=spots,
    values={"learning.Run": {"valued": None, "left_out": None}},
    listed={"runs": "/training/runs/", "federations": "/training/federations/", "models": "/training/models/"},
    readers=dict.fromkeys(("runs", "federations", "models"), "coordinator"),
    stock=things,
    screens=(
        ("training", "coordinator", "/training/"),
        ("training-federation", "coordinator", "training-federation"),
        ("training-new-federation", "coordinator", "/training/federations/new/"),
        ("training-contract", "saehan", "training-contract"),
        ("training-new-contract", "coordinator", "training-new-contract"),
        ("training-run", "coordinator", "training-run"),
        ("training-finished", "daesung", "training-finished"),
        ("training-compare", "coordinator", "training-compare"),
        ("training-trials", "coordinator", "training-trials"),
        ("training-try", None, "training-try"),
        ("training-certificate", "daesung", "training-certificate"),
        ("training-model", "coordinator", "training-model"),
    ),
    empty={
        ("history", "/training/"): "the cluster of the real deliveries has no office that could set a federation up",
    },
    unasked={"training/try/<str:secret>/": "says one word, which said twice is the same"},
    texts={
        "learning_consent.signature": "base64, checked against the key",
        "learning_contractversion.hash": "a hash",
        "learning_modelversion.contract_hash": "a hash",
        "learning_modelversion.file": "a path of ours",
        "learning_modelversion.file_hash": "a hash",
        "learning_node.client_version": "told by the factory's program, shown escaped",
        "learning_node.flower_id": "a number of Flower",
        "learning_node.public_key": "read as a key before it is kept",
        "learning_run.checkpoint": "a path of ours",
        "learning_run.checkpoint_hash": "a hash",
        "learning_run.failure": "a program's last words, shown escaped",
        "learning_run.good_checkpoint": "a path of ours",
        "learning_run.good_hash": "a hash",
        "learning_run.flower_id": "a number of Flower",
        "learning_run.phase": "a word of our conductor",
        "learning_sitefigures.kind": "a word of our conductor",
    },
    histories={
        "learning.Federation": "opened and closed: both moments stand on its page",
        "learning.Programme": "written once, it stands on the federation's page",
        "learning.ContractVersion": "published and taken back: both moments stand on its page; its document never changes",
        "learning.ModelVersion": "released and retired: both moments stand on its page",
    },
)
