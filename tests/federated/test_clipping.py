"""Updates are shortened to the median length; nobody honest is left out for being large."""

from dataclasses import replace

import numpy as np

from federated.agreed.contracts import Kind
from federated.agreed.strategies import Update
from federated.models.defect import risks
from federated.run.clipping import clipped
from federated.run.engine import drive
from federated.site.site import Site
from federated.use.metrics import score

from .sites import contract, rows, sites

BEFORE = np.array([1.0, 1.0], np.float32)


def updates(*changes):
    return [Update({"weights": BEFORE + np.array(change, np.float32)}, 100) for change in changes]


def test_the_median_length_by_hand():
    found = clipped(BEFORE, updates((3, 4), (0, 1), (0, -2)))
    moved = [update.weights - BEFORE for update in found]
    np.testing.assert_allclose(moved, [(1.2, 1.6), (0, 1), (0, -2)], rtol=1e-6)


def test_whoever_goes_no_farther_keeps_every_bit_and_of_two_sites_neither_is_shortened():
    given = updates((0.1, 0.3), (0.2, 0.1), (9, 9))
    found = clipped(BEFORE, given)
    assert [one is other for one, other in zip(found, given, strict=True)] == [True, True, False]
    pair = updates((1, 0), (50, 0))
    assert clipped(BEFORE, pair) == pair
    still = updates((0, 0), (0, 0), (0, 0))
    assert all(one is other for one, other in zip(clipped(BEFORE, still), still, strict=True))


def auroc(agreed, model) -> float:
    others = rows(11, 600)
    return score(others.labels, risks(agreed, model, others))["auroc"]


def trained(agreed, together, change=lambda request, reply: reply):
    reports = []

    def ask(request):
        return [change(request, site.answer(request)) for site in together if request.is_for(site.name)]

    return drive(agreed, "1", ask, watch=reports.append).model, [r for r in reports if r.kind is Kind.TRAIN]


def test_updates_times_minus_nine_are_within_the_bound_and_do_little_harm():
    """Ten times as far is dropped and named; just below it the length is taken away, and the direction is one of four."""
    agreed = contract(rounds=8, learning_rate=5e-3)

    def turned(request, reply):
        if request.kind is not Kind.TRAIN or reply.site != "site-3":
            return reply
        before = request.arrays["weights"]
        return replace(reply, arrays={"weights": before - 9 * (reply.arrays["weights"] - before)})

    honest, _reports = trained(agreed, sites(agreed, 4))
    model, reports = trained(agreed, sites(agreed, 4), turned)
    assert all(not report.failed for report in reports)
    assert auroc(agreed, model) > auroc(agreed, honest) - 0.05


def test_an_honest_site_of_ten_times_the_rows_takes_part_in_every_round():
    agreed = contract(rounds=4)
    together = [*sites(agreed, 3), Site("large", agreed, rows(3, 2000))]
    model, reports = trained(agreed, together)
    assert all("large" in [reply.site for reply in report.used] for report in reports)
    assert auroc(agreed, model) > 0.7
