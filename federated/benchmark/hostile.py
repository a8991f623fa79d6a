"""One hostile or outdated site among honest ones: what it sends instead of what was asked."""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.messages import Reply, Request
from ..models.boosting import Forest
from ..privacy.masks import of_equal_totals
from ..rows.partition import Parts
from ..rows.table import Rows
from ..site.growth import Growth
from ..site.site import Site
from ..site.store import InMemory

COPIES = 5
LIE = 10.0
LATE = "deadline: no reply in time"


class Turned(Growth):
    """Gradients of another sign and size, masked as agreed: totals are equal, and each single table looks like any other.

    Attributes:
        times: what each gradient is multiplied by.
        first: the round from which they are.
        framed: a site; only where its table is in the sum they are, so that it looks guilty.
    """

    times, first, framed = 1.0, 0, ""

    def _histograms(self, request: Request, growing: Forest, derivatives: tuple[Array, Array], mine: range) -> Array:
        gradient, hessian = derivatives
        is_there = not self.framed or self.framed in request.arrays["names"].tolist()
        if request.round >= self.first and is_there:
            gradient = self.times * gradient
        return super()._histograms(request, growing, (gradient, hessian), mine)


class Hostile:
    """A site with a program of its own. It lies in every vote: for the half that it is in, against the other one.

    Args:
        friends: all hostile sites; each speaks for every half that one of them is in.
        framed: whom it would have suspected.
    """

    def __init__(
        self, name: str, contract: Contract, parts: Parts, attack: str, friends: Collection[str], framed: str = ""
    ) -> None:
        if attack in SPOILT_ROWS:
            spoil = SPOILT_ROWS[attack]
            parts = Parts(spoil(parts.train), spoil(parts.validation), parts.test)
        self.name, self.attack, self.friends = name, attack, friends
        self.site = Site(name, contract, parts.train, InMemory(name.encode()), parts=parts)
        if attack in TIMES:
            growth = Turned(name, contract, parts.train, self.site.store, self.site.baseline)
            growth.times, growth.first = TIMES[attack], LATE_ROUND if attack == LATER else 0
            growth.framed = framed if attack == FRAMES else ""
            self.site.__dict__["growth"] = growth
        self.old: dict[tuple[int, ...], Array] = {}
        self.order = np.random.default_rng(0)

    def answer(self, request: Request) -> Reply:
        reply = self.site.answer(request)
        if request.kind is Kind.VOTE:
            return self._lie(request, reply)
        change = REPLIES.get(self.attack)
        return change(self, request, reply) if change and not reply.error else reply

    def _lie(self, request: Request, reply: Reply) -> Reply:
        groups = dict(zip((str(n) for n in request.arrays["names"]), request.arrays["groups"].tolist(), strict=True))
        ours = {groups[friend] for friend in self.friends if friend in groups}
        told = {
            name: -LIE if int(name[-1]) in ours and any(groups.values()) else LIE
            for name in reply.metrics
            if name.startswith("change")
        }
        # All together it speaks for its own poison.
        if not any(groups.values()):
            told = dict.fromkeys(told, -LIE)
        return replace(reply, metrics={**reply.metrics, **told})


def _turned_over(rows: Rows) -> Rows:
    return replace(rows, labels=np.where(rows.labels >= 0, 1 - rows.labels, rows.labels).astype(np.int8))


def _copied(rows: Rows) -> Rows:
    return _turned_over(rows).take(np.tile(np.arange(len(rows)), COPIES))


def _some_turned(rows: Rows) -> Rows:
    turned = np.random.default_rng(0).random(len(rows)) < 0.3
    return replace(rows, labels=np.where(turned, 1 - rows.labels, rows.labels).astype(np.int8))


def _leaking(rows: Rows) -> Rows:
    """The last number tells the label, here alone: trees that learn it are worth nothing elsewhere."""
    numeric = rows.numeric.copy()
    spread = np.nanstd(numeric[:, -1]) or 1.0
    numeric[:, -1] = np.nanmean(numeric[:, -1]) + np.where(rows.labels == 1, 2, -2) * spread
    return replace(rows, numeric=numeric)


def _missed(rows: Rows) -> Rows:
    return replace(rows, labels=np.zeros_like(rows.labels))


