"""A model that spoils the sites' held-out figures is told with the round that was asked with it."""

import numpy as np

from federated.agreed.contracts import Kind
from federated.agreed.messages import Reply
from federated.agreed.strategies import STRATEGIES
from federated.agreed.strategies.base import Combined
from federated.run.course import Course
from federated.run.engine import run_in_process
from federated.run.steps import Report
from federated.server.desk import describe

from .sites import contract, sites


def course_of(*rounds) -> list[bool]:
    course = Course()
    reports = [
        Report(
            Kind.TRAIN, n, [Reply(f"s{place}", metrics={} if x is None else {"loss": x}) for place, x in enumerate(losses)]
        )
        for n, losses in enumerate(rounds, 1)
    ]
    return [course.is_spoilt(report) for report in reports]


def test_more_than_half_of_the_sites_say_that_the_model_is_worse():
    good, bad = (0.2, 0.3, 0.1), (2.0, 2.0, 2.0)
    assert course_of(good, bad, good) == [False, True, False]
    assert course_of(good, (2.0, 0.3, 0.1), (2.0, 2.0, 0.1)) == [False, False, True]
    assert course_of(good, (0.29, 0.4, 0.19)) == [False, False], "some worse is usual"
    assert course_of((None, None), (None, 5.0)) == [False, False], "nothing to compare with"


def test_one_site_that_lies_decides_nothing():
    assert course_of((0.2, 0.3, 0.1), (20.0, 0.3, 0.1), (0.0, 0.3, 0.1), (20.0, 0.3, 0.1)) == [False] * 4


def test_an_honest_run_spoils_nothing():
    reports = []
    run_in_process(contract(tree_rounds=3, rounds=4), sites(contract(tree_rounds=3, rounds=4)), watch=reports.append)
    assert not any(report.is_spoilt for report in reports)


def test_a_poisoned_round_is_told_with_the_next_one(monkeypatch):
    """Within all bounds of single replies: only the sites' rows show it."""
    agreed, reports, strategy = contract(rounds=4), [], STRATEGIES["fedavg"]
    combine = type(strategy).combine

    def poisoned(self, before, updates, state):
        found = combine(self, before, updates, state)
        if len([r for r in reports if r.kind is Kind.TRAIN]) != 1:
            return found
        return Combined(np.where(found.weights > 0, 1, -1).astype(np.float32))

    monkeypatch.setattr(type(strategy), "combine", poisoned)
    run_in_process(agreed, sites(agreed), watch=reports.append)
    told = {report.round: describe(report, 1.0)["spoilt"] for report in reports if report.kind is Kind.TRAIN}
    assert (told[1], told[2], told[3]) == (False, False, True), "round 2 made the model that round 3 was asked with"
