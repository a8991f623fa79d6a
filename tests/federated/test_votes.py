"""Sites judge a round's trees by their own rows: what most find worse is not kept, and growth goes on without it."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.errors import Unjudged
from federated.agreed.leaving import HALVES, SEARCHED, VOTES, what_leaves
from federated.agreed.messages import Request
from federated.models.boosting import PARTS, blank_forest, joined
from federated.models.growing import GROWING
from federated.rows.preparation import tree_values
from federated.run import trees
from federated.run.engine import drive
from federated.run.votes import Verdict, is_behind, verdict
from federated.site.site import Site
from federated.site.voting import change_of_loss

from .sites import contract, rows

HOSTILE = "site-0"


@pytest.fixture
def votes_alone(monkeypatch):
    """As with an attack that no arithmetic sees: multiplied gradients are told by it at their first sum (test_search.py)."""
    monkeypatch.setattr(trees, "logit_range", lambda _forest: (-np.inf, np.inf))


def unsearched(**changes):
    """A contract of the time before sums were searched."""
    says = tuple(text for text in what_leaves("fedavg") if text != SEARCHED)
    return contract(**changes).model_copy(update={"leaves": says})


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ([(0.1, 0.05)] * 3, True),
        ([(0.1, 0.05), (0.1, 0.05), (-0.2, 0.01)], True),
        ([(0.1, 0.2)] * 4, False),
        ([(9.0, 0.01)] * 2 + [(-0.1, 0.1)] * 2, False),
        ([(9.0, 0.01)] * 2, False),
        ([], False),
        ([(0.0, 0.0)] * 4, False),
    ],
)
def test_the_median_site_decides_and_fewer_than_three_decide_nothing(told, refused):
    assert verdict(told).is_refused is refused


def test_one_that_lies_in_its_votes_moves_nothing_past_the_others():
    honest = [(-0.10, 0.02), (-0.12, 0.02), (-0.08, 0.02), (-0.11, 0.02)]
    assert not verdict([*honest, (20.0, 0.0)]).is_refused
    assert verdict([(0.1, 0.02), (0.2, 0.02), (0.15, 0.02), (-20.0, 0.0)]).is_refused


def test_of_two_halves_the_clearly_worse_one_is_behind():
    assert is_behind(Verdict(0.0, 0.01), Verdict(-0.05, 0.01))
    assert not is_behind(Verdict(0.0, 0.05), Verdict(-0.05, 0.05))
    assert not is_behind(Verdict(-0.05, 0.01), Verdict(0.0, 0.01))


def test_trees_that_only_move_the_intercept_win_nothing():
    order = np.random.default_rng(0)
    labels = (order.random(400) < 0.1).astype(float)
    nothing, shifted = np.zeros(400), np.full(400, -2.0)
    change, error = change_of_loss(labels, nothing, shifted)
    assert abs(change) < 0.01
    told = change_of_loss(labels, shifted, shifted + np.where(labels == 1, 1.0, -1.0))
    assert told[0] < -5 * told[1], "what tells good from bad does win"
    assert change_of_loss(labels, shifted, shifted + np.where(labels == 1, -1.0, 1.0))[0] > 5 * error


def conversation(agreed, together, change=lambda request, reply: reply):
    heard, reports = [], []

    def ask(request):
        heard.append(replace(request, arrays={name: array.copy() for name, array in request.arrays.items()}))
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        return [change(request, reply) if reply.site == HOSTILE else reply for reply in replies]

    model = drive(agreed, "1", ask, watch=reports.append, secret=b"halves").model
    return model, [report for report in reports if report.kind is Kind.GROW], heard


def turned(site: Site, times: float = -5.0):
    """A hostile site's own program: gradients of the other sign and five times as large, masked as agreed."""
    plain = site.growth._histograms

    def table(request, growing, derivatives, mine):
        return plain(request, growing, (times * derivatives[0], derivatives[1]), mine)

    site.growth._histograms = table  # type: ignore[method-assign]
    return site


def lies(request, reply):
    if request.kind is not Kind.VOTE:
        return reply
    mine = dict(zip(request.arrays["names"].tolist(), request.arrays["groups"].tolist(), strict=True))[HOSTILE]
    told = {name: (-10.0 if name.endswith(str(mine)) else 10.0) for name in reply.metrics if name.startswith("change")}
    return replace(reply, metrics=reply.metrics | told)


def large(agreed, count: int, times: int = 1):
    counts = [900, *[400] * (count - 1)]
    return [Site(f"site-{number}", agreed, rows(number, times * many)) for number, many in enumerate(counts)]


def test_an_honest_run_refuses_nothing_and_grows_in_no_halves():
    agreed = contract(tree_rounds=6, rounds=1)
    _model, reports, heard = conversation(agreed, large(agreed, 6))
    assert all(report.refused is None and not report.failed for report in reports)
    assert not any(request.arrays["groups"].any() for request in heard if request.kind is Kind.GROW)
    assert sum(request.kind is Kind.VOTE for request in heard) == 6


