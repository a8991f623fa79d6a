"""A curious server that lies: models of its own choice, to learn the label of one row that it knows the values of."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.keys import new_key, write_key
from federated.factory.home import Home
from federated.models.boosting import LEAF, PARTS, Forest, blank_forest
from federated.models.growing import GROWING
from federated.rows.preparation import tree_values
from federated.run.engine import drive
from federated.site.asked import MODELS, MOST, MOST_RUNS
from federated.site.site import Site
from federated.site.store import InMemory
from federated.site.voting import LEAST_ROWS, change_of_loss, most_of, told_change, votes

from .sites import contract, rows


class EnoughHeard(Exception):
    """The request that is looked at was sent."""


def site_of(agreed, number: int = 0, store=None) -> Site:
    return Site(f"site-{number}", agreed, rows(number, 400), store or InMemory(f"secret of {number}".encode()))


def heard_of(agreed, count: int = 4):
    """The last request of each kind in an honest run, and its sites."""
    together, found = [site_of(agreed, number) for number in range(count)], {}

    def ask(request):
        found[request.kind] = replace(request, arrays={name: array.copy() for name, array in request.arrays.items()})
        return [site.answer(request) for site in together if request.is_for(site.name)]

    drive(agreed, "1", ask)
    return found, together


def around(agreed, pressure: float, width: float, value: float) -> Forest:
    """Trees that add something to the rows of about this pressure, and to nobody else."""
    forest = blank_forest(agreed.boosting.side_by_side, agreed.boosting.depth)
    forest.feature[0, :2] = 0, LEAF
    forest.feature[0, 0], forest.cut[0, 0] = 0, pressure - width
    forest.feature[0, 2], forest.cut[0, 2] = 0, pressure + width
    leaves = forest.leaves
    forest.value[0, leaves // 2 : leaves * 3 // 4] = value
    return forest


def vote_on(request, forest: Forest, **changes):
    arrays = {**request.arrays, **{GROWING + name: array for name, array in forest.arrays().items()}}
    return replace(request, arrays=arrays, **changes)


def with_forest(request, forest: Forest):
    return replace(request, arrays={**request.arrays, **forest.arrays()})


@pytest.fixture(scope="module")
def run():
    agreed = contract(tree_rounds=2, rounds=2)
    found, _together = heard_of(agreed)
    return agreed, found


def ready(agreed, found, store=None) -> Site:
    """A site that has given its table for the round, and has not judged it."""
    site = site_of(agreed, store=store)
    assert not site.answer(found[Kind.GROW]).error
    return site


def test_votes_on_trees_that_move_one_row_tell_nothing_of_it(run):
    """Their exact change was the row's own: its sign was the label, of every row that the server asked for."""
    agreed, found = run
    site = ready(agreed, found)
    pressures = tree_values(site.parts.validation, agreed)[:, 0]
    for pressure in pressures[:20]:
        fresh = ready(agreed, found)
        reply = fresh.answer(vote_on(found[Kind.VOTE], around(agreed, float(pressure), 1e-3, 4.0)))
        assert not reply.metrics, "fewer than eleven rows are moved apart"


def test_a_third_vote_on_a_round_is_refused_so_that_they_do_not_differ_by_one_row(run):
    agreed, found = run
    site = ready(agreed, found)
    honest = site.answer(found[Kind.VOTE])
    assert set(honest.metrics) == {"change_0", "error_0"}
    assert site.answer(found[Kind.VOTE]).metrics == honest.metrics, "the same again is the same answer"
    resumed = site.answer(vote_on(found[Kind.VOTE], around(agreed, 120.0, 20.0, 1.0)))
    assert set(resumed.metrics) == {"change_0", "error_0"}, "a run that was taken up again may grow others"
    other = site.answer(vote_on(found[Kind.VOTE], around(agreed, 125.0, 20.0, 1.0)))
    assert other.error.startswith("voted: ")
    assert "Remedy: " in other.error
    assert not other.metrics


def test_a_restarted_site_remembers_on_disk_that_it_has_judged(run, tmp_path):
    agreed, _found = run
    home = Home(tmp_path)
    home.create()
    write_key(home.key_file, new_key())
    together = [site_of(agreed, number) for number in range(1, 4)]

    def conversation(site):
        asked = []

        def ask(request):
            if request.kind is Kind.VOTE:
                asked.append(replace(request, arrays=dict(request.arrays)))
                raise EnoughHeard
            return [s.answer(request) for s in (site, *together) if request.is_for(s.name)]

        with suppress(EnoughHeard):
            drive(agreed, "7", ask)
        return asked[0]

    vote = conversation(site_of(agreed, store=home))
    assert not site_of(agreed, store=Home(tmp_path)).answer(vote).error
    assert not site_of(agreed, store=Home(tmp_path)).answer(vote_on(vote, around(agreed, 120.0, 20.0, 1.0))).error
    again = site_of(agreed, store=Home(tmp_path)).answer(vote_on(vote, around(agreed, 125.0, 20.0, 1.0)))
    assert again.error.startswith("voted: ")


