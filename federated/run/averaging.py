"""From the sites' weights to the shared ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..agreed.arrays import Array
from ..agreed.errors import InvalidUpdate

BETA_1, BETA_2, TAU, SERVER_RATE = 0.9, 0.99, 1e-3, 0.01


def shares(examples: Sequence[int]) -> Array:
    """Weight of each site: its rows, but at most five times the median, so that one large site does not rule."""
    counts = np.asarray(examples, dtype=np.float64)
    capped = np.minimum(counts, 5 * np.median(counts))
    return capped / capped.sum()


def average(weights: Sequence[Array], examples: Sequence[int]) -> Array:
    """Weighted mean; the order of the sites must be the same for the same bits.

    Source: McMahan et al. 2017, arXiv:1602.05629, algorithm 1; the cap on one site's share is ours.

    Args:
        weights: one (parameters,) float32 vector per site.
        examples: training rows per site.
    """
    total = np.zeros(len(weights[0]), dtype=np.float64)
    for share, vector in zip(shares(examples), weights, strict=True):
        total += share * vector
    return total.astype(np.float32)


@dataclass(frozen=True)
class Combined:
    """
    Attributes:
        weights: (parameters,) float32.
        left_out: places of the updates that do not count, for strategies that choose.
    """

    weights: Array
    left_out: tuple[int, ...] = ()


def combine(strategy: str, weights: Sequence[Array], examples: Sequence[int]) -> Combined:
    """One vector from the sites', by the contract's strategy."""
    if strategy == "median":
        return Combined(coordinate_median(weights))
    if strategy == "trimmed-mean":
        return Combined(trimmed_mean(weights))
    if strategy == "multi-krum":
        kept = multi_krum(weights)
        chosen = average([weights[place] for place in kept], [examples[place] for place in kept])
        return Combined(chosen, tuple(sorted(set(range(len(weights))) - set(kept))))
    return Combined(average(weights, examples))


def adam_step(before: Array, mean: Array, state: dict[str, Array]) -> tuple[Array, dict[str, Array]]:
    """One step of FedAdam: Adam at the server, the mean change of the sites in the gradient's place.

    Source: Reddi et al. 2021, arXiv:2003.00295, algorithm 2.

    Args:
        state: `first` and `second` moments of the round before; empty at the start.

    Returns:
        weights (parameters,) float32, and the state for the next round.
    """
    change = mean.astype(np.float64) - before
    first = BETA_1 * state.get("first", np.zeros_like(change)) + (1 - BETA_1) * change
    second = BETA_2 * state.get("second", np.full_like(change, TAU**2)) + (1 - BETA_2) * change**2
    return (before + SERVER_RATE * first / (np.sqrt(second) + TAU)).astype(np.float32), {"first": first, "second": second}


def mean_control(before: Array, changes: Sequence[Array]) -> Array:
    """SCAFFOLD's control of the server after a round: moved by the sites' mean change of theirs.

    Source: Karimireddy et al. 2020, arXiv:1910.06378, equation 5, for a round in which every site takes part.
    """
    return (before + np.mean(np.stack(changes), axis=0, dtype=np.float64)).astype(np.float32)


def coordinate_median(weights: Sequence[Array]) -> Array:
    """Of each parameter; rows do not count, so that a large hostile site has one vote. Yin et al. 2018, arXiv:1803.01498."""
    return np.median(np.stack(weights), axis=0).astype(np.float32)


def trimmed_mean(weights: Sequence[Array], share: float = 0.2) -> Array:
    """Mean of each parameter without its lowest and highest values, one of each at least from three sites on. As above."""
    count = len(weights)
    cut = max(1, int(share * count)) if count >= 3 else 0
    ordered = np.sort(np.stack(weights), axis=0)
    return ordered[cut : count - cut].mean(axis=0, dtype=np.float64).astype(np.float32)


def multi_krum(weights: Sequence[Array]) -> list[int]:
    """Places of the updates that lie nearest to their neighbours; all of them below four sites.

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


def check_update(weights: Array, examples: int, parameters: int) -> None:
    """
    Raises:
        InvalidUpdate: not the shape that was sent out, not finite, or trained on nothing.
    """
    if weights.shape != (parameters,):
        raise InvalidUpdate(
            "An update has the shape of the model that was sent out.",
            value=f"shape {weights.shape}, expected ({parameters},)",
            remedy="Update dure-factory at this site to the release of the contract.",
        )
    if not np.isfinite(weights).all():
        raise InvalidUpdate(
            "An update holds finite numbers only.",
            value=f"{int((~np.isfinite(weights)).sum())} of {parameters} are NaN or infinite",
            remedy="Lower the learning rate, or look for values out of range at this site with `dure-factory check`.",
        )
    if examples < 1:
        raise InvalidUpdate(
            "An update comes from at least one training row.", value=examples, remedy="Check the site's rows."
        )
