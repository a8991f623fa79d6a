"""A guarded contract: who spoils its half of the sites again and again is left out by name, and nobody honest is."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Boosting, Kind, read_contract
from federated.agreed.errors import InvalidContract
from federated.agreed.leaving import GUARDED
from federated.models.defect import untrained
from federated.run.checkpoints import pack_checkpoint, unpack_checkpoint
from federated.run.conductor import conduct
from federated.run.engine import drive
from federated.run.growth import grow
from federated.run.steps import Checkpoint
from federated.run.watch import BAR, Watch, packed, watch_of
from federated.server.desk import describe
from federated.site.site import Site

from .sites import contract, rows

HOSTILE = "site-0"


def guarded(rounds: int = 14, **changes):
    boosting = Boosting(rounds=rounds, side_by_side=4, depth=3, bins=32)
    return contract(**{"rounds": 1, "guarded": True, "quorum": 3, "boosting": boosting, **changes})


def turned_over(found):
    return replace(found, labels=(1 - found.labels).astype(np.int8))


def factories(agreed, count: int = 6, spoil=lambda found: found):
    given = [rows(number, 500) for number in range(count)]
    return [Site(f"site-{n}", agreed, spoil(found) if n == 0 else found) for n, found in enumerate(given)]


def lies(request, reply):
    """For its own half, against the other one."""
    if request.kind is not Kind.VOTE or reply.site != HOSTILE:
        return reply
    mine = dict(zip(request.arrays["names"].tolist(), request.arrays["groups"].tolist(), strict=True))[HOSTILE]
    told = {n: (-10.0 if n.endswith(str(mine)) else 10.0) for n in reply.metrics if n.startswith("change")}
    return replace(reply, metrics=reply.metrics | told)


def test_halves_are_drawn_from_a_secret_that_nobody_can_forget_to_give():
    with pytest.raises(TypeError, match="secret"):
        conduct(contract(), "1", None)
    with pytest.raises(TypeError, match="secret"):
        grow(contract(), "1", Checkpoint(0, None))


def run(agreed, together, checkpoint=None, secret=b"halves"):
    heard, reports = [], []

    def ask(request):
        heard.append(replace(request, arrays={name: array.copy() for name, array in request.arrays.items()}))
        return [lies(request, site.answer(request)) for site in together if request.is_for(site.name)]

    end = drive(agreed, "1", ask, watch=reports.append, checkpoint=checkpoint, secret=secret)
    return end, reports, heard


def grown(reports):
    return [report for report in reports if report.kind is Kind.GROW]


def test_turned_labels_are_named_and_the_trees_begin_again_without_the_site():
    agreed = guarded(20)
    end, reports, heard = run(agreed, factories(agreed, spoil=turned_over))
    rounds = grown(reports)
    named = next(report.round for report in rounds if HOSTILE in report.failed)
    assert named <= 12
    assert {site for report in reports for site in report.failed} == {HOSTILE}, "nobody honest"
    assert rounds[-1].failed[HOSTILE].startswith("excluded: ")
    assert "Remedy: " in rounds[-1].failed[HOSTILE]
    start = rounds[named - 1]
    assert start.is_new_start
    assert start.checkpoint is not None
    assert len(start.checkpoint.model.forest) == 0
    assert len(end.model.forest) == 20 * 4, "what was thrown away is made up for"
    later = [q for q in heard[heard.index(next(q for q in heard if q.round == named + 1)) :] if q.kind is not Kind.KEY]
    assert later
    assert not any(request.is_for(HOSTILE) for request in later), "of the network and of the end, too"
    assert reports[-1].kind is Kind.FINISH
    assert reports[-1].failed[HOSTILE].startswith("excluded: ")


def test_no_state_of_the_model_is_grown_in_two_splits():
    agreed = guarded(20)
    _end, _reports, heard = run(agreed, factories(agreed, spoil=turned_over))
    splits: dict[bytes, set[tuple[int, ...]]] = {}
    for request in heard:
        if request.kind is Kind.GROW and request.arrays["groups"].any():
            state = request.arrays["value"].tobytes() + request.arrays["cut"].tobytes()
            splits.setdefault(state, set()).add(tuple(request.arrays["groups"].tolist()))
    assert len(splits) > 3
    assert all(len(found) == 1 for found in splits.values())
    assert len(set.union(*splits.values())) > 1, "drawn anew for each"


def test_a_site_cannot_tell_its_half_before_from_what_it_knows():
    """Halves were drawn from the contract's own seed: a hostile site knew all of them before the run."""
    agreed, names = guarded(), [f"site-{number}" for number in range(6)]

    def halves(secret):
        return [tuple(Watch(agreed, secret=secret).groups(names, trees).values()) for trees in range(0, 48, 4)]

    assert halves(b"one run") == halves(b"one run"), "taken up again it draws the same"
    assert halves(b"one run") != halves(b"another")
    assert all(sum(half) == 3 for half in halves(b"one run"))
    drawn = [Watch(agreed, secret=bytes([n])).groups(names, 0)[HOSTILE] for n in range(200)]
    assert 60 < sum(drawn) < 140, "either half is as likely"


