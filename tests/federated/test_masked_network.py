"""Rounds of the network whose updates only their mean makes readable: the same model, nothing of a site, who drops out."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind, read_contract
from federated.agreed.errors import InvalidContract, TooFewMasked
from federated.agreed.messages import Reply
from federated.agreed.strategies import STRATEGIES
from federated.privacy.sums import UPDATE_SCALE
from federated.run.engine import drive, run_in_process

from .sites import contract, numbers, sites

LATE = "deadline: no reply in time"


def conversation(agreed, together, change=lambda request, reply: reply, **more):
    heard, reports = [], []

    def carry(request):
        asked = [site for site in together if request.is_for(site.name)]
        replies = [change(request, site.answer(request)) for site in asked]
        heard.append((request, replies))
        return replies

    checkpoint = drive(agreed, "1", carry, watch=reports.append, secret=b"halves", **more)
    return checkpoint, reports, heard


@pytest.mark.parametrize("strategy", ["fedavg", "fedadam"])
def test_the_model_is_that_of_plain_updates_but_for_the_rounding_of_a_fixed_point(strategy, monkeypatch):
    """Shortening to the median length is what masks do not allow: weights of sites of alike lengths are compared."""
    agreed = contract(rounds=3, strategy=strategy)
    masked = agreed.model_copy(update={"masked": True})
    found = run_in_process(masked, sites(masked, 4)).model
    monkeypatch.setattr(type(STRATEGIES[strategy]), "clips", False)
    wanted = run_in_process(agreed, sites(agreed, 4)).model
    assert np.abs(numbers(found) - numbers(wanted)).max() < 1e-3
    assert np.abs(numbers(found)).max() > 0.05


def test_the_server_sees_numbers_that_say_nothing_of_a_site():
    agreed = contract(rounds=2, masked=True)
    checkpoint, reports, heard = conversation(agreed, sites(agreed, 3))
    trained = [reply for request, replies in heard if request.kind is Kind.TRAIN for reply in replies]
    assert all(reply.arrays == {} and "loss" in reply.metrics for reply in trained)
    sums = [replies for request, replies in heard if request.kind is Kind.SUM]
    assert len(sums) == 2
    for replies in sums:
        for reply in replies:
            spread = reply.arrays["update"].astype(float) / 2**32
            chance = 6 / len(spread) ** 0.5  # six standard deviations, by so many numbers
            assert abs(spread.mean() - 0.5) < chance * 12**-0.5
            assert abs(spread.std() - 12**-0.5) < 0.05, "even over the whole range: bare updates lie at its two ends"
            assert abs(np.corrcoef(spread[:-1], spread[1:])[0, 1]) < chance
        whole = sum((reply.arrays["update"] for reply in replies), np.zeros(1, np.uint32)).astype(np.int32) / UPDATE_SCALE
        assert 0 < np.abs(whole).max() < 0.5
    assert {"masked" in text for text in agreed.leaves if "weights" in text} == {True}
    assert not any(report.failed for report in reports)
    assert checkpoint.round == agreed.rounds


def test_who_drops_out_while_it_trains_costs_nothing_and_comes_back():
    agreed = contract(rounds=4, masked=True)
    gone = {("site-1", 2)}

    def change(request, reply):
        is_gone = request.kind is Kind.TRAIN and (reply.site, request.round) in gone
        return Reply(reply.site, error=LATE) if is_gone else reply

    _checkpoint, reports, heard = conversation(agreed, sites(agreed, 4), change)
    rounds = {report.round: report for report in reports if report.kind is Kind.TRAIN}
    assert {number: len(report.used) for number, report in rounds.items()} == {1: 4, 2: 3, 3: 4, 4: 4}
    assert rounds[2].failed == {"site-1": LATE}
    summed = {request.round: request.arrays["names"].tolist() for request, _replies in heard if request.kind is Kind.SUM}
    assert "site-1" not in summed[2]
    assert "site-1" in summed[3]


def test_a_sum_that_lacks_a_site_moves_nothing_and_is_not_asked_again_over_the_others():
    agreed = contract(rounds=3, masked=True)

    def change(request, reply):
        is_lost = request.kind is Kind.SUM and request.round == 2 and reply.site == "site-0"
        return Reply(reply.site, error=LATE) if is_lost else reply

    _checkpoint, reports, heard = conversation(agreed, sites(agreed, 4), change)
    first, second, third = (report for report in reports if report.kind is Kind.TRAIN)
    assert np.array_equal(first.checkpoint.model.weights, second.checkpoint.model.weights)
    assert not np.array_equal(second.checkpoint.model.weights, third.checkpoint.model.weights)
    assert second.failed == {"site-0": LATE}
    assert len(second.used) == 3
    assert sum(request.kind is Kind.SUM and request.round == 2 for request, _replies in heard) == 1


def test_a_site_whose_sum_breaks_a_rule_costs_one_round_and_is_in_no_further_sum():
    agreed = contract(rounds=4, masked=True)

    def change(request, reply):
        is_bad = request.kind is Kind.SUM and reply.site == "site-3"
        return replace(reply, arrays={"update": reply.arrays["update"][:-1]}) if is_bad else reply

    _checkpoint, reports, heard = conversation(agreed, sites(agreed, 4), change)
    rounds = [report for report in reports if report.kind is Kind.TRAIN]
    assert [len(report.used) for report in rounds] == [3, 3, 3, 3]
    assert all(report.failed["site-3"].startswith("invalid_update") for report in rounds)
    assert [len(request.arrays["names"]) for request, _replies in heard if request.kind is Kind.SUM] == [4, 3, 3, 3]


def test_rounds_that_are_lost_again_and_again_end_the_run_and_say_by_whom():
    agreed = contract(rounds=6, masked=True)

    def change(request, reply):
        is_lost = request.kind is Kind.SUM and reply.site in ("site-2", "site-4")
        return Reply(reply.site, error=LATE) if is_lost else reply

    with pytest.raises(TooFewMasked, match="3 rounds without site-2, site-4"):
        conversation(agreed, sites(agreed, 5), change)


def test_with_two_sites_nothing_is_asked_that_each_could_read_of_the_other():
    agreed = contract(rounds=2, masked=True)
    together = sites(agreed, 2)
    asked = []

    def carry(request):
        asked.append(request.kind)
        return [site.answer(request) for site in together if request.is_for(site.name)]

    with pytest.raises(TooFewMasked, match="3 sites at least"):
        drive(agreed, "1", carry)
    assert Kind.SUM not in asked


def sum_request(agreed, together):
    _checkpoint, _reports, heard = conversation(agreed, together)
    return next(request for request, _replies in heard if request.kind is Kind.SUM)


def first(count, arrays):
    return {name: array[:count] if name != "trained" else array for name, array in arrays.items()}


BENT = {
    "one site alone": (
        lambda a: {name: array[:1] if name != "trained" else array for name, array in a.items()},
        "too_few_masked",
    ),
    "all the weight for one": (lambda a: a | {"shares": np.array([0.98, 0.01, 0.01])}, "median"),
    "no weight for the others": (lambda a: a | {"shares": np.array([1.0, 0.0, 0.0])}, "positive"),
    "another training": (lambda a: a | {"trained": a["trained"][::-1].copy()}, "trained in this round"),
    "a site twice": (lambda a: a | {"names": np.array(["site-0", "site-1", "site-1"])}, "once"),
    "other keys than signed": (lambda a: a | {"keys": a["keys"][::-1].copy()}, "key"),
    "fewer shares": (lambda a: a | {"shares": np.array([0.5, 0.5])}, "its line"),
}


@pytest.mark.parametrize("what", BENT)
def test_a_sum_that_would_single_a_site_out_is_refused(what):
    agreed = contract(rounds=1, masked=True)
    bend, says = BENT[what]
    asked = sum_request(agreed, sites(agreed, 3))
    fresh = sites(agreed, 3)

    def bent(request):
        return replace(request, arrays=bend(request.arrays)) if request.kind is Kind.SUM else request

    said = []

    def carry(request):
        replies = [site.answer(bent(request)) for site in fresh if request.is_for(site.name)]
        if request.kind is Kind.SUM:
            said.extend(replies)
        return replies

    drive(agreed, "1", carry)
    assert asked.arrays.keys() == {"names", "keys", "signers", "signatures", "shares", "trained"}
    mine = next(reply for reply in said if reply.site == "site-0")
    assert says in mine.error
    assert not mine.arrays


def test_a_second_sum_in_a_round_is_refused_because_the_difference_would_be_an_update():
    agreed = contract(rounds=1, masked=True)
    together = sites(agreed, 4)
    asked = sum_request(agreed, together)
    fewer = first(3, asked.arrays) | {"shares": np.full(3, 1 / 3)}
    again = together[0].answer(replace(asked, arrays=fewer))
    assert again.error.startswith("asked_enough")
    same = together[0].answer(asked)
    assert not same.error, "the same again is the same answer"


def test_a_run_that_is_taken_up_again_goes_on_as_if_nothing_had_been():
    """It stopped after the sites had sent the sum of round 3, and before anybody had written it down."""
    agreed = contract(rounds=4, masked=True)
    whole, _reports, _heard = conversation(agreed, sites(agreed, 3))
    together, at = sites(agreed, 3), []

    def carry(request):
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        if request.kind is Kind.SUM and request.round == 3:
            raise ConnectionError
        return replies

    with pytest.raises(ConnectionError):
        drive(agreed, "1", carry, watch=lambda report: at.append(report.checkpoint))
    again, _reports, _heard = conversation(agreed, together, checkpoint=at[-1])
    assert at[-1].round == 2
    assert np.array_equal(whole.model.weights, again.model.weights)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"privacy": "eps-8", "boosting": {"rounds": 0}}, "noise of their own"),
        ({"training": {"rounds": 0}, "boosting": {"rounds": 3}}, "nothing to mask"),
        ({"training": {"strategy": "trimmed-mean"}}, "needs each site's own update"),
        ({"training": {"strategy": "scaffold"}}, "needs each site's own update"),
    ],
)
def test_what_cannot_be_had_together_is_said(fields, says):
    document = contract().document() | {"masked": True} | fields
    document.pop("leaves")
    with pytest.raises(InvalidContract, match=says):
        read_contract(document)


def test_contracts_without_it_keep_their_hash():
    assert "masked" not in contract().document()
    assert contract(masked=True).fewest == 3
    assert contract().fewest == 2
