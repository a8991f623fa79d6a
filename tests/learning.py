"""A federation of two sites over the small world: the coordinator's office, the supplier's and the buyer's site."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.test import Client
from django.utils import timezone

from apps.common.secret import digest_of
from apps.learning import services
from apps.learning.models import (
    ContractVersion,
    Contribution,
    DriftReport,
    Federation,
    LotRisk,
    ModelVersion,
    Node,
    Programme,
    Round,
    Run,
    SiteFigures,
    Trial,
)
from apps.learning.services import reporting
from apps.learning.services.joining import ENROLMENT
from apps.quality.models import InspectionLot
from apps.sharing.services import give_to_customers
from apps.tenancy.models import Cluster
from apps.tenancy.scope import unscoped
from federated.agreed.keys import PrivateKey, new_key, public_text, sign
from federated.agreed.signing import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, run_headers, run_key, site_content
from federated.models.boosting import blank_forest
from federated.models.defect import DefectModel
from federated.run.checkpoints import pack_checkpoint
from federated.run.steps import Checkpoint
from tests.world import World, as_person

FEATURES = [
    {"name": "pressure", "unit": "bar", "low": 0, "high": 200},
    {"name": "temperature", "unit": "°C", "low": -20, "high": 400},
    {"name": "mould", "kind": "categorical", "categories": ["A", "B"]},
]
DOCUMENT = {
    "purpose": "find defects before the inspection",
    "features": FEATURES,
    "model": {"bins": 8, "width": 4, "hidden": [16], "dropout": 0.0},
    "boosting": {"rounds": 0},
    "training": {"rounds": 3, "local_epochs": 1, "batch_size": 32},
    "quorum": 2,
    "least_rows": 20,
    "least_positives": 2,
    "deadline_s": 30,
}


@dataclass
class Learning:
    federation: Federation
    programme: Programme
    contract: ContractVersion
    nodes: dict[str, Node]


def set_up(world: World, **changes) -> Learning:
    """Federation, programme, contract and two invited sites."""
    with as_person(world, "coordinator"):
        cluster = Cluster.objects.get()
        federation = services.create_federation(cluster_id=cluster.pk, name="Moulding")
        programme = services.create_programme(federation_id=federation.pk, name="Surface defects", process="injection")
        contract = services.publish_contract(programme_id=programme.pk, document={**DOCUMENT, **changes})
        nodes = {
            name: services.invite_site(federation_id=federation.pk, site_id=site.pk)
            for name, site in {"supplier": world.supplier_site, "buyer": world.site}.items()
        }
    return Learning(federation, programme, contract, nodes)


ADMINS = {"supplier": "supplier", "buyer": "buyer-admin", "stranger": "stranger"}


def token(world: World, found: Learning, name: str) -> str:
    with as_person(world, ADMINS[name]):
        return services.issue_token(node_id=found.nodes[name].pk)


def joined(world: World, found: Learning, name: str) -> PrivateKey:
    """Let a site join; its key. Commits, because factories come in by the system's own connection."""
    key = new_key()
    services.join(token=token(world, found, name), public_key=public_text(key), version="0.1.0")
    return key


def consented(world: World, found: Learning, name: str, key: PrivateKey) -> None:
    """The firm approves and the factory countersigns."""
    with as_person(world, ADMINS[name]):
        services.approve_contract(contract_id=found.contract.pk)
    with unscoped(reason=ENROLMENT):
        node = Node.objects.get(pk=found.nodes[name].pk)
        signature = sign(key, found.contract.hash.encode())
        services.countersign(node, contract_hash=found.contract.hash, signature=signature, person="test")