def test_halves_are_drawn_from_the_runs_secret():
    agreed = guarded(1)

    def first(secret):
        _end, _reports, heard = run(agreed, factories(agreed), secret=secret)
        return next(tuple(q.arrays["groups"].tolist()) for q in heard if q.kind is Kind.GROW)

    assert len({first(bytes([number])) for number in range(6)}) > 1


def test_honest_factories_are_all_kept_and_later_rounds_grow_together():
    agreed = guarded(seed=1)
    end, reports, heard = run(agreed, factories(agreed))
    assert not any(report.failed or report.doubts for report in reports)
    halves = {q.round for q in heard if q.kind is Kind.GROW and q.arrays["groups"].any()}
    assert halves == set(range(1, 13)), "by these draws: one of a hundred honest halves is refused, and halves go on"
    assert len(end.model.forest) >= 12 * 2 + 2 * 4


def test_outside_sites_judge_the_other_half_by_all_their_rows_and_their_own_not_at_all():
    agreed = guarded(2)
    together = factories(agreed)
    _end, _reports, heard = run(agreed, together)
    vote = next(request for request in heard if request.kind is Kind.VOTE)
    groups = dict(zip(vote.arrays["names"].tolist(), vote.arrays["groups"].tolist(), strict=True))
    for site in together:
        other = 1 - groups[site.name]
        assert set(site.answer(vote).metrics) == {f"change_{other}", f"error_{other}"}


def test_with_five_factories_it_is_as_without():
    agreed = guarded(4)
    _end, reports, heard = run(agreed, factories(agreed, 5, turned_over))
    assert not any(q.arrays["groups"].any() for q in heard if q.kind is Kind.GROW)
    assert not any(report.failed for report in reports)


def test_a_run_that_is_taken_up_again_knows_who_is_left_out():
    agreed = guarded(20)
    together = factories(agreed, spoil=turned_over)
    _end, reports, _heard = run(agreed, together)
    stopped = next(report for report in grown(reports) if HOSTILE in report.failed)
    assert stopped.checkpoint is not None
    kept = unpack_checkpoint(pack_checkpoint(stopped.checkpoint))
    _end, again, heard = run(agreed, together, kept)
    assert not any(request.is_for(HOSTILE) for request in heard)
    assert all(HOSTILE in report.failed for report in again if report.kind is not Kind.CALIBRATE)


def test_what_is_remembered_survives_a_checkpoint():
    agreed = guarded()
    watch = Watch(agreed, {"a": "excluded: x"}, {"b": "suspected: x"}, {"b": 1.5}, 3, 1, 2, {"b": 1, "c": 0}, 8)
    model = untrained(agreed, np.zeros((2, 257)))
    assert watch_of(agreed, unpack_checkpoint(pack_checkpoint(Checkpoint(8, model, notes=packed(watch))))) == watch
    assert watch_of(agreed, Checkpoint(0, model)) == Watch(agreed)
    assert watch_of(agreed, Checkpoint(8, model)).turns(9) == 1, "of an earlier version: nothing is to be made up for"


def test_who_looks_so_after_the_first_rounds_is_doubted_and_not_left_out():
    watch = Watch(guarded(), suspicion={"a": BAR, "b": 0.0}, grown=13)
    assert watch.suspect(dict.fromkeys("ab")) == ""
    assert list(watch.doubted) == ["a"]
    watch = Watch(guarded(), suspicion={"a": BAR, "b": BAR - 2}, grown=5)
    assert watch.suspect(dict.fromkeys("ab")) == "", "two who look alike: nobody"
    watch = Watch(guarded(), suspicion={"a": BAR, "b": BAR - 4}, grown=5)
    assert watch.suspect(dict.fromkeys("ab")) == "a"


def test_a_round_says_by_whom_it_was_refused_and_whom_somebody_should_ask():
    agreed = guarded(4)
    _end, reports, _heard = run(agreed, factories(agreed))
    told = describe(replace(grown(reports)[0], doubts={"a": "suspected: x"}), 1.0)
    assert (told["refused"], told["doubts"]) == (None, {"a": "suspected: x"})


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (
            {"privacy": "eps-8", "training": {"rounds": 0}, "boosting": {"rounds": 2, "cuts": "random"}},
            "no privacy level covers",
        ),
        ({"boosting": {"rounds": 2, "side_by_side": 3}}, "an even number of trees"),
        ({"boosting": {"rounds": 0}}, "an even number of trees"),
        ({"boosting": {"rounds": 2, "cuts": "random"}}, "an even number of trees"),
    ],
)
def test_what_does_not_go_with_it_is_refused(changes, rule):
    found = contract().document() | {"guarded": True}
    found.pop("leaves")
    for name, value in changes.items():
        found[name] = {**found[name], **value} if isinstance(value, dict) else value
    if "boosting" not in changes:
        found["boosting"] = {"rounds": 2}
    with pytest.raises(InvalidContract, match=rule):
        read_contract(found)


def test_a_contract_without_it_keeps_its_hash_and_one_with_it_says_what_leaves():
    assert "guarded" not in contract().document()
    assert GUARDED in guarded().leaves
    assert GUARDED not in contract().leaves
