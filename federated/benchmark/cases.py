"""One set, one split: what several methods train once and share."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..models.defect import DefectModel
from ..models.growing import edges_for
from ..rows.partition import Parts, partition
from ..run.engine import run_in_process
from ..run.steps import Report
from ..run.trees import draw_columns
from ..site.site import Site, train_alone
from ..site.store import InMemory
from ..use.deployment import Deployment
from .course import Course
from .sets import BenchmarkSet

RUN = "benchmark"
HELD_OUT = 0.2  # of the rows that are no test rows: a contract's usual 15 of 75 %


@dataclass(frozen=True)
class Result:
    """
    Attributes:
        risks: site → (test rows,) probabilities.
        mb_per_site: sent and received by one site over all rounds, in 10⁶ bytes; 0 where nothing travels.
        course: rounds and 10⁶ bytes until most of the final AUPRC stood, see course.py.
        extra: site → further figures of its test rows.
    """

    risks: dict[str, Array]
    rounds: int = 0
    mb_per_site: float = 0.0
    course: dict[str, float] = field(default_factory=dict)
    model: DefectModel | None = None
    extra: dict[str, dict[str, float | str]] = field(default_factory=dict)


@dataclass
class Case:
    """
    Attributes:
        parts: site → its rows; the train part trains, the test part is touched by the scoring only.
    """

    set: BenchmarkSet
    contract: Contract
    parts: dict[str, Parts]

    @cached_property
    def together(self) -> tuple[DefectModel, dict[str, DefectModel]]:
        """The shared model, and each site's with its own output layer."""
        return train_together(self.contract, self.parts, self.course.watch)

    @cached_property
    def held(self) -> dict[str, Deployment]:
        """What each site uses where it holds rows out of training, as a plant does."""
        return train_as_plants(self.contract, self.parts)

    @cached_property
    def course(self) -> Course:
        return Course(self.contract, self.parts, lambda model, rounds: megabytes(self.contract, model, rounds))

    @cached_property
    def alone(self) -> dict[str, DefectModel]:
        return {name: train_alone(name, self.contract, part.train) for name, part in self.parts.items()}


Method = Callable[[Case], Result]


def train_together(
    contract: Contract,
    parts: dict[str, Parts],
    watch: Callable[[Report], None] = lambda report: None,
    left_out: str = "",
) -> tuple[DefectModel, dict[str, DefectModel]]:
    """The shared model, and each site's own form of it. A site without defects to train on is told so and takes no part; it
    gets the shared model as it is."""
    able = sum(p.train.positives >= contract.least_positives for name, p in parts.items() if name != left_out)
    contract = contract.model_copy(update={"quorum": max(1, able)})
    stores = {name: InMemory(f"{contract.training.seed}/{name}".encode()) for name in parts}
    sites = [
        Site(name, contract, p.train, stores[name], parts=only_training(p), alone=able <= 1) for name, p in parts.items()
    ]
    model = run_in_process(contract, sites, run=RUN, watch=watch, left_out=left_out).model
    return model, {name: store.deployments[RUN].model for name, store in stores.items()}


def train_as_plants(contract: Contract, parts: dict[str, Parts]) -> dict[str, Deployment]:
    """The product's own path: validation rows stay out of the run, the site chooses and calibrates on them; the test rows
    prove, and nothing else is done with them."""
    contract = contract.model_copy(update={"validation_share": HELD_OUT})
    divided = {name: replace(partition(part.train, contract), test=part.test) for name, part in parts.items()}
    able = sum(part.train.positives >= contract.least_positives for part in divided.values())
    contract = contract.model_copy(update={"quorum": max(1, able)})
    stores = {name: InMemory(f"{contract.training.seed}/{name}".encode()) for name in parts}
    sites = [Site(name, contract, parts[name].train, stores[name], parts=part) for name, part in divided.items()]
    run_in_process(contract, sites, run=RUN)
    return {name: store.deployments[RUN] for name, store in stores.items()}


def only_training(part: Parts) -> Parts:
    """A site that holds nothing out: its test rows are the benchmark's."""
    nothing = part.train.take(np.zeros(len(part.train), dtype=bool))
    return Parts(part.train, nothing, nothing)


def megabytes(contract: Contract, model: DefectModel, rounds: int) -> float:
    """Sent and received by one site until the end of a round, in 10⁶ bytes.

    Args:
        model: as it stands after that round.
    """
    settings, quantiles = contract.boosting, model.quantiles.nbytes
    of_trees, of_network = min(rounds, settings.rounds), max(0, rounds - settings.rounds)
    if settings.cuts == "random":
        messages, cells = of_trees, 2**settings.depth
    else:
        columns = len(draw_columns(contract, 1, len(edges_for(contract, model.quantiles))))
        nodes = sum(max(1, 2**level // 2) for level in range(settings.depth))
        messages, cells = of_trees * settings.depth, nodes * columns * (settings.bins + 1)
    tables = of_trees * 2 * settings.side_by_side * cells * 4
    forest = sum(array.nbytes for array in model.forest.arrays().values())
    asked = messages * (quantiles + forest / 2)
    network = of_network * (2 * model.weights.nbytes + quantiles + forest)
    return (tables + asked + network) / 1e6
