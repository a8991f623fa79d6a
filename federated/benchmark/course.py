"""How good the shared model is after each round, on the test rows: a figure of cost, which nothing is chosen by."""

from collections.abc import Callable
from statistics import mean

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import ROUND_KINDS, Contract
from ..models.defect import DefectModel
from ..models.risk import sigmoid
from ..models.training import network_logits
from ..rows.partition import Parts
from ..rows.preparation import Preparation, baseline_of, tree_values
from ..run.steps import Report
from ..use import metrics

SHARE = 0.95


class Course:
    """Watches a run in one process.

    Attributes:
        auprc: site-equal, of the shared model after each round, of the trees alone until the network trains.
        megabytes: sent and received by one site until then.
    """

    def __init__(self, contract: Contract, parts: dict[str, Parts], cost: Callable[[DefectModel, int], float]) -> None:
        self.contract, self.parts, self.cost = contract, parts, cost
        self.auprc: list[float] = []
        self.megabytes: list[float] = []
        self._baselines = {name: baseline_of(part.train, contract) for name, part in parts.items()}
        self._values = {name: tree_values(part.test, contract, self._baselines[name]) for name, part in parts.items()}
        self._trees = {name: np.zeros(len(part.test)) for name, part in parts.items()}
        self._counted = 0

    def watch(self, report: Report) -> None:
        if report.kind not in ROUND_KINDS or report.checkpoint is None:
            return
        model = report.checkpoint.model
        share = 1.0 if report.round <= self.contract.boosting.rounds else self.contract.tree_share
        found = []
        for name, part in self.parts.items():
            self._trees[name] += model.forest.take(slice(self._counted, None)).logits(self._values[name])
            logits = share * self._trees[name] + (1 - share) * self._network(model, name, share)
            if (value := metrics.score(part.test.labels, sigmoid(logits))["auprc"]) is not None:
                found.append(value)
        self._counted = len(model.forest)
        self.auprc.append(mean(found) if found else float("nan"))
        self.megabytes.append(self.cost(model, report.round))

    def _network(self, model: DefectModel, name: str, share: float) -> Array:
        test = self.parts[name].test
        if share == 1:
            return np.zeros(len(test))
        preparation = Preparation(model.quantiles, self._baselines[name])
        return network_logits(self.contract, model.weights, preparation.inputs(test, self.contract))

    def reached(self) -> dict[str, float]:
        """The first round at which 95 % of the final AUPRC stood, and what a site had sent and received by then."""
        if not self.auprc or not np.isfinite(self.auprc[-1]):
            return {}
        first = next(n for n, value in enumerate(self.auprc) if value >= SHARE * self.auprc[-1])
        return {"rounds_to_95": first + 1, "mb_to_95": round(self.megabytes[first], 3)}
