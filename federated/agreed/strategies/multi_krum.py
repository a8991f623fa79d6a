"""Multi-Krum: whoever lies far from the others does not count."""

from collections.abc import Sequence

import numpy as np

from ..arrays import Array
from ..texts import gettext_noop
from .base import Combined, State, Strategy, Update
from .fedavg import mean_of


class MultiKrum(Strategy):
    name = "multi-krum"
    says = gettext_noop("Mean of the sites that lie near each other; names those left out")
    clips = False

    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        near = multi_krum([update.weights for update in updates])
        outliers = tuple(sorted(set(range(len(updates))) - set(near)))
        return Combined(mean_of([updates[place] for place in near]), state, outliers)


def multi_krum(weights: Sequence[Array]) -> list[int]:
    """Places of the updates (parameters,) that lie nearest to their neighbours; all of them below four sites.

    Source: Blanchard et al. 2017 (NIPS), section 4 and Multi-Krum of section 5. Of n sites (n − 3) // 2 may be
    hostile, one of four.
    """
    count = len(weights)
    if count < 4:
        return list(range(count))
    hostile = max(1, (count - 3) // 2)
    stacked = np.stack(weights).astype(np.float64)
    distances = ((stacked[:, None] - stacked[None]) ** 2).sum(axis=-1)
    neighbours = np.sort(distances, axis=1)[:, 1 : max(2, count - hostile - 1)]
    return sorted(int(place) for place in np.argsort(neighbours.sum(axis=1), kind="stable")[: count - hostile])