class Factory:
    """A factory's own software: signs its calls with the site's key."""

    def __init__(self, key: PrivateKey) -> None:
        self.key, self.client = key, Client(headers={"accept-language": "en"})

    def get(self, path: str, minutes: int = 0):
        """Args: minutes: by which its clock is behind."""
        return self._call("GET", path, b"", minutes)

    def post(self, path: str, body):
        return self._call("POST", path, json.dumps(body).encode(), 0)

    def _call(self, method: str, path: str, content: bytes, minutes: int):
        target, at = f"/api/learning/{path}", (timezone.now() - timedelta(minutes=minutes)).isoformat()
        signature = sign(self.key, site_content(method, target, at, content))
        headers = {KEY_HEADER: public_text(self.key), TIME_HEADER: at, SIGNATURE_HEADER: signature}
        return self.client.generic(method, target, content, content_type="application/json", headers=headers)


def running(world: World, **changes) -> tuple[Learning, dict[str, PrivateKey], Run]:
    """Both sites have joined and agreed; a run waits for its SuperLink."""
    found = set_up(world, **changes)
    keys = {name: joined(world, found, name) for name in found.nodes}
    for name, key in keys.items():
        consented(world, found, name, key)
    with as_person(world, "coordinator"):
        run = services.start_run(contract_id=found.contract.pk)
    return found, keys, run


NAMES = ("Daesung P1", "Hanbit ASN2")


def checkpoint_file(number: int) -> bytes:
    model = DefectModel(np.full(5, number, np.float32), np.zeros((1, 3)), blank_forest(0, 1))
    return pack_checkpoint(Checkpoint(number, model))


class ServerApp:
    """Speaks as the run's own ServerApp does."""

    def __init__(self, run: Run, federation_id: int) -> None:
        self.run = run
        self.key = run_key(reporting.federation_secret(federation_id), str(run.pk))
        self.client = Client(headers={"accept-language": "en"})

    def call(self, method: str, path: str, body=None, key: bytes | None = None):
        return self.send(*self.signed(method, path, body, key))

    def signed(self, method: str, path: str, body=None, key: bytes | None = None):
        """A call as it goes over the wire, to be sent by `send`, or by somebody who has recorded it."""
        target = f"/api/learning/runs/{self.run.pk}/{path}"
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return method, target, content, run_headers(key or self.key, method, target, content)

    def send(self, method: str, target: str, content: bytes, headers: dict[str, str]):
        return self.client.generic(method, target, content, content_type="application/json", headers=headers)

    def round(self, number: int, kind: str = "train", auroc: float = 0.8, failed=None, spoilt=False, said=None, **figures):
        """
        Args:
            failed: site → why its reply does not count.
            said: further parts of the body, `refused` and `doubts`.
            spoilt: whether the model that the round was asked with was worse at most sites.
        """
        site = {"examples": 120, "seconds": 0.5, "metrics": {"auroc": auroc, **figures}, "fingerprint": "ab" * 32}
        body = {"kind": kind, "round": number, "seconds": 2.0, "overhead_s": 1.5, "failed": failed or {}}
        body |= {"spoilt": spoilt, **(said or {})}
        sites = {NAMES[0]: site, NAMES[1]: {**site, "metrics": {"auroc": 0.6, **figures}}}
        body["sites"] = {name: told for name, told in sites.items() if name not in body["failed"]}
        if kind in ("train", "calibrate"):
            body["checkpoint"] = base64.b64encode(checkpoint_file(number)).decode()
        return self.call("POST", f"rounds/{number}/", body)


