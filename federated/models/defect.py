"""The defect model as a whole: a network and boosted trees; their logits are mixed."""

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..rows.preparation import Preparation, tree_values
from ..rows.table import Rows
from .boosting import PARTS, Forest, blank_forest, forest_of
from .risk import sigmoid


@dataclass(frozen=True)
class DefectModel:
    """
    Attributes:
        weights: (parameters,) float32 of the network.
        quantiles: (inputs, levels) float64, what inputs are prepared with.
        forest: the boosted trees, maybe none.
        calibration: (2,) slope and intercept that the sites fitted together.
        baseline: of the site that uses the model, see Preparation; it does not travel with the model.
    """

    weights: Array
    quantiles: Array
    forest: Forest
    calibration: Array = field(default_factory=lambda: np.array([1.0, 0.0]))
    baseline: Array | None = None

    @property
    def preparation(self) -> Preparation:
        return Preparation(self.quantiles, self.baseline)

    @property
    def usual_values(self) -> Array:
        """(numeric features, levels) the value at each level; with a baseline as this site's sensors show it."""
        if self.baseline is None:
            return self.quantiles
        middle, spread = self.baseline[:, :, None]
        return middle + spread * self.quantiles[len(middle) :]

    def arrays(self) -> dict[str, Array]:
        """By name: weights (parameters,), quantiles (numbers, levels), the forest's, calibration (2,)."""
        found = {"weights": self.weights, "quantiles": self.quantiles, **self.forest.arrays()}
        return {**found, "calibration": self.calibration}


def model_of(arrays: Any) -> DefectModel:
    """From arrays by name, of a message or a file."""
    forest = forest_of({name: arrays[name] for name in PARTS})
    return DefectModel(arrays["weights"], arrays["quantiles"], forest, arrays["calibration"])


def untrained(contract: Contract, quantiles: Array) -> DefectModel:
    """A model before its first round.

    Args:
        quantiles: (numbers, levels) float64.
    """
    from .training import first_weights

    return DefectModel(first_weights(contract), quantiles, blank_forest(0, contract.boosting.depth))


def pack(model: DefectModel, **others: Any) -> bytes:
    """As an npz file."""
    buffer = io.BytesIO()
    content: dict[str, Any] = {**model.arrays(), **others}
    np.savez(buffer, **content)
    return buffer.getvalue()


def logits(contract: Contract, model: DefectModel, rows: Rows) -> Array:
    """(n,) float64, the network's and the trees' by the contract's weight."""
    from .training import network_logits

    share = contract.tree_share if len(model.forest) else 0.0
    found = np.zeros(len(rows))
    if share < 1:
        found += (1 - share) * network_logits(contract, model.weights, model.preparation.inputs(rows, contract))
    if share > 0:
        found += share * model.forest.logits(tree_values(rows, contract, model.baseline))
    return found


def risks(contract: Contract, model: DefectModel, rows: Rows) -> Array:
    """(n,) probabilities of a defect."""
    return sigmoid(logits(contract, model, rows))
