"""Small invented factories for the federated tests: a rule that all share, sensors that differ."""

import numpy as np
import polars as pl

from federated.agreed.contracts import Boosting, Contract, Feature, Model, Training
from federated.models.defect import DefectModel
from federated.rows.check import check_rows
from federated.rows.table import Rows
from federated.site.site import Site

FEATURES = (
    Feature(name="pressure", unit="bar", low=0, high=200),
    Feature(name="temperature", unit="°C", low=-20, high=400),
    Feature(name="mould", kind="categorical", categories=("A", "B")),
)


def contract(**changes) -> Contract:
    """A quick contract; `rounds`, `tree_rounds` and other training fields may be given beside the contract's own."""
    training = {
        "rounds": 3,
        "local_epochs": 1,
        "batch_size": 32,
        **{k: changes.pop(k) for k in list(changes) if k in Training.model_fields},
    }
    fields = {
        "programme": "Surface defects",
        "purpose": "find defects before the inspection",
        "process": "injection",
        "features": FEATURES,
        "model": Model(bins=8, width=4, hidden=(16,), dropout=0.0),
        "training": Training(**training),
        "boosting": changes.pop(
            "boosting", Boosting(rounds=changes.pop("tree_rounds", 0), side_by_side=2, depth=3, bins=32)
        ),
        "quorum": 2,
        "least_rows": 20,
        "least_positives": 2,
        "deadline_s": 60,
        **changes,
    }
    return Contract(**fields)


def numbers(model: DefectModel) -> np.ndarray:
    """All that training decides, as one vector."""
    return np.concatenate([model.weights, model.forest.cut.ravel(), model.forest.value.ravel()])


def rows(seed: int, n: int = 200) -> Rows:
    order = np.random.default_rng(seed)
    numeric = np.stack([order.normal(100, 20, n), order.normal(200 + 5 * seed, 30, n)], axis=1)
    mould = order.integers(0, 2, (n, 1))
    risk = 1 / (1 + np.exp(-(numeric[:, 0] - 125) / 6))
    return Rows(numeric, mould, (order.random(n) < risk).astype(np.int8))


def table(seed: int, n: int = 200) -> pl.DataFrame:
    """The same rows as a factory's own table, all cells text."""
    found = rows(seed, n)
    return pl.DataFrame(
        {
            "pressure": [f"{v:.4f}" for v in found.numeric[:, 0]],
            "temperature": [f"{v:.4f}" for v in found.numeric[:, 1]],
            "mould": ["AB"[code] for code in found.categorical[:, 0]],
            "y": [str(v) for v in found.labels],
        }
    )


def rows_as_told(seed: int, agreed: Contract) -> Rows:
    """As a factory reads them out of `table`."""
    return check_rows(table(seed), agreed).rows


def sites(agreed: Contract, count: int = 3) -> list[Site]:
    return [Site(f"site-{number}", agreed, rows(number)) for number in range(count)]
