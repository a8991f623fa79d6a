"""New rows against those that the model in use was trained on; labels that came late against what was promised."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..agreed.errors import FederatedError
from ..rows.check import check_rows
from ..rows.read import read_folder
from ..rows.table import Rows
from ..use import metrics
from ..use.deployment import Deployment, watched_columns
from ..use.drift import DRIFT, LEAST_ROWS, WATCH, Watched, watch
from .home import Home, Settings
from .joining import API, server_of
from .scoring import choose_model
from .speech import say


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
    settings = home.settings()
    frame, columns = read_folder(source, settings.reading), settings.columns
    label = columns[contract.label].source if contract.label in columns else contract.label
    rows = check_rows(frame, contract, columns, labelled=label in frame.columns).rows
    risks = deployment.risks(contract, rows)
    watched = watch(deployment.reference, watched_columns(rows, risks))
    return Look(run, len(rows), watched, _performance(deployment, settings, rows, risks))


def watch_text(one: Watched, rows: int) -> str:
    """What a figure means: a large one on few rows is chance."""
    given = {"name": one.name, "psi": f"{one.psi:.2f}", "rows": rows, "chance": f"{one.chance:.2f}", "least": LEAST_ROWS}
    limit = f"{max(DRIFT if one.state == 'drift' else WATCH, one.chance):.2f}"
    if one.state == "unknown":
        return say("{name}: PSI {psi} on {rows} rows: chance; {least} rows tell more", **given)
    if one.state == "drift":
        return say(
            "{name}: PSI {psi}, above {limit}: drift, its values are others than in the training", limit=limit, **given
        )
    if one.state == "watch":
        return say("{name}: PSI {psi}, above {limit}: watched, its values begin to differ", limit=limit, **given)
    if one.psi > WATCH:
        return say("{name}: PSI {psi} on {rows} rows: chance; as many rows of the training give up to {chance}", **given)
    return say("{name}: PSI {psi}: as in the training", **given)


def _performance(deployment: Deployment, settings: Settings, rows: Rows, risks: np.ndarray) -> dict[str, float]:
    """Of the rows that have labels, by the verdicts and alarms that `score` and `serve` give."""
    known = rows.labels >= 0
    if not known.any():
        return {}
    labels, lots, risks = rows.labels[known], None if rows.lots is None else rows.lots[known], risks[known]
    verdicts = deployment.proof.verdicts(settings.shares)
    found = metrics.score(labels, risks) | verdicts.seen(risks, labels, settings.alarm_from, lots)
    return {name: float(value) for name, value in found.items() if value is not None}


def send(home: Home, found: Look) -> None:
    """The flags, by name of the feature, and how many rows were looked at; no value of any row.

    Raises:
        ServerRefused: no answer, or a refusal.
    """
    body = {"run": found.run, "rows": found.rows, "flags": found.flags}
    server_of(home).call("POST", f"{API}/site/drift/", body)
    home.note({"kind": "drift", "run": found.run, "flags": found.flags, "bytes": len(str(body))})
