"""Gradient-boosted trees by XGBoost: local, pooled, and federated by bagging.

Bagging: each round every site boosts one tree on the shared ensemble with its own rows, and all of them are added. One local
round per federated round: with more, trees would be lost.
"""

from typing import Any

import numpy as np
import xgboost

from ..agreed.arrays import Array

PARAMETERS: dict[str, Any] = {
    "objective": "binary:logistic",
    "base_score": 0.5,
    "max_depth": 4,
    "eta": 0.05,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "tree_method": "hist",
    "nthread": 1,
}


class Ensemble:
    """Trees of one or several sites; the margin is the sum over them."""

    def __init__(self, boosters: list[xgboost.Booster]) -> None:
        self.boosters = boosters

    def risks(self, inputs: Array) -> Array:
        """(n,) float64 probabilities of the rows (n, features)."""
        data = matrix(inputs)
        margin = np.zeros(len(inputs))
        for booster in self.boosters:
            margin += booster.predict(data, output_margin=True)
        return 1 / (1 + np.exp(-margin))

    def size(self) -> int:
        """Bytes as they would travel."""
        return sum(len(booster.save_raw("ubj")) for booster in self.boosters)


def matrix(inputs: Array, labels: Array | None = None) -> xgboost.DMatrix:
    return xgboost.DMatrix(inputs, label=labels, missing=np.nan, nthread=1)


def boost(inputs: Array, labels: Array, rounds: int, seed: int) -> Ensemble:
    return Ensemble([xgboost.train({**PARAMETERS, "seed": seed}, matrix(inputs, labels), rounds)])


def boost_together(sites: list[tuple[Array, Array]], rounds: int, seed: int) -> Ensemble:
    """Federated by bagging over (inputs, labels) of each site.

    Args:
        rounds: each adds one tree per site, so fewer are needed than for one site.
    """
    data = [matrix(inputs, labels) for inputs, labels in sites]
    margins = [np.zeros(part.num_row(), dtype=np.float32) for part in data]
    boosters: list[xgboost.Booster] = []
    for number in range(rounds):
        trees = []
        for place, (part, margin) in enumerate(zip(data, margins, strict=True)):
            part.set_base_margin(margin)
            parameters = {**PARAMETERS, "seed": (seed * 100_003 + number) * 101 + place}
            trees.append(xgboost.train(parameters, part, 1))
        for part, margin in zip(data, margins, strict=True):
            part.set_base_margin(np.zeros_like(margin))
            for tree in trees:
                margin += tree.predict(part, output_margin=True)
        boosters += trees
    return Ensemble(boosters)
