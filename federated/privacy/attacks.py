"""Attacks on ourselves: what somebody who holds the model, or a site's update, could learn of the site's rows.

Membership by the loss of a row (Yeom et al. 2018, arXiv:1709.01604). Inversion of an update in the manner of TabLeak
(Vero et al. 2023, arXiv:2210.01785): rows are sought whose gradient points where the update points; the attacker is given
the labels, the agreed quantiles and the places of missing values. What is found is compared with guessing from quantiles.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.levels import LEVELS
from ..agreed.size import categories_of
from ..models.defect import DefectModel, logits
from ..models.memory import Memory
from ..models.network import Network, build, load_weights
from ..models.training import positive_weight, train_locally
from ..rows.preparation import scaling, widened
from ..rows.table import Rows

ROWS = 8  # sought at once
SINGLE = 3  # attacks on one row, averaged
STEPS = 200
NEAR = 0.05  # a numeric cell is found when its rank among all sites' values is right within 5 percent of the rows
FALSE_ALARMS = 0.01


def membership(contract: Contract, model: DefectModel, train: Rows, others: Rows) -> dict[str, float]:
    """How well the loss of a row tells whether the model was trained on it.

    Returns:
        membership_auroc (0.5 is a coin), membership_tpr_1 (share of the training rows that are told while 1 % of the others
        are taken for training rows); empty where there are no rows.
    """
    if not len(train) or not len(others):
        return {}
    members, strangers = (-_losses(logits(contract, model, rows), rows.labels) for rows in (train, others))
    return separation(members, strangers)


def separation(members: Array, strangers: Array) -> dict[str, float]:
    """
    Args:
        members, strangers: (n,) scores of rows inside and outside the training; higher says inside.
    """
    ranks = np.searchsorted(np.sort(strangers), members, "left") + np.searchsorted(np.sort(strangers), members, "right")
    bar = np.quantile(strangers, 1 - FALSE_ALARMS)
    return {
        "membership_auroc": float(ranks.mean() / (2 * len(strangers))),
        "membership_tpr_1": float((members > bar).mean()),
    }


def _losses(found: Array, labels: Array) -> Array:
    return np.logaddexp(0, np.where(labels == 1, -found, found))


def inversion(contract: Contract, model: DefectModel, train: Rows, seed: int = 0) -> dict[str, float]:
    """Share of cells found in the gradient of one row and of eight, which are never sent, and in a round's update, which is.

    Returns:
        inversion_row, inversion_batch, inversion_round, and with _guess after it what guessing finds under the same count;
        empty where the rows are too few.
    """
    if len(train) < 4 * ROWS:
        return {}
    order = np.random.default_rng(seed)
    attacked = Attacked(contract, model, order)
    single = np.split(order.permutation(len(train))[:SINGLE], SINGLE)
    picks: dict[str, list[Array]] = {"row": single, "batch": [_balanced(train.labels, order)]}
    found: dict[str, float] = {}
    for name, wanted in picks.items():
        shares = [attacked.attack(train.take(rows)) for rows in wanted]
        found[f"inversion_{name}"], found[f"inversion_{name}_guess"] = map(float, np.mean(shares, axis=0))
    inputs = model.preparation.inputs(train, contract)
    trained = train_locally(
        contract, model.weights, Memory(), inputs, train.labels, round_number=contract.training.rounds, seed=seed
    )
    update = attacked.split(model.weights - trained.weights)
    everything = attacked.cells(train)
    labels = (np.arange(ROWS) < ROWS // 2).astype(np.int8)
    found["inversion_round"] = nearest(attacked.sought(update, labels), everything)
    found["inversion_round_guess"] = nearest(attacked.guess(ROWS), everything)
    return found


def _balanced(labels: Array, order: np.random.Generator) -> Array:
    """Rows of an attacker's best case: half defects, as far as there are."""
    defects, good = (order.permutation(np.flatnonzero(labels == kind)) for kind in (1, 0))
    half = min(ROWS // 2, len(defects))
    return np.concatenate([defects[:half], good[: ROWS - half]])


@dataclass(frozen=True)
class Cells:
    """
    Attributes:
        ranks: (n, inputs) in [0, 1], NaN where missing.
        codes: (n, categorical) places of the categories.
    """

    ranks: Array
    codes: Array

    @property
    def count(self) -> int:
        return self.ranks.shape[1] + self.codes.shape[1]


class Attacked:
    """The network as an attacker runs it: dummy rows go in through the agreed quantiles, their gradient comes out."""

    def __init__(self, contract: Contract, model: DefectModel, order: np.random.Generator) -> None:
        self.contract, self.preparation, self.order = contract, model.preparation, order
        self.network: Network = build(contract)
        load_weights(self.network, model.weights)
        self.network.eval()
        middle, spread = scaling(model.quantiles)
        scaled = np.clip((model.quantiles - middle[:, None]) / spread[:, None], -5, 5)
        self.grid = torch.from_numpy(scaled.astype(np.float32))
        self.widths = [categories_of(feature) for feature in contract.categorical]

    def cells(self, rows: Rows) -> Cells:
        ranks, _scaled, _rest = self.preparation.inputs(rows, self.contract)
        known = np.isfinite(widened(rows.numeric, self.preparation.baseline))
        return Cells(np.where(known, ranks, np.nan), rows.categorical)

    def attack(self, rows: Rows) -> tuple[float, float]:
        """Shares of the rows' cells found in their gradient, and by guessing."""
        cells, gradient = self.cells(rows), self.gradient_of(rows)
        return matched(self.sought(gradient, rows.labels), cells), matched(self.guess(len(rows)), cells)

    def gradient_of(self, rows: Rows) -> list[Tensor]:
        inputs = tuple(torch.from_numpy(array) for array in self.preparation.inputs(rows, self.contract))
        return [part.detach() for part in self._gradient(inputs, rows.labels, keep=False)]

    def split(self, vector: Array) -> list[Tensor]:
        """One vector (parameters,) float32 as the parameters' own shapes."""
        shapes = [p.shape for p in self.network.parameters()]
        ends = np.cumsum([shape.numel() for shape in shapes])[:-1]
        return [torch.from_numpy(part).view(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=True)]

    def guess(self, count: int) -> Cells:
        """Rows drawn from the quantiles alone."""
        ranks = self.order.random((count, len(self.grid)))
        return Cells(ranks, _stacked([self.order.integers(0, width, count) for width in self.widths], count))

    def sought(self, target: list[Tensor], labels: Array) -> Cells:
        """Rows whose gradient lies along the target; labels (n,) of 0 and 1."""
        start, count = self.guess(len(labels)), len(labels)
        places = torch.logit(torch.from_numpy(start.ranks.astype(np.float32)), eps=1e-3).requires_grad_()
        leanings = [torch.zeros(count, width, requires_grad=True) for width in self.widths]
        optimizer = torch.optim.Adam([places, *leanings], lr=0.1)
        for _step in range(STEPS):
            optimizer.zero_grad(set_to_none=True)
            found = self._gradient(self._inputs(places, leanings), labels, keep=True)
            pulled, wanted = (torch.cat([part.flatten() for part in parts]) for parts in (found, target))
            torch.autograd.backward(1 - torch.nn.functional.cosine_similarity(pulled, wanted, dim=0))
            optimizer.step()
        codes = [one.detach().argmax(dim=1).numpy() for one in leanings]
        return Cells(torch.sigmoid(places).detach().numpy(), _stacked(codes, count))

    def _inputs(self, places: Tensor, leanings: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        ranks = torch.sigmoid(places)
        levels = torch.from_numpy(LEVELS.astype(np.float32))
        below = (torch.searchsorted(levels, ranks.detach(), right=True) - 1).clamp(0, len(levels) - 2)
        part = (ranks - levels[below]) / (levels[below + 1] - levels[below])
        columns = torch.arange(len(self.grid))
        low, high = self.grid[columns, below], self.grid[columns, below + 1]
        hot = [torch.softmax(one, dim=1) for one in leanings]
        return (
            ranks,
            low + (high - low) * part,
            torch.cat([torch.zeros(len(ranks), len(self.contract.numeric)), *hot], dim=1),
        )

    def _gradient(self, inputs: tuple[Tensor, ...], labels: Array, *, keep: bool) -> tuple[Tensor, ...]:
        weight = torch.tensor(positive_weight(self.contract.training, labels))
        target = torch.from_numpy(labels.astype(np.float32))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(self.network(*inputs), target, pos_weight=weight)
        return torch.autograd.grad(loss, list(self.network.parameters()), create_graph=keep)


def _stacked(codes: list[Array], count: int) -> Array:
    return np.stack(codes, axis=1) if codes else np.empty((count, 0), dtype=int)


def hits(found: Cells, true: Cells) -> Array:
    """(found rows, true rows) numbers of cells that agree; a missing cell agrees with nothing."""
    near = np.abs(found.ranks[:, None, :] - true.ranks[None, :, :]) <= NEAR
    same = found.codes[:, None, :] == true.codes[None, :, :]
    return near.sum(axis=2) + same.sum(axis=2)


def matched(found: Cells, true: Cells) -> float:
    """Share of cells found, each row counted for another true one, the best way."""
    table = hits(found, true)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / (len(rows) * true.count))


def nearest(found: Cells, true: Cells) -> float:
    """Share of cells that agree with the true row that is nearest to each found one."""
    return float(hits(found, true).max(axis=1).mean() / true.count)
