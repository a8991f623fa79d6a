"""The methods and regimes that are compared; each gives the risks of every site's test rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ..contracts import Contract
from ..engine import run_in_process
from ..messages import Request
from ..models import logistic, trees
from ..models.memory import with_own_head
from ..models.training import risks
from ..rows.partition import Parts
from ..rows.preparation import Preparation
from ..rows.table import Array, Rows, join
from ..site import InMemory, Site, own_preparation
from .sets import BenchmarkSet

ROUNDS_ALONE = 300  # trees of one model; BASELINES.md
ROUNDS_TOGETHER = 100


@dataclass(frozen=True)
class Result:
    """
    Attributes:
        risks: site → (test rows,) probabilities.
        mb_per_site: sent and received by one site over all rounds, in 10⁶ bytes; 0 where nothing travels.
    """

    risks: dict[str, Array]
    rounds: int = 0
    mb_per_site: float = 0.0
    weights: Array = field(default_factory=lambda: np.empty(0))


Method = Callable[[BenchmarkSet, Contract, dict[str, Parts]], Result]
Engine = Callable[[Contract, list[Site]], "tuple[Array, Array]"]


def in_process(contract: Contract, sites: list[Site]) -> tuple[Array, Array]:
    """Final weights and quantiles of a federated run."""
    end = run_in_process(contract, sites)
    return end.weights, end.quantiles


def fedtab_federated(engine: Engine = in_process) -> Method:
    def method(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
        stores = {name: InMemory() for name in parts}
        sites = [Site(name, contract, part.train, stores[name], parts=part) for name, part in parts.items()]
        weights, quantiles = engine(contract, sites)
        given = {}
        for site in sites:
            memories = getattr(site.store, "memories", {})
            memory = next((kept for (_run, number), kept in memories.items() if number == contract.training.rounds), None)
            own = weights if memory is None else with_own_head(weights, memory, contract.training.head_pull)
            given[site.name] = risks(contract, own, Preparation(quantiles).inputs(site.parts.test, contract))
        rounds = contract.training.rounds
        megabytes = rounds * (2 * weights.nbytes + quantiles.nbytes) / 1e6
        return Result(given, rounds, megabytes, weights)

    return method


def fedtab_local(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    alone = contract.model_copy(update={"quorum": 1})
    return Result({name: _network_on({name: part}, alone, {name: part})[name] for name, part in parts.items()})


def fedtab_pooled(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    together = Parts(join([p.train for p in parts.values()]), *[_none(p) for p in list(parts.values())[:1] * 2])
    training = contract.training.model_copy(update={"head_pull": 1.0, "proximal": 0.0})
    alone = contract.model_copy(update={"quorum": 1, "training": training})
    return Result(_network_on({"all": together}, alone, parts))


def _network_on(training: dict[str, Parts], contract: Contract, tested: dict[str, Parts]) -> dict[str, Array]:
    """A network trained in one place, with that place's exact quantiles."""
    ((name, part),) = training.items()
    site = Site(name, contract, part.train, parts=part)
    weights, preparation = site.train_alone()
    return {key: risks(contract, weights, preparation.inputs(p.test, contract)) for key, p in tested.items()}


def _none(part: Parts) -> Rows:
    return part.train.take(np.zeros(len(part.train), dtype=bool))


