"""XGBoost and logistic regression: at each site alone, over all rows together, and federated."""

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.messages import Request
from ..models.risk import sigmoid
from ..rows.partition import Parts
from ..rows.preparation import Preparation, own_preparation, tree_values
from ..rows.table import Rows, join
from ..run.conductor import agree_on_quantiles
from ..site.site import Site
from . import bagging as trees
from . import logistic
from .cases import Case, Result

ROUNDS_ALONE = 300  # trees of one model, as the rivals were tuned
ROUNDS_TOGETHER = 100


def xgboost_local(case: Case) -> Result:
    given = {}
    for name, part in case.parts.items():
        train, test = (tree_values(rows, case.contract) for rows in (part.train, part.test))
        given[name] = trees.boost(train, part.train.labels, ROUNDS_ALONE, case.contract.training.seed).risks(test)
    return Result(given)


def xgboost_pooled(case: Case) -> Result:
    contract, parts = case.contract, case.parts
    together = join([p.train for p in parts.values()])
    model = trees.boost(tree_values(together, contract), together.labels, ROUNDS_ALONE, case.contract.training.seed)
    return Result({name: model.risks(tree_values(p.test, contract)) for name, p in parts.items()})


def xgboost_federated(case: Case) -> Result:
    """By bagging, as Flower's and XGBoost's users know it."""
    contract, parts = case.contract, case.parts
    data = [(tree_values(p.train, contract), p.train.labels) for p in parts.values()]
    model = trees.boost_together(data, ROUNDS_TOGETHER, case.contract.training.seed)
    given = {name: model.risks(tree_values(p.test, contract)) for name, p in parts.items()}
    # Each round a site sends one tree and receives those of all.
    return Result(given, ROUNDS_TOGETHER, model.size() * (1 + 1 / len(parts)) / 1e6)


def logreg_local(case: Case) -> Result:
    contract = case.contract
    given = {}
    for name, part in case.parts.items():
        preparation = own_preparation(part.train, case.contract)
        coefficients = _fit([part.train], preparation, case.set.penalty, contract)
        given[name] = _logistic_risks(coefficients, part.test, preparation, contract)
    return Result(given)


def logreg_pooled(case: Case) -> Result:
    contract, parts = case.contract, case.parts
    together = join([p.train for p in parts.values()])
    preparation = own_preparation(together, contract)
    coefficients = _fit([together], preparation, case.set.penalty, contract)
    return Result({name: _logistic_risks(coefficients, p.test, preparation, contract) for name, p in parts.items()})


def logreg_federated(case: Case) -> Result:
    """Newton on summed gradients and Hessians, with the quantiles of the federated statistics."""
    contract, parts = case.contract, case.parts
    preparation = Preparation(_federated_quantiles(contract, parts))
    coefficients = _fit([p.train for p in parts.values()], preparation, case.set.penalty, contract)
    given = {name: _logistic_risks(coefficients, p.test, preparation, contract) for name, p in parts.items()}
    width = len(coefficients)
    return Result(given, logistic.STEPS, logistic.STEPS * 8 * (width * width + 2 * width) / 1e6)


def _federated_quantiles(contract: Contract, parts: dict[str, Parts]) -> Array:
    sites = [Site(name, contract, part.train, parts=part) for name, part in parts.items()]
    steps = agree_on_quantiles(contract, "statistics")
    replies = None
    while True:
        try:
            step = steps.send(replies)
        except StopIteration as end:
            return end.value
        replies = [site.answer(step) for site in sites] if isinstance(step, Request) else None


def _fit(sites: list[Rows], preparation: Preparation, penalty: float, contract: Contract) -> Array:
    data = [(_logistic_inputs(rows, preparation, contract), rows.labels.astype(np.float64)) for rows in sites]

    def ask(coefficients: Array) -> tuple[Array, Array]:
        sums = [logistic.derivatives(coefficients, inputs, labels) for inputs, labels in data]
        return np.sum([s[0] for s in sums], axis=0), np.sum([s[1] for s in sums], axis=0)

    return logistic.fit(data[0][0].shape[1], ask, penalty)


def _logistic_inputs(rows: Rows, preparation: Preparation, contract: Contract) -> Array:
    _ranks, scaled, rest = preparation.inputs(rows, contract)
    return logistic.design(scaled, rest)


def _logistic_risks(coefficients: Array, rows: Rows, preparation: Preparation, contract: Contract) -> Array:
    return sigmoid(_logistic_inputs(rows, preparation, contract) @ coefficients)
