"""The example federation: six factories over AI4I 2020 (invented firms, published synthetic data), and a seventh that is
connected and has not agreed."""

import csv
import gzip
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from apps.accounts.door import Door, enter
from apps.accounts.models import User
from apps.learning import services
from apps.learning.models import ContractVersion, Federation, ModelVersion, Node, Run
from apps.learning.statuses import ACTIVE, NodeState, Process, RunState
from apps.masterdata.example import DOMAIN, PROVISIONING, SUPPLIERS
from apps.quality.models import InspectionLot
from apps.quality.statuses import LotStatus
from apps.tenancy.models import Cluster, ClusterMembership, Organization, Site
from apps.tenancy.scope import unscoped

DATA = Path(__file__).parent / "data" / "ai4i2020.csv.gz"
FACTORIES = ("L1", "L2", "L3", "M1", "M2", "H1", "")  # the last one joins and does not agree
SHOTS = 1000
NEW = 240  # the fewest rows of a factory that are left for its open lots
MACHINED_LOT = 10  # rows; a site splits its rows by lot, and many small lots split evenly
CONTRACT: dict[str, Any] = {
    "purpose": "절삭 가공 설비 고장을 미리 찾는다 / find machine failures before they happen",
    "features": [
        {"name": "air_temperature", "unit": "K", "low": 290, "high": 310},
        {"name": "process_temperature", "unit": "K", "low": 300, "high": 320},
        {"name": "rotational_speed", "unit": "rpm", "low": 1000, "high": 3000, "adjustable": True},
        {"name": "torque", "unit": "Nm", "low": 0, "high": 90},
        {"name": "tool_wear", "unit": "min", "low": 0, "high": 300, "adjustable": True},
        {"name": "type", "kind": "categorical", "categories": ["H", "L", "M"]},
    ],
    "label": "y",
    "lot": "lot",
    "lot_risk": "customers",
    "refused": ["twf", "hdf", "pwf", "osf", "rnf"],
    "boosting": {"rounds": 20},
    "training": {"rounds": 15, "local_epochs": 2, "head_pull": 0.3},
    "quorum": 4,
    "deadline_s": 60,
    "least_positives": 5,
    "site_metrics": "members",
}


def create_training() -> None:
    """Federation, programme, contract and sites; every firm but the last approves. Safe to repeat."""
    office, cluster_id = _office()
    with _as(f"coordinator@{DOMAIN}", office):
        if Federation.objects.filter(cluster_id=cluster_id).exists():
            return
        federation = services.create_federation(cluster_id=cluster_id, name="절삭 가공 연합 (예시)")
        programme = services.create_programme(federation_id=federation.pk, name="설비 고장 예측", process=Process.CNC)
        contract = services.publish_contract(programme_id=programme.pk, document=CONTRACT)
        for name, *_rest in SUPPLIERS[: len(FACTORIES)]:
            site = Site.objects.filter(organization__legal_name=name).get()
            services.invite_site(federation_id=federation.pk, site_id=site.pk)
    for row, factory in zip(SUPPLIERS, FACTORIES, strict=False):
        if factory:
            with _as(f"{row[3]}@{DOMAIN}", _firm(row[0])):
                services.approve_contract(contract_id=contract.pk)


def tokens(address: str) -> list[dict[str, str]]:
    """For each site that has not joined yet: its number, joining address and factory of the data."""
    found = []
    for number, (row, factory) in enumerate(zip(SUPPLIERS, FACTORIES, strict=False)):
        with _as(f"{row[3]}@{DOMAIN}", firm := _firm(row[0])):
            node = Node.objects.get(organization_id=firm)
            if node.state == NodeState.INVITED:
                secret = services.issue_token(node_id=node.pk)
                found.append({"number": str(number), "factory": factory, "address": f"{address}/training/join/{secret}"})
    return found


def start() -> int | None:
    """The id of a run that can be watched: the present one, or a new one."""
    office, cluster_id = _office()
    with _as(f"coordinator@{DOMAIN}", office):
        if active := Run.objects.filter(cluster_id=cluster_id, state__in=ACTIVE).first():
            return active.pk
        contract = ContractVersion.objects.filter(cluster_id=cluster_id).order_by("-pk")[0]
        return services.start_run(contract_id=contract.pk).pk


def release(run_id: int, *, look_every_s: float = 2.0) -> bool:
    """Wait for the run's end and release its model, as the coordinator would.

    Returns:
        False where the run ended without a model.
    """
    office, _cluster = _office()
    while True:
        with _as(f"coordinator@{DOMAIN}", office):
            run = Run.objects.get(pk=run_id)
            if run.state not in ACTIVE:
                if run.state != RunState.FINISHED:
                    return False
                model = ModelVersion.objects.get(run_id=run_id)
                if not model.is_used:
                    services.release_model(model_id=model.pk)
                return True
        time.sleep(look_every_s)


def open_lots(number: int) -> list[str]:
    """Names of the supplier's lots that its customer has not inspected yet, in the order of their numbers."""
    firm, _name, _number, person, *_rest = SUPPLIERS[number]
    with _as(f"{person}@{DOMAIN}", _firm(firm)):
        rows = InspectionLot.objects.filter(status=LotStatus.OPEN).exclude(lot="")
        return sorted(set(rows.values_list("lot", flat=True)))


def write_rows(factory: str, folder: Path, lots: Sequence[str]) -> None:
    """One factory's rows as its MES would export them, as many as a small supplier has; the seventh gets those of L1.

    Args:
        lots: of new.csv, what came off the machine since and nobody inspected yet (for `dure-factory score` and `watch`).
    """
    with gzip.open(DATA, "rt", newline="") as file:
        own = [row for row in csv.DictReader(file) if row.pop("factory") == (factory or "L1")]
    folder.mkdir(parents=True, exist_ok=True)
    count = min(SHOTS, len(own) - NEW)
    made, new = own[:count], own[count:]
    _write(folder / "rows.csv", [{**row, "lot": f"T{factory}{n // MACHINED_LOT + 1:04d}"} for n, row in enumerate(made)])
    known = {"y", *CONTRACT["refused"]}  # only after the inspection
    cut = [lots[place * len(lots) // len(new)] if lots else "T9999" for place in range(len(new))]
    rows = [{name: text for name, text in row.items() if name not in known} for row in new]
    _write(folder.parent / "new.csv", [{**row, "lot": lot} for row, lot in zip(rows, cut, strict=True)])


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _office() -> tuple[int, int]:
    with unscoped(reason=PROVISIONING):
        cluster = Cluster.objects.order_by("pk")[0]
        found = ClusterMembership.objects.get(cluster=cluster, kind=ClusterMembership.Kind.COORDINATOR)
        return found.organization_id, cluster.pk


def _firm(legal_name: str) -> int:
    with unscoped(reason=PROVISIONING):
        return Organization.objects.get(legal_name=legal_name).pk


def _as(email: str, organization_id: int) -> AbstractContextManager[Door]:
    with unscoped(reason=PROVISIONING):
        user = User.objects.get(email=email)
    return enter(user_id=user.pk, organization_id=organization_id, source="command")