def test_sites_that_signed_nothing_make_no_other_split_to_vote_on(run):
    """Names are the server's to send; those of a vote are the ones over which the site gave a table, each with its key."""
    agreed, found = run
    site = ready(agreed, found)
    vote = found[Kind.VOTE]
    for names in (["site-0", "site-1", "site-2", "nobody"], ["a", "b", "c", "d"]):
        invented = replace(vote, arrays={**vote.arrays, "names": np.array(names)})
        assert site.answer(invented).error.startswith("invalid_request"), names
    fewer = {**vote.arrays, "names": vote.arrays["names"][:3], "groups": vote.arrays["groups"][:3]}
    assert site.answer(replace(vote, arrays=fewer)).error.startswith("invalid_request")
    assert site.answer(replace(vote, round=1)).error.startswith("invalid_request"), "a round that it grew nothing in"


@pytest.mark.parametrize("kind", [Kind.GROW, Kind.TRAIN])
def test_figures_are_told_of_a_rounds_own_model_and_of_no_other(run, kind):
    agreed, found = run
    site = site_of(agreed)
    told = []
    for place in range(8):
        request = found[kind]
        if kind is Kind.GROW:  # the root is where figures go with the table
            request = replace(request, arrays={**request.arrays, "step": np.array([place, 0])})
        forest = around(agreed, 100.0 + place, 5.0, 2.0)
        reply = site.answer(with_forest(request, forest))
        told.append("loss" in reply.metrics)
    assert told == [True] * MODELS + [False] * (8 - MODELS)


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.TRAIN, Kind.CALIBRATE, Kind.FINISH])
def test_a_site_is_asked_what_an_honest_run_asks_and_little_more(run, kind):
    agreed, found = run
    site = site_of(agreed)
    errors = []
    for place in range(MOST[kind] + 3):
        request = found[kind]
        if kind is Kind.COUNT:
            edges = request.arrays["edges"].copy()
            edges[0, 0] -= place + 1
            request = replace(request, arrays={"edges": edges})
        else:
            request = with_forest(request, around(agreed, 100.0 + place, 5.0, 2.0))
        errors.append(site.answer(request).error)
    assert [error.partition(":")[0] for error in errors] == [""] * MOST[kind] + ["asked_enough"] * 3
    assert "Remedy: " in errors[-1]


@pytest.mark.parametrize("kind", [Kind.CALIBRATE, Kind.FINISH, Kind.TRAIN, Kind.COUNT])
def test_runs_that_the_server_names_anew_make_no_more_answers(run, kind):
    """Each was counted by itself, and whoever runs the server chooses their names."""
    agreed, found = run
    store = InMemory(b"secret of 0")
    site = site_of(agreed, store=store)
    assert not site.answer(replace(found[kind], run="a0")).error
    for number in range(1, MOST_RUNS):
        assert store.claim(f"contract-{agreed.hash}", "runs", f"a{number}", MOST_RUNS), "the first one was counted"
    assert site.answer(replace(found[kind], run="b")).error.startswith("summed_enough: ")
    assert not site.answer(replace(found[kind], run="a1")).error, "a run that it takes part in goes on"


def test_the_end_of_a_run_is_counted_under_a_privacy_level_too():
    agreed = contract(tree_rounds=0, rounds=1, privacy="eps-8")
    found, together = heard_of(agreed, 3)
    errors = []
    for place in range(MOST[Kind.FINISH] + 1):
        arrays = {**found[Kind.FINISH].arrays, "calibration": np.array([1.0 + place, 0.0])}
        errors.append(together[0].answer(replace(found[Kind.FINISH], arrays=arrays)).error)
    assert not any(errors[: MOST[Kind.FINISH] - 1])
    assert errors[-1].startswith("asked_enough: ")


def test_figures_of_the_end_have_three_digits(run):
    agreed, found = run
    told = site_of(agreed).answer(found[Kind.FINISH]).metrics
    assert {"gain", "federated_brier", "test_rows"} <= set(told)
    assert {name: value for name, value in told.items() if value != round(value, 3)} == {}