def xgboost_local(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    seed = contract.training.seed
    return Result(
        {
            name: trees.boost(_tree_inputs(p.train, contract), p.train.labels, ROUNDS_ALONE, seed).risks(
                _tree_inputs(p.test, contract)
            )
            for name, p in parts.items()
        }
    )


def xgboost_pooled(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    together = join([p.train for p in parts.values()])
    model = trees.boost(_tree_inputs(together, contract), together.labels, ROUNDS_ALONE, contract.training.seed)
    return Result({name: model.risks(_tree_inputs(p.test, contract)) for name, p in parts.items()})


def xgboost_federated(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    data = [(_tree_inputs(p.train, contract), p.train.labels) for p in parts.values()]
    model = trees.boost_together(data, ROUNDS_TOGETHER, contract.training.seed)
    given = {name: model.risks(_tree_inputs(p.test, contract)) for name, p in parts.items()}
    # Each round a site sends one tree and receives those of all.
    return Result(given, ROUNDS_TOGETHER, model.size() * (1 + 1 / len(parts)) / 1e6)


def _tree_inputs(rows: Rows, contract: Contract) -> Array:
    """(n, features) with gaps kept, categories as one-hot columns."""
    hot = [rows.categorical[:, [i]] == np.arange(len(f.categories) or 2) for i, f in enumerate(contract.categorical)]
    return np.concatenate([rows.numeric, *hot], axis=1, dtype=np.float64)


def logreg_local(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    given = {}
    for name, part in parts.items():
        preparation = own_preparation(part.train)
        coefficients = _fit([part.train], preparation, found, contract)
        given[name] = _logistic_risks(coefficients, part.test, preparation, contract)
    return Result(given)


def logreg_pooled(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    together = join([p.train for p in parts.values()])
    preparation = own_preparation(together)
    coefficients = _fit([together], preparation, found, contract)
    return Result({name: _logistic_risks(coefficients, p.test, preparation, contract) for name, p in parts.items()})


def logreg_federated(found: BenchmarkSet, contract: Contract, parts: dict[str, Parts]) -> Result:
    """Newton on summed gradients and Hessians, with the quantiles of the federated statistics."""
    preparation = Preparation(_federated_quantiles(contract, parts))
    coefficients = _fit([p.train for p in parts.values()], preparation, found, contract)
    given = {name: _logistic_risks(coefficients, p.test, preparation, contract) for name, p in parts.items()}
    width = len(coefficients)
    return Result(given, logistic.STEPS, logistic.STEPS * 8 * (width * width + 2 * width) / 1e6)


def _federated_quantiles(contract: Contract, parts: dict[str, Parts]) -> Array:
    from ..conductor import agree_on_quantiles

    sites = [Site(name, contract, part.train, parts=part) for name, part in parts.items()]
    steps = agree_on_quantiles(contract, "statistics")
    replies = None
    while True:
        try:
            step = steps.send(replies)
        except StopIteration as end:
            return end.value
        replies = [site.answer(step) for site in sites] if isinstance(step, Request) else None


def _fit(sites: list[Rows], preparation: Preparation, found: BenchmarkSet, contract: Contract) -> Array:
    data = [(_logistic_inputs(rows, preparation, contract), rows.labels.astype(np.float64)) for rows in sites]

    def ask(coefficients: Array) -> tuple[Array, Array]:
        sums = [logistic.derivatives(coefficients, inputs, labels) for inputs, labels in data]
        return np.sum([s[0] for s in sums], axis=0), np.sum([s[1] for s in sums], axis=0)

    return logistic.fit(data[0][0].shape[1], ask, found.penalty)


def _logistic_inputs(rows: Rows, preparation: Preparation, contract: Contract) -> Array:
    _ranks, scaled, rest = preparation.inputs(rows, contract)
    return logistic.design(scaled, rest)


def _logistic_risks(coefficients: Array, rows: Rows, preparation: Preparation, contract: Contract) -> Array:
    return logistic.sigmoid(_logistic_inputs(rows, preparation, contract) @ coefficients)


METHODS: dict[tuple[str, str], Method] = {
    ("fedtab", "local"): fedtab_local,
    ("fedtab", "pooled"): fedtab_pooled,
    ("fedtab", "federated"): fedtab_federated(),
    ("xgboost", "local"): xgboost_local,
    ("xgboost", "pooled"): xgboost_pooled,
    ("xgboost", "federated"): xgboost_federated,
    ("logreg", "local"): logreg_local,
    ("logreg", "pooled"): logreg_pooled,
    ("logreg", "federated"): logreg_federated,
}