GOOD = {"auroc": 0.961, "recall_5": 0.79, "brier": 0.013, "ece": 0.006, "cost_1": 0.014, "cost_10": 0.086, "cost_50": 0.21}
POOR = {"auroc": 0.925, "recall_5": 0.71, "brier": 0.017, "ece": 0.012, "cost_1": 0.019, "cost_10": 0.118, "cost_50": 0.34}
CERTIFICATE = {
    **{f"federated_{name}": value for name, value in {"auprc": 0.741, **GOOD}.items()},
    **{f"local_{name}": value for name, value in {"auprc": 0.612, **POOR}.items()},
    **{f"personal_{name}": value for name, value in {"auprc": 0.741, **GOOD}.items()},
    **{"test_rows": 500, "test_positives": 14, "choice": 0, "effort_saved": 0.63},
    **{"gain": 0.129, "gain_low": 0.041, "gain_high": 0.223, "inspect": 0.094, "false_promise": 0.2},
    **{"membership_auroc": 0.512, "membership_tpr_1": 0.013, "inversion_round": 0.291, "inversion_round_guess": 0.288},
    **{"inversion_batch": 0.302, "inversion_batch_guess": 0.147, "inversion_row": 0.86, "inversion_row_guess": 0.121},
}
QUARTILES = {
    f"{side}_auprc_{level}": value
    for side, levels in {
        "local": (0.55, 0.61, 0.66),
        "federated": (0.66, 0.72, 0.78),
        "personal": (0.67, 0.72, 0.78),
    }.items()
    for level, value in zip(("q1", "q2", "q3"), levels, strict=True)
}


UNSEEN = {"unseen_sites": 4, "unseen_auprc": 0.684}
UNSEEN |= {"unseen_auprc_q1": 0.621, "unseen_auprc_q2": 0.69, "unseen_auprc_q3": 0.74}


def picture_runs() -> dict[str, str]:
    """A running and a finished run of the example federation, as rows: pages show them; nothing was trained."""
    federation = Federation.objects.get()
    contract = ContractVersion.objects.get()
    base = {"cluster_id": federation.cluster_id, "office_id": federation.office_id}
    nodes = list(federation.nodes.order_by("pk"))
    for number, node in enumerate(nodes):
        node.public_key, node.state, node.is_online = f"key {number}", "joined", number != 4
        node.received_bytes, node.sent_bytes = 7_600_000, 8_200_000
        node.save()
    names = [node.name for node in nodes[:6]]
    finished = Run.objects.create(
        **base, contract=contract, number=1, rounds=20, round=20, state="finished", nodes=dict.fromkeys(names, "1")
    )
    states = dict(zip(names, ["received", "received", "waiting", "failed", "offline", "late"], strict=True))
    running = Run.objects.create(
        **base,
        contract=contract,
        number=2,
        rounds=20,
        round=14,
        state="running",
        nodes=dict.fromkeys(names, "1"),
        states=states,
        phase="train",
        present_round=15,
        deadline_at=timezone.now() + timedelta(seconds=41),
    )
    for run in (finished, running):
        _rounds(run, nodes[:6], base)
    SiteFigures.objects.create(
        organization_id=nodes[0].organization_id,
        node=nodes[0],
        run=finished,
        kind="finish",
        number=20,
        examples=1200,
        seconds=4.1,
        figures=CERTIFICATE,
    )
    model = ModelVersion.objects.create(
        **base,
        run=finished,
        programme=contract.programme,
        number=1,
        file="run-1/round-20.npz",
        file_hash="8434186672ea" + "0" * 52,
        contract_hash=contract.hash,
        consents={},
        data_hashes={name: f"{number:x}7d1" + "0" * 60 for number, name in enumerate(names, 3)},
        figures={name: value for name, value in CERTIFICATE.items() if not name.startswith("test_")} | QUARTILES | UNSEEN,
        released_at=timezone.now(),
    )
    _watched(finished, nodes[0])
    _offered(model, base)
    _valued(model, nodes[:6], base)
    return {
        "training-federation": f"/training/federations/{federation.pk}/",
        "training-contract": f"/training/contracts/{contract.pk}/",
        "training-new-contract": f"/training/programmes/{contract.programme_id}/contract/",
        "training-run": f"/training/runs/{running.pk}/",
        "training-finished": f"/training/runs/{finished.pk}/",
        "training-compare": f"/training/runs/compare/?run={finished.pk}&run={running.pk}",
        "training-trials": f"/training/programmes/{contract.programme_id}/trials/",
        "training-try": f"/training/try/{TRIED}/",
        "training-certificate": f"/training/runs/{finished.pk}/certificates/{nodes[0].pk}/",
        "training-model": f"/training/models/{model.pk}/",
    }