def test_no_row_is_more_than_an_eleventh_of_a_vote():
    order = np.random.default_rng(0)
    for _time in range(20):
        sizes = order.exponential(1.0, 200) ** 4
        most = most_of(sizes)
        assert np.minimum(sizes, most).max() <= np.minimum(sizes, most).sum() / LEAST_ROWS * (1 + 1e-6)
    assert most_of(np.ones(50)) == 1.0
    assert most_of(np.zeros(5)) == 0.0


def test_one_label_never_turns_a_vote_from_better_into_worse():
    """The rows that a curious server knows are as it likes; the one that it does not know moves the answer a little."""
    order = np.random.default_rng(1)
    for _time in range(200):
        labels = (order.random(80) < 0.3).astype(float)
        before = order.normal(-1, 1, 80)
        after = before.copy()
        few = order.choice(80, int(order.integers(LEAST_ROWS, 40)), replace=False)
        after[few] += order.normal(0, 2, len(few))
        after[few[0]] += 16.0
        scores = []
        for label in (0.0, 1.0):
            labels[few[0]] = label
            told = told_change(labels, before, after, np.array([0.5, 0.5]), guarded=True)
            assert told is not None
            scores.append(told[0] / told[1])
        assert not (min(scores) <= -1 and max(scores) >= 1), scores


def test_a_row_beside_ten_that_are_known_is_told_by_fewer_than_two_votes_of_three_and_mostly_by_none():
    """They were enough: ten rows of known labels, moved like the one that is looked for, and steps of the answer that the
    server knows: chosen so that the answer lay at the end of a step, each vote told the label."""
    order = np.random.default_rng(3)
    for count in (60, 400):
        told = []
        for _time in range(150):
            labels, before = (order.random(count) < 0.3).astype(float), np.zeros(count)
            decoys = int(order.choice([10, 20, 40]))
            labels[: decoys + 1] = 0
            labels[1 : order.integers(1, decoys + 2)] = 1
            after = before.copy()
            after[: decoys + 1] = order.choice([0.5, 1, 2, 4, 8]) * order.choice([-1, 1])
            differ = 0
            for drawn in order.random((40, 2)):
                answers = []
                for label in (0.0, 1.0):
                    labels[0] = label
                    answers.append(told_change(labels, before, after, drawn))
                differ += answers[0] != answers[1]
            told.append(differ / 40)
        assert max(told) < 0.85, "with 40 draws; 0.64 of many"
        assert np.mean(told) < 0.2


def test_answers_are_coarse_and_right_in_the_mean():
    order = np.random.default_rng(2)
    labels, before = (order.random(100) < 0.3).astype(float), order.normal(-1, 1, 100)
    assert change_of_loss(labels, before, before) == (0.0, 0.0)
    told = set()
    for _time in range(20):
        after = before + order.normal(0, 0.5, 100)
        change, error = change_of_loss(labels, before, after)
        found = [told_change(labels, before, after, drawn) for drawn in order.random((200, 2))]
        told |= set(found)
        assert np.mean([score for score, _one in found]) == pytest.approx(np.clip(change / error, -2, 2), abs=0.25)
        change, error = told_change(labels, before, after, order.random(2), guarded=True)
        assert (2 * np.log2(error)) % 1 == pytest.approx(0, abs=1e-9)
        assert abs(change / error) <= 6
    assert told <= {(-2.0, 1.0), (0.0, 1.0), (2.0, 1.0)}


def test_where_a_sites_steps_end_nobody_else_knows(run):
    """Sites that hold the same rows round each by a secret of its own, anew in each round, and the same again each time."""
    agreed, found = run
    site = site_of(agreed)
    request = vote_on(found[Kind.VOTE], around(agreed, 115.0, 6.0, 0.25))  # about a sixth of the answers differ

    def told(secret, number=2):
        return votes(agreed, site.name, site.parts, site.baseline, replace(request, round=number), secret)["change_0"]

    assert len({told(bytes([n])) for n in range(60)}) > 1
    assert len({told(b"one", number) for number in range(60)}) > 1
    assert len({told(b"one") for _time in range(5)}) == 1


def test_the_trees_that_are_looked_for_do_move_one_row(run):
    agreed, _found = run
    site = site_of(agreed)
    values = tree_values(site.parts.validation, agreed)
    forest = around(agreed, float(values[0, 0]), 1e-3, 4.0)
    assert np.count_nonzero(forest.logits(values)) == 1
    assert set(forest.arrays()) == set(PARTS)
