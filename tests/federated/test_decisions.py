"""Calibration, conformal verdicts and the choice between models, by hand and against simulated truth."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from federated.models.risk import sigmoid
from federated.use import decisions, metrics
from federated.use.decisions import Calibration, Verdicts, average_precision, choose, compare, conformal_threshold


def test_recall_cost_and_effort_by_hand():
    labels, risks = np.array([0, 1, 0, 0, 1] * 4), np.array([0.1, 0.9, 0.2, 0.3, 0.4] * 4)
    assert metrics.recall_at(labels, risks, 0.2) == 0.5  # four of twenty rows, all of them defects, of eight
    assert metrics.cost_threshold(1) == 0.5
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


def test_few_rows_stay_near_the_shared_calibration():
    shared = Calibration(0.8, -0.5)
    found = decisions.fit_calibration(np.array([-3.0, 2.0]), np.array([0.0, 1.0]), shared)
    assert abs(found.slope - 0.8) < 0.2
    assert abs(found.intercept + 0.5) < 0.2


def test_a_conformal_threshold_by_hand_and_with_too_few_rows():
    assert conformal_threshold(np.arange(1, 20) / 20, 0.9) == pytest.approx(18 / 20)  # the 18th of 19
    assert conformal_threshold(np.array([0.2, 0.3]), 0.9) == 1.0


def test_new_rows_are_covered_as_often_as_was_said():
    order = np.random.default_rng(1)
    risks = order.beta(0.5, 4, 60_000)
    labels = (order.random(60_000) < risks).astype(float)
    verdicts = decisions.fit_verdicts(risks[:30_000], labels[:30_000])
    found = verdicts.coverage(risks[30_000:], labels[30_000:])
    assert found["coverage"] == pytest.approx(0.9, abs=0.01)
    assert found["coverage_defect"] == pytest.approx(0.9, abs=0.02)


def test_verdicts_by_hand():
    assert Verdicts(0.3, 0.6).of(np.array([0.1, 0.35, 0.9])).tolist() == ["ok", "inspect", "defect"]
    # Both possible is to be inspected as well as neither.
    assert Verdicts(0.5, 0.6).of(np.array([0.45])).tolist() == ["inspect"]
    assert Verdicts(0.2, 0.6).of(np.array([0.3])).tolist() == ["inspect"]


def test_with_few_defects_the_limit_comes_from_the_risks():
    # 0.9 of the expected 2.0 defects stand among the first three rows.
    assert decisions.expected_threshold(np.array([0.1, 0.8, 0.6, 0.05, 0.45])) == pytest.approx(1 - 0.45)
    assert decisions.expected_threshold(np.zeros(3)) == 1.0
    risks, labels = np.array([0.1] * 30 + [0.9] * 3), np.array([0.0] * 30 + [1.0] * 3)
    assert decisions.fit_verdicts(risks, labels).defect_limit == pytest.approx(0.9)


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