TRIED = "a-link-of-the-pictures"


def _offered(model: ModelVersion, base: dict[str, int]) -> None:
    """Three firms that may try the model; one has said that it is convinced, the time of one is over."""
    now = timezone.now()
    for place, label in enumerate(("새한금속", "동양단조", "한빛프레스")):
        Trial.objects.create(
            **base,
            programme=model.programme,
            model=model,
            label=label,
            secret_hash=digest_of(TRIED if not place else f"{TRIED}-{place}"),
            expires_at=now + timedelta(days=9 - 10 * (place == 2)),
            convinced_at=now if place == 1 else None,
        )


def _valued(model: ModelVersion, nodes: list[Node], base: dict[str, int]) -> None:
    """Four sites were left out in turn; the fifth run was stopped, the sixth failed."""
    names = {node.name: "1" for node in nodes}
    for place, node in enumerate(nodes):
        state = "finished" if place < 4 else "stopped" if place == 4 else "failed"
        run = Run.objects.create(
            **base,
            contract=model.run.contract,
            number=3 + place,
            rounds=20,
            round=20 if place < 4 else 7,
            state=state,
            nodes=names,
            valued=model,
            left_out=node,
        )
        if state == "finished":
            gain = 0.021 - 0.011 * place
            Contribution.objects.create(
                organization_id=node.organization_id,
                office_id=node.office_id,
                node=node,
                model=model,
                run=run,
                others=5,
                gain=gain,
                low=gain - 0.014,
                high=gain + 0.014,
            )


def _watched(run: Run, node: Node) -> None:
    """A look at new rows of one site, and what its model said of the lots that wait for inspection."""
    flags = {"torque": "drift", "tool_wear": "watch", **dict.fromkeys(("air_temperature", "rotational_speed", "risk"), "ok")}
    firms = {"organization_id": node.organization_id, "node": node, "run": run}
    DriftReport.objects.create(**firms, office_id=node.office_id, rows=412, flags=flags)
    nodes = {found.organization_id: found for found in Node.objects.filter(federation=node.federation)}
    lots = InspectionLot.objects.filter(status="open", supplier_id__in=nodes).exclude(lot="")
    for number, (supplier, lot) in enumerate(sorted(set(lots.values_list("supplier_id", "lot")))):
        give_to_customers(organization_id=supplier, kind="lot_risk")
        LotRisk.objects.create(
            **{**firms, "organization_id": supplier, "node": nodes[supplier]},
            lot=lot,
            rows=300,
            mean_risk=0.31 / (number + 1),
            highest_risk=0.92,
            not_ok=24 if number == 0 else 0,
            scored_at=timezone.now(),
        )


def _rounds(run: Run, nodes: list[Node], base: dict[str, int]) -> None:
    for number in range(1, run.round + 1):
        auroc = 0.94 - 0.45 * 0.7**number
        sites = {n.name: {"auroc": round(auroc + 0.02 * (place - 2.5), 4)} for place, n in enumerate(nodes)}
        Round.objects.create(
            **base,
            run=run,
            number=number,
            seconds=1.9,
            overhead_s=0.9,
            usable=5 if number == run.round else 6,
            failed={nodes[3].name: "invalid_update: An update holds finite numbers only."} if number == run.round else {},
            figures={"auroc": auroc, "auprc": auroc - 0.4, "loss": 0.2},
            sites=sites,
        )
        SiteFigures.objects.create(
            organization_id=nodes[0].organization_id,
            node=nodes[0],
            run=run,
            kind="train",
            number=number,
            examples=1200,
            seconds=0.4,
            figures=sites[nodes[0].name],
        )
