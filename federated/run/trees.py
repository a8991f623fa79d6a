"""One round's trees over the sites, the server's half: it asks level by level and reads the sums of masked tables only.

Two exact sums of one and the same tables, over some sites and over one less, would tell that site's table. So what was read
is kept: where a site drops out below the root the trees end at the level they have. At the root nothing can be read without
it, and the round begins again.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.messages import Reply, Request
from ..models import boosting, chance
from ..models.boosting import Forest, blank_forest, forest_of
from ..models.defect import DefectModel
from ..models.growing import GROWING, OF_SITES, edges_for
from ..privacy import sums
from ..privacy.accounting import tree_noise
from .steps import Steps, ask

ROOM_FOR_NOISE = 10_000  # of the fixed point: beside the rows of a small federation noise is large
SLACK = 1.0  # rows; rounding of all cells stays far below it
ROUNDED = 1e-3  # of the Hessian, by the fixed point, in a cell of all sites

Groups = Mapping[str, int]  # site → 0, or 1 for the second half


@dataclass(frozen=True)
class Attempt:
    """
    Attributes:
        forests: one for each group, not shrunk; None where no rows can have its sum; empty where a site dropped out at the
            root, and nothing was read.
        used: replies to the first message.
    """

    forests: tuple[Forest | None, ...]
    used: list[Reply]
    failed: dict[str, str] = field(default_factory=dict)


def attempt(
    contract: Contract, run: str, number: int, model: DefectModel, members: Mapping[str, Reply], groups: Groups
) -> Steps[Attempt]:
    """The trees of one round, of all members together or of each of two groups.

    Args:
        members: site → its reply to `key`, of those who take part.
    """
    keys = {site: reply.arrays for site, reply in members.items()}
    rows = sum(reply.examples for reply in members.values())
    request = first_level(contract, run, model, keys, rows=rows, number=number, groups=groups)
    growing = forest_of({name: request.arrays[GROWING + name] for name in boosting.PARTS})
    columns, logits = request.arrays["columns"], logit_range(model.forest)
    if contract.boosting.cuts == "random":
        return (yield from _leaves(contract, request, growing, len(members)))
    edges, sizes = edges_for(contract, model.quantiles), _rows_of_groups(members, groups)
    parents, is_split = np.empty(0), np.empty(0)
    first: list[Reply] = []
    gone: dict[str, str] = {}
    spoilt: set[int] = set()
    for level in range(growing.depth):
        request.arrays["step"][1] = level
        used, failed = yield from ask(contract, request)
        if len(used) < len(members):
            if not level:
                return Attempt((), used, failed)
            gone = failed
            break
        parts = _summed(used, groups, float(request.arrays["scale"]))
        table = np.concatenate(parts, axis=1)
        table = table if level == 0 else boosting.with_right_children(table, parents, is_split)
        for group, part in enumerate(np.split(table, len(parts), axis=1)):
            if group in spoilt or not is_possible(part, sizes[group], logits):
                spoilt.add(group)
                part[:] = 0.0
        first = first or used
        if len(spoilt) == len(parts):
            break
        splits = boosting.best_splits(table)
        for tree in range(len(growing)):
            # Written into the request's own arrays: the next level is asked with what has grown.
            boosting.grow_level(growing, tree, level, splits.of_tree(tree, 2**level), columns, edges)
        parents, is_split = table, splits.feature != boosting.LEAF
        if level < growing.depth - 1:
            # Should the next level not come, these are the leaves; whoever is no split sends its rows to the left.
            leaves = splits.values.reshape(len(growing), -1)
            growing.value[:] = np.repeat(leaves, growing.leaves // leaves.shape[1], axis=1)
    return Attempt(tuple(None if g in spoilt else f for g, f in enumerate(_divided(growing, groups))), first, gone)


def _leaves(contract: Contract, request: Request, growing: Forest, members: int) -> Steps[Attempt]:
    """Values for trees whose splits were drawn."""
    used, failed = yield from ask(contract, request)
    if len(used) < members:
        return Attempt((), used, failed)
    summed = sums.unmask([reply.arrays["table"] for reply in used], float(request.arrays["scale"]))
    deviation = chance.total_deviation([tree_noise(contract)] * len(used))
    return Attempt((replace(growing, value=chance.leaf_values(summed, len(growing), deviation)),), used)


def _summed(used: Sequence[Reply], groups: Groups, scale: float) -> list[Array]:
    """The sum over each group, (2, its trees × nodes, columns, bins)."""
    return [
        sums.unmask([reply.arrays["table"] for reply in used if groups[reply.site] == group], scale)
        for group in sorted(set(groups.values()))
    ]


def _divided(growing: Forest, groups: Groups) -> list[Forest]:
    count = len(set(groups.values()))
    size = len(growing) // count
    return [growing.take(slice(group * size, (group + 1) * size)) for group in range(count)]


def _rows_of_groups(members: Mapping[str, Reply], groups: Groups) -> list[int]:
    return [
        sum(reply.examples for site, reply in members.items() if groups[site] == group)
        for group in sorted(set(groups.values()))
    ]


def logit_range(forest: Forest) -> tuple[float, float]:
    """Between which no row's logit lies outside: the sum of the trees' lowest leaves, and of their highest."""
    return float(forest.value.min(axis=1, initial=0.0).sum()), float(forest.value.max(axis=1, initial=0.0).sum())


def is_possible(table: Array, rows: int, logits: tuple[float, float] = (-np.inf, np.inf)) -> bool:
    """Whether so many rows can have this sum, (2, nodes, columns, bins): a row's gradient lies within ±1, its Hessian in
    [0, 1/4]. Masks that do not cancel, an old table or a false one, give numbers all over the range.

    And a row of risk p has the gradient p and the Hessian p (1 − p) where it is good, p − 1 where it is a defect: the one is
    1 / (1 − p) times the other, or −1 / p times. Where no risk is beyond some bounds, neither is the gradient of any cell
    beyond so many times its Hessian, however many rows of however many sites lie in it. Gradients that were multiplied are.

    Args:
        logits: between which those of all rows lie.
    """
    gradient, hessian = table
    inside = hessian.min(initial=0) >= -SLACK and hessian.max(initial=0) <= rows / 4 + SLACK
    if not inside or np.abs(gradient).max(initial=0) > rows + SLACK:
        return False
    low, high = logits
    with np.errstate(invalid="ignore"):  # nothing times without bound
        rest = np.maximum(hessian, 0) + ROUNDED
        return bool(
            (gradient <= rest * (1 + np.exp(high)) + SLACK).all() and (-gradient <= rest * (1 + np.exp(-low)) + SLACK).all()
        )


def first_level(
    contract: Contract,
    run: str,
    model: DefectModel,
    keys: Mapping[str, Mapping[str, Array]],
    *,
    rows: int,
    number: int = 1,
    groups: Groups | None = None,
) -> Request:
    """What is asked at the root of a round's trees, or of all their leaves where the cuts are drawn.

    Args:
        keys: site → the arrays of its reply to `key`: `key` (32,), `signer` (33,) and
            `signature` (64,) uint8; those who take part.
        rows: of all sites together.
        groups: whose table is summed with whose; all of them together where not given.
    """
    settings, columns = contract.boosting, len(edges_for(contract, model.quantiles))
    level, growing = 0, blank_forest(settings.side_by_side, settings.depth)
    if settings.cuts == "random":
        # The same trees when a round begins again without a site: under a privacy level they are answered once.
        order = np.random.default_rng([contract.training.seed, number])
        others = columns - len(model.quantiles)
        level, growing = settings.depth, chance.drawn(order, model.quantiles, others, settings.side_by_side, settings.depth)
        rows += ROOM_FOR_NOISE
    arrays = {
        "quantiles": model.quantiles,
        **model.forest.arrays(),
        **{GROWING + name: array for name, array in growing.arrays().items()},
        # The number makes requests differ whose rest is the same: masks come from the digest, and cover one table each.
        "step": np.array([secrets.randbits(31), level]),
        "columns": draw_columns(contract, number, columns),
        "names": np.array(sorted(keys)),
        "groups": np.array([(groups or {}).get(name, 0) for name in sorted(keys)]),
        **{many: np.array([keys[name][one] for name in sorted(keys)]) for one, many in OF_SITES.items()},
        "scale": np.array(sums.scale_for(rows)),
    }
    return Request(Kind.GROW, run, contract.hash, number, arrays, frozenset(keys))


def draw_columns(contract: Contract, number: int, columns: int) -> Array:
    """The columns that one round's trees may split on, (drawn,) whole numbers, rising."""
    order = np.random.default_rng([contract.training.seed, number])
    return np.sort(order.choice(columns, min(contract.boosting.most_columns, columns), replace=False))
