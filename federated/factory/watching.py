"""New rows against those that the model in use was trained on; labels that came late against what was promised."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..rows.check import check_rows
from ..rows.read import read_folder
from ..use import metrics
from ..use.deployment import Deployment, watched_columns
from ..use.drift import Watched, watch
from .home import Home
from .joining import API, server_of
from .scoring import choose_model


@dataclass(frozen=True)
class Look:
    """
    Attributes:
        figures: of the rows that have labels; empty where none has.
    """

    run: str
    rows: int
    watched: list[Watched]
    figures: dict[str, float]

    @property
    def flags(self) -> dict[str, str]:
        return {one.name: one.state for one in self.watched}


def look(home: Home, source: Path, run: str = "") -> Look:
    """
    Raises:
        FederatedError: no model is released, it has no reference at this site, or rows that break its contract.
    """
    run, contract = choose_model(home, run)
    deployment = home.read_deployment(run)
    if deployment is None or deployment.reference is None:
        raise FederatedError(
            "Only a site that took part in a run knows what its rows looked like then.",
            place="run",
            value=run,
            remedy="Take part in the next run.",
            code="no_reference",
        )
    frame = read_folder(source)
    columns = home.settings().columns
    label = columns[contract.label].source if contract.label in columns else contract.label
    rows = check_rows(frame, contract, columns, labelled=label in frame.columns).rows
    risks = deployment.risks(contract, rows)
    watched = watch(deployment.reference, watched_columns(rows, risks))
    return Look(run, len(rows), watched, _performance(deployment, contract, rows.labels, risks))


def _performance(deployment: Deployment, contract: Contract, labels: np.ndarray, risks: np.ndarray) -> dict[str, float]:
    known = labels >= 0
    if not known.any():
        return {}
    found = metrics.score(labels[known], risks[known]) | deployment.verdicts.coverage(risks[known], labels[known])
    return {name: float(value) for name, value in found.items() if value is not None}


def send(home: Home, found: Look) -> None:
    """The flags, by name of the feature, and how many rows were looked at; no value of any row.

    Raises:
        ServerRefused: no answer, or a refusal.
    """
    body = {"run": found.run, "rows": found.rows, "flags": found.flags}
    server_of(home).call("POST", f"{API}/site/drift/", body)
    home.note({"kind": "drift", "run": found.run, "flags": found.flags, "bytes": len(str(body))})
