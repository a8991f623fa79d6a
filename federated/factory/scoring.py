"""A released model on new rows: each row's risk."""

from pathlib import Path

import numpy as np
import polars as pl

from ..contracts import Contract
from ..errors import FederatedError
from ..rows.check import check_rows
from ..rows.preparation import Preparation
from ..rows.read import read_folder
from .home import Home


def score_file(home: Home, source: Path, target: Path, contract: Contract, run: str = "") -> int:
    """Write the table with one more column, `risk` in [0, 1].

    Args:
        run: whose model; the latest where empty.

    Returns:
        How many rows were scored.

    Raises:
        FederatedError: no model here yet, or rows that break the contract.
    """
    from ..models.training import risks

    weights, quantiles = read_model(home, run)
    frame = read_folder(source)
    rows = check_rows(frame, contract, home.settings().columns, labelled=False).rows
    found = risks(contract, weights, Preparation(quantiles).inputs(rows, contract))
    scored = frame.with_columns(pl.Series("risk", np.round(found, 6)))
    if target.suffix == ".parquet":
        scored.write_parquet(target)
    else:
        scored.write_csv(target)
    return len(scored)


def read_model(home: Home, run: str) -> tuple[np.ndarray, np.ndarray]:
    models = sorted((home.folder / "models").glob(f"{run or '*'}.npz"), key=lambda path: path.stat().st_mtime)
    if not models:
        remedy = "A model is kept here when a run ends; see `dure-factory status`."
        raise FederatedError("There is no model at this factory yet.", place=str(home.folder / "models"), remedy=remedy)
    with np.load(models[-1], allow_pickle=False) as arrays:
        return arrays["weights"], arrays["quantiles"]