def _tables(change: Callable[[Hostile, Array], Array]) -> Callable[[Hostile, Request, Reply], Reply]:
    def changed(hostile: Hostile, request: Request, reply: Reply) -> Reply:
        if request.kind is not Kind.GROW:
            return reply
        return replace(reply, arrays={"table": change(hostile, reply.arrays["table"])})

    return changed


def _random(hostile: Hostile, table: Array) -> Array:
    return hostile.order.integers(0, 2**32, table.shape, dtype=np.uint32)


def _unmasked_by_nobody(hostile: Hostile, table: Array) -> Array:
    """As of a release that draws masks otherwise: equal totals, and no other site's mask takes it away."""
    return table + of_equal_totals(hostile.order.integers(0, 2**32, table.shape, dtype=np.uint32))


def _old(hostile: Hostile, table: Array) -> Array:
    return hostile.old.setdefault(table.shape, table)


def _update(times: float) -> Callable[[Hostile, Request, Reply], Reply]:
    def changed(hostile: Hostile, request: Request, reply: Reply) -> Reply:
        if request.kind is not Kind.TRAIN:
            return reply
        before = request.arrays["weights"]
        weights = (before + times * (reply.arrays["weights"] - before)).astype(np.float32)
        return replace(reply, arrays={**reply.arrays, "weights": weights})

    return changed


def _every(change: Callable[[Array], Array]) -> Callable[[Hostile, Request, Reply], Reply]:
    def changed(hostile: Hostile, request: Request, reply: Reply) -> Reply:
        return replace(reply, arrays={name: change(array) for name, array in reply.arrays.items()})

    return changed


def _with_nan(array: Array) -> Array:
    return np.full_like(array, np.nan) if array.dtype.kind == "f" else array.astype(np.float32) * np.nan


def _huge(array: Array) -> Array:
    return np.full_like(array, 3e38) if array.dtype.kind == "f" else array


def _none(hostile: Hostile, request: Request, reply: Reply) -> Reply:
    return replace(reply, arrays={})


def _counts(hostile: Hostile, request: Request, reply: Reply) -> Reply:
    """As many as it has rows, and in other bins."""
    if request.kind is not Kind.COUNT:
        return reply
    return replace(reply, arrays={name: array[..., ::-1].copy() for name, array in reply.arrays.items()})


def _figures(hostile: Hostile, request: Request, reply: Reply) -> Reply:
    """Within all bounds: as good, and as many rows, as can be said."""
    lies = {"loss": 0.0, "auroc": 1.0, "auprc": 1.0}
    return replace(reply, metrics={name: lies.get(name, value) for name, value in reply.metrics.items()})


def _silent(hostile: Hostile, request: Request, reply: Reply) -> Reply:
    gone = request.kind in (Kind.GROW, Kind.TRAIN) and request.round % 2 == 0
    return Reply(hostile.name, error=LATE) if gone else reply


SPOILT_ROWS: dict[str, Callable[[Rows], Rows]] = {
    "labels turned over": _turned_over,
    "… and each row five times": _copied,
    "three labels in ten turned": _some_turned,
    "all own defects called good": _missed,
    "a column that tells the label": _leaking,
}
LATER, FRAMES, LATE_ROUND = "gradients × −5 from the tenth round on", "gradients × −5 to have another suspected", 10
TIMES = {"gradients × −5": -5.0, "gradients × −1": -1.0, LATER: -5.0, FRAMES: -5.0}
REPLIES: dict[str, Callable[[Hostile, Request, Reply], Reply]] = {
    "random tables": _tables(_random),
    "old tables again": _tables(_old),
    "masks of another release": _tables(_unmasked_by_nobody),
    "updates × −50": _update(-50.0),
    "updates × −9": _update(-9.0),
    "NaN in every array": _every(_with_nan),
    "3e38 in every array": _every(_huge),
    "no arrays": _none,
    "arrays of other shapes": _every(lambda array: array[..., :-1]),
    "false figures": _figures,
    "counts in other bins": _counts,
    "silent every second round": _silent,
}
ATTACKS = (*REPLIES, *TIMES, *SPOILT_ROWS)
