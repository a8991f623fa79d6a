"""Sums that no rows can have: they are found by arithmetic, and whose table it was by leaving sites out in turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federated.agreed.contracts import Boosting, Kind
from federated.agreed.leaving import SEARCHED, what_leaves
from federated.agreed.messages import DEADLINE, Reply
from federated.benchmark.hostile import Turned
from federated.models import boosting
from federated.run.engine import drive
from federated.run.search import MOST_BLOCKS, blocks
from federated.run.steps import Checkpoint
from federated.run.trees import is_possible
from federated.run.watch import Watch, packed, watch_of
from federated.site.site import Site

from .sites import contract, rows

HOSTILE, FRAMED = "site-3", "site-1"
SITES = 5


def sums(logits, labels, places, cells: int = 6):
    """(2, 1, 1, cells) of rows that lie in cells."""
    gradient, hessian = boosting.gradients(logits, labels)
    return np.stack([np.bincount(places, part, cells) for part in (gradient, hessian)]).reshape(2, 1, 1, cells)


@given(st.integers(0, 2**32 - 1), st.floats(-6, 0), st.floats(0, 6))
def test_whatever_rows_there_are_their_sums_are_possible(seed, low, high):
    order = np.random.default_rng(seed)
    count = int(order.integers(1, 400))
    labels = (order.random(count) < order.random()).astype(float)
    found = sums(order.uniform(low, high, count), labels, order.integers(0, 6, count))
    assert is_possible(found, count, (low, high))


@given(st.integers(0, 2**32 - 1), st.sampled_from([-5.0, -50.0, 3.0]))
def test_gradients_that_were_multiplied_are_not(seed, times):
    order = np.random.default_rng(seed)
    labels, logits = (order.random(400) < 0.3).astype(float), order.uniform(-0.1, 0.1, 400)
    found = sums(logits, labels, order.integers(0, 6, 400) * (labels > 0))
    found[0] *= times
    assert not is_possible(found, 400, (-0.1, 0.1))


def agreed_of(rounds: int = 5, **changes):
    trees = Boosting(rounds=rounds, side_by_side=4, depth=3, bins=32)
    return contract(**{"rounds": 0, "boosting": trees, "quorum": 3, **changes})


def together(agreed, count: int = SITES, hostile: str = HOSTILE):
    found = [Site(f"site-{n}", agreed, rows(n, 400)) for n in range(count)]
    for site in found:
        if site.name == hostile:
            growth = Turned(site.name, agreed, site.parts.train, site.store, site.baseline)
            growth.times = -5.0
            site.__dict__["growth"] = growth
    return found


def run(agreed, found, answer=lambda site, request: site.answer(request)):
    """The model, the rounds of trees, and over whom tables were summed, by round."""
    reports, asked = [], {}

    def carry(request):
        if request.kind is Kind.GROW:
            asked.setdefault(request.round, set()).add(tuple(sorted(request.arrays["names"].tolist())))
        return [answer(site, request) for site in found if request.is_for(site.name)]

    end = drive(agreed, "1", carry, watch=reports.append, secret=b"order")
    return end.model, [report for report in reports if report.kind is Kind.GROW], asked


def test_who_spoils_a_sum_is_left_out_in_that_round_and_the_trees_are_those_of_the_others():
    agreed = agreed_of()
    model, rounds, asked = run(agreed, together(agreed))
    assert [set(report.failed) for report in rounds] == [{HOSTILE}] * 5
    assert rounds[0].failed[HOSTILE].startswith("spoils_sums: ")
    assert "Remedy: " in rounds[0].failed[HOSTILE]
    assert [report.refused for report in rounds] == [None] * 5
    honest = [site for site in together(agreed, hostile="") if site.name != HOSTILE]
    assert len(model.forest) == len(run(agreed, honest)[0].forest) == 20
    assert len(asked[1]) == 1 + SITES, "all, and all but one"
    assert asked[2] == {tuple(f"site-{n}" for n in range(SITES) if f"site-{n}" != HOSTILE)}


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_run_is_asked_nothing_more(seed):
    agreed = agreed_of(seed=seed)
    _model, rounds, asked = run(agreed, together(agreed, hostile=""))
    assert [report.failed for report in rounds] == [{}] * 5
    assert {len(found) for found in asked.values()} == {1}


def test_who_spoils_the_sums_of_another_to_have_it_suspected_wins_a_doubt_about_both():
    """It behaves where the other one is left out, so that the sum is possible without either."""
    agreed = agreed_of()

    def frames(site, request):
        if site.name == HOSTILE and request.kind is Kind.GROW and FRAMED not in request.arrays["names"].tolist():
            return honest.answer(request)
        return site.answer(request)

    found = together(agreed)
    spoilt = next(site for site in found if site.name == HOSTILE)
    honest = Site(HOSTILE, agreed, rows(3, 400), spoilt.store)
    _model, rounds, asked = run(agreed, found, frames)
    assert not any(report.failed for report in rounds), "nobody is left out"
    assert {frozenset(report.doubts) for report in rounds} == {frozenset({HOSTILE, FRAMED})}
    assert rounds[0].doubts[FRAMED].startswith("may_spoil_sums: ")
    assert all(report.refused is None for report in rounds), "what is kept is possible"
    assert len(asked[1]) == 1 + SITES
    later = [names for number in range(2, 6) for names in asked[number]]
    assert len(later) == 4, "nothing is searched any more"
    assert not any({HOSTILE, FRAMED} <= set(names) for names in later), "never both in one sum"
    assert {len(set(names) & {HOSTILE, FRAMED}) for names in later} == {1}


def test_who_spoils_only_the_sum_of_all_ends_no_run():
    """Everybody is in doubt then, and nobody is left out for good: each sum goes without one of them."""
    agreed = agreed_of()
    found = together(agreed)
    spoilt = next(site for site in found if site.name == HOSTILE)
    honest = Site(HOSTILE, agreed, rows(3, 400), spoilt.store)

    def answer(site, request):
        is_search = request.kind is Kind.GROW and len(request.arrays["names"]) < SITES
        return honest.answer(request) if site.name == HOSTILE and is_search else site.answer(request)

    model, rounds, asked = run(agreed, found, answer)
    assert not any(report.failed for report in rounds)
    assert all(len(report.doubts) == SITES for report in rounds)
    assert {len(names) for number in range(2, 6) for names in asked[number]} == {SITES - 1}
    assert len(model.forest) == 20


def test_of_many_sites_in_blocks_nobody_is_doubted_before_each_was_left_out_alone():
    watch = Watch(agreed_of())
    watch.accuse([("site-1", "site-2"), ("site-3", "site-4")])
    assert (watch.doubted, watch.apart, len(watch.suspects)) == ({}, [], 4)
    watch.accuse([("site-1",), ("site-3",)])
    assert set(watch.doubted) == {"site-1", "site-3"} == set(watch.apart)


def test_where_somebody_is_gone_meanwhile_nobody_is_accused():
    agreed, gone = agreed_of(), "site-0"

    def answer(site, request):
        is_search = request.kind is Kind.GROW and len(request.arrays["names"]) < SITES and request.round == 1
        if site.name == gone and is_search:
            return Reply(gone, error=f"{DEADLINE}: no reply")
        return site.answer(request)

    _model, rounds, _asked = run(agreed, together(agreed), answer)
    assert set(rounds[0].failed) == {gone}
    assert rounds[0].refused is not None
    assert HOSTILE in rounds[1].failed, "it is found in the next round"


def test_a_contract_that_does_not_say_so_is_not_searched():
    says = tuple(text for text in what_leaves("fedavg") if text != SEARCHED)
    agreed = agreed_of().model_copy(update={"leaves": says})
    assert not agreed.has_search
    _model, rounds, asked = run(agreed, together(agreed))
    assert {len(found) for found in asked.values()} == {1}
    assert all(report.refused for report in rounds)


@pytest.mark.parametrize(
    "changes",
    [
        {"boosting": Boosting(rounds=2, side_by_side=2, depth=2, row_share=1.0)},
        {"boosting": Boosting(rounds=2, side_by_side=2, depth=2, cuts="random")},
    ],
)
def test_where_another_set_of_sites_would_tell_a_table_nothing_is_searched(changes):
    assert not agreed_of(**changes).has_search


@pytest.mark.parametrize("count", [4, 6, 7, 8, 20, 50])
def test_blocks_hold_everybody_once_and_leave_enough(count):
    members = [f"site-{n}" for n in range(count)]
    found = blocks(members, [], count - 3)
    assert len(found) <= MOST_BLOCKS
    assert sorted(site for block in found for site in block) == sorted(members)
    assert blocks(members, members[:2], count - 3) == [(members[0],), (members[1],)]


def test_of_many_sites_a_few_are_suspected_before_one_is_named():
    agreed = agreed_of(3)
    _model, rounds, _asked = run(agreed, together(agreed, 9))
    assert [set(report.failed) for report in rounds] == [set(), {HOSTILE}, {HOSTILE}]
    assert all(report.refused is None for report in rounds)


def test_a_run_that_is_taken_up_again_knows_whom_it_suspects():
    watch = Watch(agreed_of())
    watch.accuse([("site-3", "site-4")])
    assert watch_of(agreed_of(), Checkpoint(1, None, notes=packed(watch))).suspects == ["site-3", "site-4"]
    watch.accuse([])
    assert watch.suspects == [], "nothing was possible without them"
