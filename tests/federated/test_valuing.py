"""A site left out: nothing is learnt from it, and at the end it compares the model that never saw it with its own."""

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.intervals import mean_interval, student_95
from federated.run.engine import run_in_process
from federated.site.site import Site
from federated.site.store import InMemory

from .sites import contract, rows


def test_an_interval_of_paired_differences():
    """(1, 2, 3): mean 2, standard deviation 1, t = 4.303 at two degrees of freedom."""
    found = mean_interval([1.0, 2.0, 3.0])
    assert found.mean == 2.0
    assert found.high - 2.0 == pytest.approx(4.303 / 3**0.5)
    assert 2.0 - found.low == pytest.approx(4.303 / 3**0.5)
    assert mean_interval([1.0]) is None


def test_between_listed_degrees_of_freedom_the_wider_point_counts():
    assert student_95(9) == 2.262
    assert student_95(10) == student_95(14) == 2.228
    assert student_95(17) == 2.131
    assert student_95(400) == 2.042


class Recording(Site):
    def __init__(self, *others, **named):
        super().__init__(*others, **named)
        self.asked = []

    def answer(self, request):
        self.asked.append(request.kind)
        return super().answer(request)


def test_a_site_left_out_is_asked_at_the_end_only_and_changes_nothing():
    agreed = contract()
    sites = [Recording(name, agreed, rows(seed, 300), InMemory(b"x")) for seed, name in enumerate("ABC")]
    reports = []
    model = run_in_process(agreed, sites, left_out="C", watch=reports.append).model
    assert sites[2].asked == [Kind.FINISH]
    others = [Site(name, agreed, rows(seed, 300), InMemory(b"x")) for seed, name in enumerate("AB")]
    assert np.array_equal(run_in_process(agreed, others).model.weights, model.weights)
    finish = {reply.site: reply.metrics for reply in reports[-1].used}
    assert set(finish) == set("ABC")
    assert "federated_auprc" in finish["C"]
    assert not any("C" in {reply.site for reply in report.used} for report in reports[:-1])
