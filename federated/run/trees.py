"""Boosted trees over the sites: the server's half asks level by level, the site's half answers with masked tables."""

import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.errors import InvalidUpdate
from ..agreed.messages import Reply, Request
from ..models import boosting, chance
from ..models.boosting import Forest, blank_forest, forest_of, joined
from ..models.defect import DefectModel
from ..privacy import masks
from ..privacy.accounting import tree_noise
from ..rows.preparation import categories_of, tree_values
from ..rows.table import Rows
from .steps import Checkpoint, Report, Steps, ask

GROWING = "growing_"
ROOM_FOR_NOISE = 10_000  # of the fixed point: beside the rows of a small federation noise is large


def edges_for(contract: Contract, quantiles: Array) -> list[Array]:
    others = sum(categories_of(feature) for feature in contract.categorical)
    return boosting.edges_of(quantiles, others, contract.boosting.bins)


def grow(contract: Contract, run: str, checkpoint: Checkpoint) -> Steps[Checkpoint]:
    """All rounds of trees that the checkpoint lacks. A site that drops out begins again with the network's rounds.

    Raises:
        QuorumMissed: fewer usable replies than the contract's quorum.
    """
    settings = contract.boosting
    if checkpoint.round >= settings.rounds:
        return checkpoint
    used, failed = yield from ask(contract, Request(Kind.KEY, run, contract.hash))
    yield Report(Kind.KEY, 0, used, failed)
    members = {reply.site: reply for reply in used}
    for number in range(checkpoint.round + 1, settings.rounds + 1):
        lost: dict[str, str] = {}
        while True:
            trees, used, failed = yield from _attempt(contract, run, number, checkpoint, members)
            lost |= failed
            members = {reply.site: members[reply.site] for reply in used}
            if trees is not None:
                break
        shrunk = boosting.shrunk(trees, settings.learning_rate / settings.side_by_side)
        model = replace(checkpoint.model, forest=joined([checkpoint.model.forest, shrunk]))
        checkpoint = Checkpoint(number, model)
        yield Report(Kind.GROW, number, used, lost, checkpoint)
    return checkpoint


