"""A model on new rows: each row's risk and verdict, what drives it, and what would lower it."""

import contextlib
import json
from pathlib import Path

import numpy as np
import polars as pl

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..rows.check import check_rows
from ..rows.columns import Column
from ..rows.read import read_folder
from ..rows.table import Rows
from ..use.advice import Advice, advice
from ..use.deployment import Deployment, Factor, factors
from ..use.verdicts import Verdicts
from .home import Home, Settings
from .joining import API, deployment_of, refresh, server_of
from .server import ServerRefused
from .speech import say

EXPLAINED = 500  # rows of the highest risk; one explanation costs as much as a few hundred risks


def score_file(
    home: Home, source: Path, target: Path, run: str = "", lots: Path | None = None, *, share: bool = False
) -> tuple[str, int, Verdicts]:
    """Write the table with the columns `risk` in [0, 1], `alarm`, `verdict`, `factors` and `advice`.

    Args:
        run: whose model, released or not; the latest released one where empty.
        lots: also write one line for each lot: rows, mean risk, highest risk, rows to inspect or defective.
        share: send those lines, and nothing else, to the server.

    Returns:
        The run whose model was used, how many rows were scored, and what their verdicts promise.

    Raises:
        FederatedError: no model is released, or rows that break its contract.
    """
    run, contract = choose_model(home, run)
    deployment = deployment_of(home, run, contract)
    settings = home.settings()
    frame = read_folder(source, settings.reading)
    scored = score_frame(deployment, contract, frame, settings)
    by_lot = lots_of(scored, contract, settings.columns) if lots is not None or share else None
    write(scored, target)
    if by_lot is not None and lots is not None:
        write(by_lot, lots)
    if by_lot is not None and share:
        share_lots(home, contract, run, by_lot)
    return run, len(scored), deployment.proof.verdicts(settings.shares)


