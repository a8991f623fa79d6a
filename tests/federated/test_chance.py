"""Trees with random cuts: drawn the same for the same seed, their leaf sums and noise by hand."""

import numpy as np
import pytest

from federated.agreed.contracts import Boosting
from federated.agreed.levels import LEVELS
from federated.models import chance
from federated.models.boosting import blank_forest
from federated.models.defect import risks
from federated.run.engine import run_in_process
from federated.use.metrics import score

from .sites import contract, rows, sites

QUANTILES = np.stack([LEVELS, 10 + 10 * LEVELS])


def drawn(seed: int = 0):
    return chance.drawn(np.random.default_rng(seed), QUANTILES, 1, trees=50, depth=3)


def test_the_same_seed_draws_the_same_trees_with_one_split_a_level():
    found = drawn()
    assert found.tobytes() == drawn().tobytes()
    assert found.tobytes() != drawn(1).tobytes()
    for level in range(3):
        nodes = slice(2**level - 1, 2 ** (level + 1) - 1)
        assert (found.feature[:, nodes] == found.feature[:, [nodes.start]]).all()
        assert (found.cut[:, nodes] == found.cut[:, [nodes.start]]).all()
    assert set(found.feature.ravel()) == {0, 1, 2}
    assert set(found.cut[found.feature == 2]) == {0.5}


def test_cuts_lie_evenly_and_in_the_tails_as_agreed():
    """Beyond 1/32 at either end: 0.6 of the cuts go by levels and 0.7 of those, 0.4 of them go evenly and 1/16 of those."""
    found = chance.drawn(np.random.default_rng(0), QUANTILES[:1], 0, trees=4000, depth=1).cut[:, 0]
    assert found.min() >= 0
    assert found.max() <= 1
    assert ((found < 1 / 32) | (found > 31 / 32)).mean() == pytest.approx(0.6 * 0.7 + 0.4 / 16, abs=0.03)


def test_leaf_sums_by_hand():
    """One split at 1: two rows left, one right; a gradient counts for at most a half, a second derivative for a quarter."""
    tree = blank_forest(1, 1)
    tree.feature[:], tree.cut[:] = 0, 1.0
    values = np.array([[0.0], [0.5], [3.0]], np.float32)
    sums = chance.leaf_sums(tree, values, (np.array([0.2, -0.9, 0.1]), np.array([0.1, 0.25, 0.3])))
    assert sums.shape == (2, 2, 1, 1)
    assert sums[0].ravel() == pytest.approx([0.2 - 0.5, 0.1])
    assert sums[1].ravel() == pytest.approx([0.35, 0.25])
    assert chance.leaf_values(sums, 1, 0.0) == pytest.approx(np.array([[0.3 / 1.35, -0.1 / 1.25]]))
    assert chance.leaf_values(sums, 1, 2.0) == pytest.approx(np.array([[0.3 / 5.35, -0.1 / 5.25]]))


def test_a_trees_noise_is_one_release_of_the_multiplier():
    """Both sums of one row's leaf together: (clip / σ_g)² + (bound / σ_h)² = 1 / noise²."""
    gradient, hessian = chance.deviations(3.0)
    assert (chance.CLIP / gradient) ** 2 + (chance.HESSIAN / hessian) ** 2 == pytest.approx(1 / 9)
    found = chance.noised(np.zeros((2, 20_000, 1, 1)), 3.0, np.random.default_rng(0))
    assert found[0].std() == pytest.approx(gradient, rel=0.03)
    assert found[1].std() == pytest.approx(hessian, rel=0.03)
    assert chance.total_deviation([3.0, 3.0]) == pytest.approx(gradient * 2**0.5)


def test_trees_of_chance_learn_without_noise():
    agreed = contract(rounds=0, boosting=Boosting(rounds=30, side_by_side=4, learning_rate=1.0, cuts="random"))
    model = run_in_process(agreed, sites(agreed, 3)).model
    found = rows(20, 400)
    assert score(found.labels, risks(agreed, model, found))["auroc"] > 0.85
