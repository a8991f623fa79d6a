"""The same sets on a bad day: sensors that are off, classes and rows spread unevenly, one site with wrong labels.

Sensors are off in a site's training and test rows alike, as they would be; skew and noise touch training rows only.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..rows.partition import Parts
from ..rows.table import Rows

Stress = Callable[[dict[str, Parts], np.random.Generator], dict[str, Parts]]

GAIN, OFFSET, NOISE = 0.10, 0.5, 0.3
LEAST_DEFECTS = 3


def gain(parts: dict[str, Parts], order: np.random.Generator) -> dict[str, Parts]:
    """Each site's sensors are off by a factor of up to ten percent either way."""
    return {
        name: _sensors(part, order.uniform(1 - GAIN, 1 + GAIN, part.train.numeric.shape[1]), 0.0)
        for name, part in parts.items()
    }


def offset(parts: dict[str, Parts], order: np.random.Generator) -> dict[str, Parts]:
    """… by up to half a standard deviation of all sites' rows."""
    spread = np.nan_to_num(np.nanstd(np.concatenate([part.train.numeric for part in parts.values()]), axis=0))
    return {name: _sensors(part, 1.0, order.uniform(-OFFSET, OFFSET, len(spread)) * spread) for name, part in parts.items()}


def labels(parts: dict[str, Parts], order: np.random.Generator) -> dict[str, Parts]:
    """Every second site loses three quarters of its training defects, but for the last three."""
    found = dict(parts)
    for name in list(parts)[1::2]:
        defects = order.permutation(np.flatnonzero(parts[name].train.labels == 1))
        keep = np.ones(len(parts[name].train), dtype=bool)
        keep[defects[max(LEAST_DEFECTS, len(defects) // 4) :]] = False
        found[name] = _train(parts[name], parts[name].train.take(keep))
    return found


def quantity(parts: dict[str, Parts], order: np.random.Generator) -> dict[str, Parts]:
    """The first site keeps all training rows, each further one half of what the one before it kept; never all defects go."""
    found = {}
    for number, (name, part) in enumerate(parts.items()):
        share, train = 0.5**number, part.train
        keep = order.random(len(train)) < share
        keep[np.flatnonzero(train.labels == 1)[:LEAST_DEFECTS]] = True
        found[name] = _train(part, train.take(keep))
    return found


def noisy(parts: dict[str, Parts], order: np.random.Generator) -> dict[str, Parts]:
    """At one site three labels in ten are turned over."""
    name = list(parts)[-1]
    train = parts[name].train
    turned = order.random(len(train)) < NOISE
    wrong = np.where(turned, 1 - train.labels, train.labels).astype(np.int8)
    return {**parts, name: _train(parts[name], replace(train, labels=wrong))}


def _sensors(part: Parts, factors: Array | float, offsets: Array | float) -> Parts:
    def off(rows: Rows) -> Rows:
        return replace(rows, numeric=rows.numeric * factors + offsets)

    return Parts(off(part.train), off(part.validation), off(part.test))


def _train(part: Parts, train: Rows) -> Parts:
    return Parts(train, part.validation, part.test)


STRESSES: dict[str, Stress] = {"gain": gain, "offset": offset, "labels": labels, "quantity": quantity, "noisy": noisy}
