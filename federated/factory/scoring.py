"""A released model on new rows: each row's risk."""

import contextlib
from pathlib import Path

import numpy as np
import polars as pl

from ..contracts import Contract
from ..errors import FederatedError
from ..rows.check import check_rows
from ..rows.read import read_folder
from .home import Home
from .joining import fetch_model, refresh
from .server import ServerRefused


def score_file(home: Home, source: Path, target: Path, run: str = "") -> tuple[str, int]:
    """Write the table with one more column, `risk` in [0, 1].

    Args:
        run: whose model, released or not; the latest released one where empty.

    Returns:
        The run whose model was used, and how many rows were scored.

    Raises:
        FederatedError: no model is released, or rows that break its contract.
    """
    from ..models.defect import risks

    run, contract = choose_model(home, run)
    model = home.read_model(run) or fetch_model(home, run)
    frame = read_folder(source)
    rows = check_rows(frame, contract, home.settings().columns, labelled=False).rows
    found = risks(contract, model, rows)
    scored = frame.with_columns(pl.Series("risk", np.round(found, 6)))
    if target.suffix == ".parquet":
        scored.write_parquet(target)
    else:
        scored.write_csv(target)
    return run, len(scored)


def choose_model(home: Home, run: str) -> tuple[str, Contract]:
    """The model to score with and its contract. A server that is away does not keep a factory from scoring.

    Raises:
        FederatedError: nothing is released, or the run's contract is not known here.
    """
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