@pytest.mark.usefixtures("votes_alone")
def test_a_poisoned_round_is_refused_by_the_votes_and_the_good_half_goes_on():
    agreed = contract(tree_rounds=6, rounds=1)
    together = large(agreed, 6)
    turned(together[0], -9.0)
    model, reports, heard = conversation(agreed, together, lies)
    assert reports[0].refused is not None
    assert reports[0].refused.against >= 4
    assert reports[0].checkpoint is not None
    assert len(reports[0].checkpoint.model.forest) == 0
    assert len(model.forest) == 5 * 1, "then half of the trees of each round"
    splits = {tuple(request.arrays["groups"].tolist()) for request in heard if request.kind is Kind.GROW}
    assert len(splits) == 2, "all together, and one split in the whole run"
    others = rows(77, 500)
    values = tree_values(others, agreed)
    assert np.corrcoef(model.forest.logits(values), others.labels)[0, 1] > 0.3
    assert not any(report.failed for report in reports), "votes alone name nobody"


@pytest.mark.usefixtures("votes_alone")
def test_with_too_few_sites_for_halves_refused_rounds_end_no_run_and_nothing_of_them_is_kept():
    agreed = contract(tree_rounds=3, rounds=2)
    together = large(agreed, 4, times=3)  # coarse votes tell it by the first round from as many rows
    turned(together[0], -9.0)
    model, reports, _heard = conversation(agreed, together, lies)
    assert [report.refused is not None for report in reports] == [True] * 3
    assert len(model.forest) == 0
    assert np.isfinite(model.weights).all()


def test_an_old_table_is_no_sum_that_rows_can_have():
    agreed = unsearched(tree_rounds=4, rounds=1)
    together, old = large(agreed, 6), {}

    def replay(request, reply):
        if request.kind is not Kind.GROW:
            return reply
        key = reply.arrays["table"].shape
        return replace(reply, arrays={"table": old.setdefault(key, reply.arrays["table"])})

    model, reports, _heard = conversation(agreed, together, replay)
    assert reports[0].refused is not None, "at the second level it sends the table of the first"
    assert reports[0].refused.voters == 0
    assert len(model.forest) == 3 * 1, "of the half that it is not in"


def test_a_contract_that_says_nothing_of_votes_has_none_and_a_site_answers_none():
    says = tuple(text for text in what_leaves("fedavg") if text not in (VOTES, HALVES))
    agreed = contract(tree_rounds=2, rounds=1, leaves=says)
    together = large(agreed, 6)
    model, _reports, heard = conversation(agreed, together)
    assert not any(request.kind is Kind.VOTE for request in heard)
    request = next(request for request in heard if request.kind is Kind.GROW)
    forest = joined([model.forest.take(slice(0, 0)), blank_forest(2, 3)])
    asked = {name: request.arrays[name] for name in ("quantiles", *PARTS, "names", "groups")}
    asked |= {GROWING + name: array for name, array in forest.arrays().items()}
    reply = together[1].answer(Request(Kind.VOTE, "1", agreed.hash, 1, asked))
    assert reply.error.startswith("not_in_contract")


def test_whoever_gives_no_votes_is_not_waited_for_any_more():
    agreed = contract(tree_rounds=6, rounds=1)
    asked = []

    def silent(request, reply):
        if request.kind is Kind.VOTE:
            asked.append(request.round)
            return replace(reply, metrics={}, error="deadline: no reply in time")
        return reply

    _model, reports, _heard = conversation(agreed, large(agreed, 4), silent)
    assert len(asked) == 3
    assert not any(report.failed for report in reports), "its trees count"


@pytest.mark.usefixtures("votes_alone")
def test_a_run_that_is_taken_up_again_has_its_other_trees_judged_or_stops():
    """All sites answered that they had voted, and poisoned trees of the resumed run were kept unjudged."""
    agreed = contract(tree_rounds=2, rounds=1)
    together = large(agreed, 4)
    _model, reports, _heard = conversation(agreed, together)
    began = reports[0].checkpoint

    def resumed(times):
        turned(together[0], times)
        found = []

        def ask(request):
            replies = [site.answer(request) for site in together if request.is_for(site.name)]
            return [lies(request, reply) if reply.site == HOSTILE else reply for reply in replies]

        model = drive(agreed, "1", ask, watch=found.append, checkpoint=began, secret=b"halves").model
        return model, [report for report in found if report.kind is Kind.GROW]

    model, again = resumed(-9.0)
    assert again[0].refused is not None, "other trees, and the sites judge them"
    assert len(model.forest) == len(began.model.forest)
    with pytest.raises(Unjudged) as raised:
        resumed(2.0)
    assert raised.value.code == "unjudged"
    assert "site-1, site-2, site-3" in str(raised.value)
    assert raised.value.remedy


def halved(request, groups):
    return replace(request, arrays={**request.arrays, "groups": np.array(groups)})


def test_a_site_sums_its_tables_over_one_split_only_and_over_three_sites_at_least():
    agreed = contract(tree_rounds=2, rounds=1)
    together = large(agreed, 6)
    _model, _reports, heard = conversation(agreed, together)
    request = next(request for request in heard if request.kind is Kind.GROW)
    site = together[0]
    assert not site.answer(halved(request, [0, 0, 0, 1, 1, 1])).error
    assert not site.answer(halved(request, [1, 1, 1, 0, 0, 0])).error, "the same two halves"
    assert "over the same halves always" in site.answer(halved(request, [0, 0, 1, 0, 1, 1])).error
    assert "quorum of 3 sites" in site.answer(halved(request, [0, 0, 1, 1, 1, 1])).error
    assert "in one group, or in two" in site.answer(halved(request, [0, 0, 2, 1, 1, 1])).error
    said = contract(tree_rounds=2, rounds=1, leaves=("counts",))
    assert "contract says so only" in Site("site-0", said, rows(0)).answer(halved(request, [0, 0, 0, 1, 1, 1])).error