def score_frame(deployment: Deployment, contract: Contract, frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """
    Raises:
        InvalidRows: rows that break the contract.
    """
    rows = check_rows(frame, contract, settings.columns, labelled=False).rows
    risks = deployment.risks(contract, rows)
    alarms, verdicts = deployment.proof.verdicts(settings.shares).judge(risks, settings.alarm_from)
    reasons, changes = explained(deployment, contract, rows, risks)
    return frame.with_columns(
        pl.Series("risk", np.round(risks, 6)),
        pl.Series("alarm", alarms),
        pl.Series("verdict", verdicts.tolist(), dtype=pl.String),
        pl.Series("factors", reasons, dtype=pl.String),
        pl.Series("advice", changes, dtype=pl.String),
    )


def verdicts_text(verdicts: Verdicts) -> list[str]:
    """What the verdicts promise, and why one is not given."""
    shares = verdicts.shares
    missed, false, sure = (f"{share:.0%}" for share in (shares.missed, shares.false, 1 - shares.doubt))
    if not verdicts.rows:
        return [
            say("This model holds no proof of this site, so that every row is to be inspected; take part in the next run.")
        ]
    if verdicts.by_lot:
        return _by_lot(verdicts, missed, false, sure)
    if verdicts.ok_below is not None:
        ok = say(
            "ok: of all defects at most {missed} pass ({sure} sure; {count} held-out defects prove it).",
            missed=missed,
            sure=sure,
            count=verdicts.defects,
        )
    else:
        ok = say(
            "No row is ok: to prove that at most {missed} of all defects pass ({sure} sure) it takes {least} held-out "
            "defects, and this site has {count}.",
            missed=missed,
            sure=sure,
            least=shares.least_defects,
            count=verdicts.defects,
        )
    if verdicts.defect_from is not None:
        return [ok, say("defect: of the rows called defect at most {false} are good ({sure} sure).", false=false, sure=sure)]
    unproven = "No row is called defect: held-out rows do not prove that at most {false} of them would be good."
    return [ok, say(unproven, false=false)]


def _by_lot(verdicts: Verdicts, missed: str, false: str, sure: str) -> list[str]:
    """Where lots prove: a mean over lots, not a share of all rows; the two differ where lots hold different numbers."""
    given = {"missed": missed, "sure": sure, "count": verdicts.defects, "least": verdicts.shares.least_defects}
    ok = (
        "ok: in the mean over lots with defects, at most {missed} of a lot's defects pass ({sure} sure; {count} held-out "
        "lots with defects prove it)."
        if verdicts.ok_below is not None
        else "No row is ok: to prove that in the mean over lots with defects at most {missed} of a lot's defects pass "
        "({sure} sure) it takes {least} held-out lots with defects, and this site has {count}."
    )
    defect = (
        "defect: in the mean over lots with rows called defect, at most {false} of a lot's such rows are good ({sure} sure)."
        if verdicts.defect_from is not None
        else "No row is called defect: held-out lots do not prove that in their mean at most {false} of a lot's such rows "
        "would be good."
    )
    return [say(ok, **given), say(defect, false=false, sure=sure)]


def explained(deployment: Deployment, contract: Contract, rows: Rows, risks: np.ndarray) -> tuple[list[str], list[str]]:
    """Texts for the rows of the highest risk, nothing for the others."""
    first = np.argsort(-risks, kind="stable")[:EXPLAINED]
    reasons, changes = [""] * len(rows), [""] * len(rows)
    part = rows.take(first)
    for place, row_factors, change in zip(
        first, factors(deployment, contract, part), advice(deployment, contract, part), strict=True
    ):
        reasons[place] = "; ".join(factor_text(factor) for factor in row_factors)
        changes[place] = advice_text(contract, change) if change else ""
    return reasons, changes


def factor_text(factor: Factor) -> str:
    return f"{factor.name} {factor.value} (+{factor.effect:.1f})"


def advice_text(contract: Contract, change: Advice) -> str:
    unit = next(f.unit for f in contract.features if f.name == change.name)
    return say(
        "{change}: risk around it {before} → {after}; {rows} similar rows ran so, {defects} of them defects (association)",
        change=f"{change.name} {change.value:g} → {change.to:.6g}{f' {unit}' if unit else ''}",
        before=f"{change.before:.0%}",
        after=f"{change.risk:.0%}",
        rows=change.rows,
        defects=change.defects,
    )


def lots_of(scored: pl.DataFrame, contract: Contract, columns: dict[str, Column]) -> pl.DataFrame:
    """Lots in order of their mean risk, the highest first.

    Raises:
        FederatedError: the contract has no column of lots.
    """
    if not contract.lot:
        raise FederatedError(
            "The contract names no column of lots.", place="--lots", remedy="Score without it, or ask the coordinator."
        )
    lot = columns[contract.lot].source if contract.lot in columns else contract.lot
    return (
        scored.group_by(pl.col(lot).alias("lot"))
        .agg(
            pl.len().alias("rows"),
            pl.col("risk").mean().round(6).alias("mean_risk"),
            pl.col("risk").max().alias("highest_risk"),
            (pl.col("verdict") != "ok").sum().alias("not_ok"),
        )
        .sort("mean_risk", "lot", descending=[True, False])
    )


def share_lots(home: Home, contract: Contract, run: str, lots: pl.DataFrame) -> None:
    """Send the lines of lots, and note it in the ledger.

    Raises:
        FederatedError: the contract keeps them here; ServerRefused: the firm has not agreed, or no answer.
    """
    if contract.lot_risk != "customers":
        raise FederatedError(
            "The contract keeps risks of lots at this factory.",
            place="--share",
            remedy="Ask the coordinator for a contract that shares them, and countersign it.",
            code="not_shared",
        )
    body = {"run": run, "lots": lots.with_columns(pl.col("lot").cast(pl.String)).to_dicts()}
    server_of(home).call("POST", f"{API}/site/lots/", body)
    home.note({"kind": "lots", "run": run, "contract": contract.hash, "lots": len(lots), "bytes": len(json.dumps(body))})


def write(frame: pl.DataFrame, target: Path) -> None:
    if target.suffix == ".parquet":
        frame.write_parquet(target)
    else:
        frame.write_csv(target)


def choose_model(home: Home, run: str) -> tuple[str, Contract]:
    """The model to score with and its contract. A server that is away does not keep a factory from scoring.

    Raises:
        FederatedError: nothing is released, or the run's contract is not known here.
    """
    home.settings()  # whoever has not joined is told that, and not to wait for a model
    with contextlib.suppress(ServerRefused):
        refresh(home)
    contracts = {**home.offered(), **home.approved()}
    known = {entry["run"]: entry["contract"] for entry in home.released()}
    if not run:
        run = next(reversed(known), "")
        if not run:
            remedy = "Wait until the coordinator releases one; `--run N` scores with a model that is still in review."
            raise FederatedError("No model is released to this factory yet.", place=str(home.folder), remedy=remedy)
    wanted = known.get(run) or next((e["contract"] for e in reversed(home.ledger()) if e["run"] == run), "")
    if wanted not in contracts:
        raise FederatedError(
            "The contract of that run is not known here.", place="--run", value=run, remedy="See dure-factory status."
        )
    return run, contracts[wanted]