def _attempt(
    contract: Contract, run: str, number: int, checkpoint: Checkpoint, members: dict[str, Reply]
) -> Steps[tuple[Forest | None, list[Reply], dict[str, str]]]:
    """The trees of one round, or None where a site dropped out: tables masked against it cannot be read."""
    keys = {site: reply.arrays["key"] for site, reply in members.items()}
    rows = sum(reply.examples for reply in members.values())
    request = first_level(contract, run, checkpoint.model, keys, rows=rows, number=number)
    growing = forest_of({name: request.arrays[GROWING + name] for name in boosting.PARTS})
    columns, scale = request.arrays["columns"], float(request.arrays["scale"])
    if contract.boosting.cuts == "random":
        return (yield from _leaves(contract, request, growing, len(members)))
    edges = edges_for(contract, checkpoint.model.quantiles)
    parents, is_split = np.empty(0), np.empty(0)
    first: list[Reply] = []
    for level in range(growing.depth):
        request.arrays["step"][1] = level
        used, failed = yield from ask(contract, request)
        expected = (2, len(growing) * max(1, 2**level // 2), len(columns), contract.boosting.bins + 1)
        used, failed = _of_shape(used, failed, expected)
        if len(used) < len(members):
            return None, used, failed
        table = masks.unmask([reply.arrays["table"] for reply in used], scale)
        table = table if level == 0 else boosting.with_right_children(table, parents, is_split)
        splits = boosting.best_splits(table)
        for tree in range(len(growing)):
            # Written into the request's own arrays: the next level is asked with what has grown.
            boosting.grow_level(growing, tree, level, splits.of_tree(tree, 2**level), columns, edges)
        parents, is_split = table, splits.feature != boosting.LEAF
        first = first or used
    return growing, first, {}


def _leaves(
    contract: Contract, request: Request, growing: Forest, members: int
) -> Steps[tuple[Forest | None, list[Reply], dict[str, str]]]:
    """Values for trees whose splits were drawn; None where a site dropped out."""
    used, failed = yield from ask(contract, request)
    used, failed = _of_shape(used, failed, (2, growing.value.size, 1, 1))
    if len(used) < members:
        return None, used, failed
    sums = masks.unmask([reply.arrays["table"] for reply in used], float(request.arrays["scale"]))
    deviation = chance.total_deviation([tree_noise(contract)] * len(used))
    return replace(growing, value=chance.leaf_values(sums, len(growing), deviation)), used, {}


def first_level(
    contract: Contract, run: str, model: DefectModel, keys: Mapping[str, Array], *, rows: int, number: int = 1
) -> Request:
    """What is asked at the root of a round's trees, or of all their leaves where the cuts are drawn.

    Args:
        keys: site → its public key for masks; those who take part.
        rows: of all sites together.
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
        "step": np.array([secrets.randbits(31), level]),
        "columns": draw_columns(contract, number, columns),
        "names": np.array(sorted(keys)),
        "keys": np.array([keys[name] for name in sorted(keys)]),
        "scale": np.array(masks.scale_for(rows)),
    }
    return Request(Kind.GROW, run, contract.hash, number, arrays, frozenset(keys))


def _of_shape(used: list[Reply], failed: dict[str, str], expected: tuple[int, ...]) -> tuple[list[Reply], dict[str, str]]:
    good = [r for r in used if r.arrays["table"].shape == expected and r.arrays["table"].dtype == np.uint32]
    bad = {r.site: "invalid_update: A table has the agreed shape." for r in used if r not in good}
    return good, failed | bad


def draw_columns(contract: Contract, number: int, columns: int) -> Array:
    """The columns that one round's trees may split on, rising."""
    order = np.random.default_rng([contract.training.seed, number])
    return np.sort(order.choice(columns, min(contract.boosting.most_columns, columns), replace=False))


class Growth:
    """A site's half. What it keeps between messages saves time only: each request says all that the answer rests on.

    Args:
        secret: known to this site only; its masks' key comes from it.
        baseline: of the site, see Preparation.
    """

    def __init__(self, name: str, contract: Contract, train: Rows, secret: bytes, baseline: Array | None = None) -> None:
        self.name, self.contract, self.secret = name, contract, secret
        self.labels = train.labels.astype(np.float64)
        self.values = tree_values(train, contract, baseline)
        self._codes: tuple[bytes, Array] = (b"", np.empty(0))
        self._logits: tuple[Forest, Array] = (blank_forest(0, contract.boosting.depth), np.zeros(len(train)))
        self._secrets: tuple[bytes, dict[str, bytes]] = (b"", {})

    def key(self, run: str) -> Array:
        return masks.public_bytes(masks.key_of(self.secret, run))

    def table(self, request: Request, noise: float = 0.0, seed: int = 0) -> Array:
        """(2, trees × nodes, columns, bins + 1) uint32, masked against the other sites.

        Args:
            noise: multiplier of a privacy level, for trees with random cuts; 0 adds none.
            seed: of the noise.

        Raises:
            InvalidUpdate: the site is not among those that its table would be masked for, or they are fewer than the quorum.
        """
        arrays = request.arrays
        grown, growing = forest_of(arrays), forest_of({name: arrays[GROWING + name] for name in boosting.PARTS})
        self._check(grown, growing)
        derivatives = boosting.gradients(self._logits_of(grown), self.labels)
        if self.contract.boosting.cuts == "random":
            sums = chance.leaf_sums(growing, self.values, derivatives)
            table = chance.noised(sums, noise, np.random.default_rng(seed)) if noise else sums
        else:
            table = self._histograms(request, growing, derivatives)
        # Of all that the request says: the same masks never cover two different tables.
        return masks.mask(table, float(arrays["scale"]), self.name, self._secrets_of(request), request.digest())

    def _check(self, grown: Forest, growing: Forest) -> None:
        """
        Raises:
            InvalidUpdate: more trees than a round of the contract, whose sums no level would have paid for; or values that
                would turn the sums of single leaves into NaN, noise and all.
        """
        settings = self.contract.boosting
        shape = (len(growing), growing.depth)
        if shape != (settings.side_by_side, settings.depth):
            rule = f"A round of the contract grows {settings.side_by_side} trees of depth {settings.depth}."
            raise InvalidUpdate(rule, value=f"{shape[0]} of depth {shape[1]}")
        if not np.isfinite(grown.value).all():
            raise InvalidUpdate("The trees so far have finite values.", value="NaN or infinite")

    def _histograms(self, request: Request, growing: Forest, derivatives: tuple[Array, Array]) -> Array:
        level = int(request.arrays["step"][1])
        codes = self._codes_of(request.arrays["quantiles"])[:, request.arrays["columns"]]
        tables = []
        for tree in range(len(growing)):
            nodes = np.zeros(len(self.labels), dtype=np.int64)
            for _level in range(level):
                nodes = growing.descend(tree, nodes, self.values)
            nodes[~self._sample(request.round, tree)] = -1
            tables.append(boosting.histogram(codes, nodes, derivatives, level, self.contract.boosting.bins))
        return np.concatenate(tables, axis=1)

    def _sample(self, number: int, tree: int) -> Array:
        seed = zlib.crc32(f"{self.contract.training.seed}/{self.name}".encode())
        return np.random.default_rng([seed, number, tree]).random(len(self.labels)) < self.contract.boosting.row_share

    def _codes_of(self, quantiles: Array) -> Array:
        key = quantiles.tobytes()
        if self._codes[0] != key:
            edges = edges_for(self.contract, quantiles)
            self._codes = (key, boosting.bin_rows(self.values, edges, self.contract.boosting.bins))
        return self._codes[1]

    def _logits_of(self, forest: Forest) -> Array:
        """Of the trees so far; only those are added that were not there before."""
        known, found = self._logits
        if known.tobytes() != forest.take(slice(0, len(known))).tobytes():
            known, found = forest.take(slice(0, 0)), np.zeros(len(self.labels))
        if len(known) < len(forest):
            found = found + forest.take(slice(len(known), None)).logits(self.values)
        self._logits = (forest, found)
        return found

    def _secrets_of(self, request: Request) -> dict[str, bytes]:
        names: Sequence[str] = [str(name) for name in request.arrays["names"]]
        if self.name not in names:
            raise InvalidUpdate("A site answers for trees that it takes part in only.", value=self.name)
        if len(set(names)) < self.contract.quorum:
            # A server that asked a site alone would read its table unmasked.
            rule = f"A table is masked among the contract's quorum of {self.contract.quorum} sites at least."
            raise InvalidUpdate(rule, value=f"{len(set(names))} named", remedy="Bring more sites back.")
        public = {name: key.tobytes() for name, key in zip(names, request.arrays["keys"], strict=True)}
        stamp = b"".join(public.values()) + request.run.encode()
        if self._secrets[0] != stamp:
            others = {name: key for name, key in public.items() if name != self.name}
            self._secrets = (stamp, masks.agree(masks.key_of(self.secret, request.run), others))
        return self._secrets[1]
