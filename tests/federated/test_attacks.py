"""Attacks on ourselves find what they should: a coin, a memory, one row's gradient; and say so in the certificate."""

import numpy as np
import pytest

from federated.privacy.attacks import ROWS, Attacked, Cells, inversion, matched, membership, nearest, separation
from federated.run.engine import run_in_process
from federated.site.site import Site, train_alone
from federated.site.store import InMemory

from .sites import contract, rows

pytestmark = pytest.mark.long


def test_membership_of_equal_scores_is_a_coin_and_of_separate_ones_is_certain():
    same = np.arange(100.0)
    assert separation(same, same)["membership_auroc"] == 0.5
    assert separation(same + 1000, same) == {"membership_auroc": 1.0, "membership_tpr_1": 1.0}
    # Of four pairs (2 or 4 against 1 or 3) three are in order.
    assert separation(np.array([2.0, 4.0]), np.array([1.0, 3.0]))["membership_auroc"] == 0.75


def test_rows_that_were_learnt_by_heart_are_told_from_others():
    agreed = contract(rounds=60, local_epochs=5, learning_rate=0.01)
    train = rows(1, 60)
    order = np.random.default_rng(0)
    by_heart = type(train)(train.numeric, train.categorical, order.integers(0, 2, 60).astype(np.int8))
    strange = rows(2, 200)
    others = type(strange)(strange.numeric, strange.categorical, order.integers(0, 2, 200).astype(np.int8))
    model = train_alone("A", agreed, by_heart)
    assert membership(agreed, model, by_heart, others)["membership_auroc"] > 0.6
    assert membership(agreed, model, by_heart, others.take(np.zeros(200, dtype=bool))) == {}


def test_cells_are_counted_by_the_best_pairing_and_by_the_nearest_row():
    true = Cells(np.array([[0.1, 0.9], [0.5, 0.5]]), np.array([[0], [1]]))
    found = Cells(np.array([[0.52, 0.9], [0.12, 0.2]]), np.array([[1], [0]]))
    # Crossed: the first agrees with the second in a rank and the code, the second with the first likewise: 4 of 6.
    assert matched(found, true) == pytest.approx(4 / 6)
    assert nearest(found, true) == pytest.approx(4 / 6)
    missing = Cells(np.array([[np.nan, 0.9], [np.nan, 0.5]]), true.codes)
    assert matched(found, missing) < matched(found, true)


def test_one_rows_gradient_gives_the_row_away_and_a_rounds_update_does_not():
    """The attack is able; what is sent is what keeps it from finding much."""
    agreed = contract(rounds=3)
    train = rows(1, 400)
    model = train_alone("A", agreed, train)
    attacked = Attacked(agreed, model, np.random.default_rng(0))
    found, guessed = np.mean([attacked.attack(train.take(np.array([place]))) for place in range(5)], axis=0)
    assert found > guessed + 0.25
    shares = inversion(agreed, model, train)
    assert set(shares) == {f"inversion_{kind}{guess}" for kind in ("row", "batch", "round") for guess in ("", "_guess")}
    assert all(0 <= value <= 1 for value in shares.values())
    assert inversion(agreed, model, train) == shares
    assert inversion(agreed, model, train.take(np.arange(ROWS))) == {}


def test_the_end_of_a_run_tells_them_but_not_under_a_privacy_level():
    for level in ("off", "eps-8"):
        agreed = contract(rounds=2, privacy=level)
        sites = [Site(name, agreed, rows(seed, 300), InMemory(b"x")) for seed, name in enumerate("AB")]
        reports = []
        run_in_process(agreed, sites, watch=reports.append)
        told = reports[-1].used[0].metrics
        assert ("membership_auroc" in told) is (level == "off")
        assert ("inversion_round" in told) is (level == "off")
