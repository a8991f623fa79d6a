"""Calibration and the choice between models, by hand and against simulated truth."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from federated.agreed.contracts import Kind
from federated.agreed.messages import Request
from federated.models.defect import untrained
from federated.models.risk import sigmoid
from federated.rows.preparation import own_preparation
from federated.site.site import Site
from federated.use import decisions, metrics, verdicts
from federated.use.decisions import Calibration, average_precision, choose, compare

from .sites import contract, rows


def test_recall_cost_and_effort_by_hand():
    labels, risks = np.array([0, 1, 0, 0, 1] * 4), np.array([0.1, 0.9, 0.2, 0.3, 0.4] * 4)
    assert metrics.recall_at(labels, risks, 0.2) == 0.5  # four of twenty rows, all of them defects, of eight
    assert verdicts.cost_threshold(1) == 0.5
    assert metrics.expected_cost(labels, risks, 1) == pytest.approx(4 / 20)  # four misses at 0.4
    assert metrics.expected_cost(labels, risks, 10) == pytest.approx(12 / 20)  # alarms from 1/11 on: twelve false ones
    assert metrics.effort_saved(labels, risks) == pytest.approx(1 - 8 / 19)  # eight looks instead of 95 % of twenty


def test_a_calibration_finds_the_slope_and_the_shift_it_was_drawn_with():
    order = np.random.default_rng(0)
    logits = order.normal(-2, 2, 40_000)
    labels = (order.random(40_000) < sigmoid(0.5 * logits + 1)).astype(float)
    found = decisions.fit_calibration(logits, labels)
    assert (found.slope, found.intercept) == (pytest.approx(0.5, abs=0.03), pytest.approx(1, abs=0.06))
    assert metrics.expected_calibration_error(labels, found.risks(logits)) < 0.01


def test_sums_in_whole_rows_do_not_spell_the_labels_of_many_and_fit_nearly_as_well():
    order = np.random.default_rng(1)
    logits, now = 2.0 ** -np.arange(30), Calibration()
    told = set()
    for _time in range(200):
        labels = order.permutation(np.repeat([0.0, 1.0], 15))
        told.add(decisions.in_whole_rows(decisions.calibration_sums(logits, labels, now), logits).tobytes())
    assert len(told) <= 4, "exact ones are another number for each of the 200"
    exact, coarse = Calibration(), Calibration()
    together = []
    for _site in range(6):
        given = order.normal(-3, 1.5, 100)
        together.append((given, (order.random(100) < sigmoid(0.7 * given + 0.3)).astype(float)))
    for _step in range(6):
        sums = [decisions.calibration_sums(given, labels, exact) for given, labels in together]
        exact = decisions.newton_step(np.sum(sums, axis=0), exact, Calibration())
        found = [
            decisions.in_whole_rows(decisions.calibration_sums(given, labels, coarse), given) for given, labels in together
        ]
        coarse = decisions.newton_step(np.sum(found, axis=0), coarse, Calibration())
    assert (coarse.slope, coarse.intercept) == (
        pytest.approx(exact.slope, abs=0.12),
        pytest.approx(exact.intercept, abs=0.24),
    )


def test_a_site_sends_its_sums_in_whole_rows():
    agreed = contract()
    site = Site("site-0", agreed, rows(0))
    start = untrained(agreed, own_preparation(rows(0), agreed).quantiles)
    told = site.answer(Request(Kind.CALIBRATE, "1", agreed.hash, agreed.rounds, start.arrays())).arrays["sums"]
    assert told[1, 0] == round(told[1, 0])


def test_few_rows_stay_near_the_shared_calibration():
    shared = Calibration(0.8, -0.5)
    found = decisions.fit_calibration(np.array([-3.0, 2.0]), np.array([0.0, 1.0]), shared)
    assert abs(found.slope - 0.8) < 0.2
    assert abs(found.intercept + 0.5) < 0.2


def test_weighted_average_precision_is_scikit_learns():
    order = np.random.default_rng(2)
    labels, scores = order.integers(0, 2, 60).astype(float), np.round(order.random(60), 1)
    weights = order.integers(0, 4, 60)
    assert average_precision(labels, scores, np.ones(60)) == pytest.approx(average_precision_score(labels, scores))
    expected = average_precision_score(labels, scores, sample_weight=weights)
    assert average_precision(labels, scores, weights) == pytest.approx(expected)


def test_the_better_model_is_chosen_only_where_it_is_clear():
    order = np.random.default_rng(3)
    labels = (order.random(600) < 0.1).astype(float)
    noise, good = order.normal(size=600), labels * 2 + order.normal(size=600)
    assert choose(labels, {"federated": noise, "local": good}) == "local"
    assert choose(labels, {"federated": good, "local": noise}) == "federated"
    assert choose(labels, {"federated": good, "local": good + 1e-9 * noise}) == "federated"
    found = compare(labels, noise, good)
    assert found.low > 0
    assert found.low < found.difference < found.high
    assert compare(np.zeros(5), noise[:5], good[:5]) is None


def test_fewer_than_ten_defects_choose_nothing():
    """One defect that the own model happens to rank first is no proof, however often it is drawn."""
    labels = (np.arange(300) < 10).astype(float)
    shared, own = np.zeros(300), labels.copy()
    assert choose(labels, {"federated": shared, "local": own}) == "local"
    labels[9] = 0
    assert choose(labels, {"federated": shared, "local": own}) == "federated"
