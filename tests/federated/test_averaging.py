"""Averages that bear a hostile or broken site, by hand and in a run."""

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.strategies import STRATEGIES, Update
from federated.agreed.strategies.median import coordinate_median
from federated.agreed.strategies.multi_krum import multi_krum
from federated.agreed.strategies.trimmed_mean import trimmed_mean
from federated.models.defect import risks
from federated.run.engine import drive
from federated.use.metrics import score

from .sites import contract, rows, sites


def vectors(*values: float) -> list[np.ndarray]:
    return [np.array([value, -value], np.float32) for value in values]


def test_the_median_by_hand():
    assert coordinate_median(vectors(1, 2, 900)).tolist() == [2, -2]


def test_the_trimmed_mean_by_hand():
    assert trimmed_mean(vectors(1, 2, 3, 4, -900)).tolist() == [2, -2]  # without the lowest and the highest of each
    assert trimmed_mean(vectors(1, 3)).tolist() == [2, -2]  # two sites: nothing can be cut


def test_multi_krum_leaves_out_whoever_is_far_from_the_others():
    assert multi_krum(vectors(1, 1.1, 0.9, 1.05, 50)) == [0, 1, 2, 3]
    # Of eight sites two may be hostile; they lie near each other and far from the rest.
    assert multi_krum(vectors(1, 1.1, 0.9, 1.05, 0.95, 1.02, 50, 51)) == [0, 1, 2, 3, 4, 5]
    assert multi_krum(vectors(1, 2, 3)) == [0, 1, 2]


def test_rows_weigh_in_the_mean_and_not_in_the_median():
    def combined(name: str, weights: list[np.ndarray], examples: list[int]) -> np.ndarray:
        updates = [Update({"weights": vector}, rows) for vector, rows in zip(weights, examples, strict=True)]
        return STRATEGIES[name].combine(weights[0], updates, {}).weights

    assert combined("fedavg", vectors(0, 4), [1, 3])[0] == 3
    assert combined("median", vectors(0, 0, 4), [1, 1, 300])[0] == 0


@pytest.mark.parametrize("strategy", ["fedavg", "median", "trimmed-mean", "multi-krum"])
def test_a_site_that_turns_its_update_over_does_not_spoil_the_model(strategy):
    def end(agreed) -> tuple[float, list]:
        together, reports = sites(agreed, 5), []

        def ask(request):
            replies = [site.answer(request) for site in together if request.is_for(site.name)]
            if request.kind is Kind.TRAIN:
                wrong = replies[4].arrays["weights"]
                wrong[:] = request.arrays["weights"] - 10 * (wrong - request.arrays["weights"])
            return replies

        model = drive(agreed, "1", ask, watch=reports.append).model
        found = rows(20, 400)
        return score(found.labels, risks(agreed, model, found))["auroc"], reports

    robust, reports = end(contract(rounds=6, local_epochs=2, strategy=strategy))
    assert robust > 0.85, "of the mean because updates are shortened to the median length"
    if strategy == "multi-krum":
        rounds = [report for report in reports if report.kind is Kind.TRAIN]
        assert sum("site-4" in report.failed for report in rounds) >= 5
        assert "farther from the others" in rounds[0].failed["site-4"]
        # Whoever does not count is not counted: neither its rows nor its figures stand beside those of the others.
        assert [len(report.used) for report in rounds] == [4] * 6
        assert not [report for report in rounds if report.failed.keys() & {reply.site for reply in report.used}]
