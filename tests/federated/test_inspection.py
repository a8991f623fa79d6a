"""Replies of a hostile or outdated site: each is named by rule before anything uses it, and the run goes on."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.messages import Reply, Request
from federated.flower.records import record_to_request, request_to_record
from federated.run.engine import drive
from federated.run.inspection import Inspection

from .sites import contract, sites

HOSTILE = "site-3"


def conversation(agreed, count=4, change=lambda request, reply: reply):
    """Of a whole run: all requests with their replies, the reports, the model, and what the hostile site was told."""
    together, heard, reports, told = sites(agreed, count), [], [], []

    def ask(request):
        told.append(request.faults)
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        replies = [change(request, reply) if reply.site == HOSTILE else reply for reply in replies]
        # The trees grow in the request's own arrays.
        heard.append((replace(request, arrays={name: a.copy() for name, a in request.arrays.items()}), replies))
        return replies

    end = drive(agreed, "1", ask, watch=reports.append)
    return heard, reports, end.model, told


@pytest.fixture(scope="module")
def honest():
    agreed = contract(tree_rounds=2, rounds=2)
    return agreed, conversation(agreed)


def put(name, value):
    return lambda reply: replace(reply, arrays={**reply.arrays, name: value(reply.arrays[name])})


def without(name):
    return lambda reply: replace(reply, arrays={key: a for key, a in reply.arrays.items() if key != name})


def say(**figures):
    return lambda reply: replace(reply, metrics={**reply.metrics, **figures})


def cell(place, value):
    def change(array):
        changed = array.copy()
        changed.flat[place] = value
        return changed

    return change


CASES = {
    "counts missing": (Kind.COUNT, without("counts"), "invalid_update"),
    "counts of another shape": (Kind.COUNT, put("counts", lambda a: a[:, :-1]), "invalid_update"),
    "counts of another kind": (Kind.COUNT, put("counts", lambda a: a.astype(float)), "invalid_update"),
    "counts below nothing": (Kind.COUNT, put("counts", cell(0, -5)), "invalid_update"),
    "more values than rows": (Kind.COUNT, put("counts", lambda a: a * 10**6), "invalid_update"),
    "counts that overflow": (Kind.COUNT, put("counts", lambda a: np.full_like(a, 2**62)), "invalid_update"),
    "an array too many": (
        Kind.COUNT,
        lambda r: replace(r, arrays={**r.arrays, "rows": np.zeros(3)}),
        "invalid_update",
    ),
    "a short key": (Kind.KEY, put("key", lambda a: a[:8]), "invalid_update"),
    "a signer of another kind": (Kind.KEY, put("signer", lambda a: a.astype(float)), "invalid_update"),
    "a key that it did not sign": (Kind.KEY, put("key", lambda a: a[::-1].copy()), "key_not_signed"),
    "a table of another shape": (Kind.GROW, put("table", lambda a: a[:, :1, :1]), "invalid_update"),
    "a table of floats": (Kind.GROW, put("table", lambda a: a.astype(np.float32)), "invalid_update"),
    "weights missing": (Kind.TRAIN, without("weights"), "invalid_update"),
    "NaN in the weights": (Kind.TRAIN, put("weights", cell(3, np.nan)), "invalid_update"),
    "weights of 3e38": (Kind.TRAIN, put("weights", lambda a: np.full_like(a, 3e38)), "too_far"),
    "weights in double": (Kind.TRAIN, put("weights", lambda a: a.astype(np.float64)), "invalid_update"),
    "weights of another model": (Kind.TRAIN, put("weights", lambda a: a[:-1]), "invalid_update"),
    "NaN in the sums": (Kind.CALIBRATE, put("sums", cell(1, np.nan)), "invalid_update"),
    "sums of another shape": (Kind.CALIBRATE, put("sums", lambda a: a.T), "invalid_update"),
    "a Hessian that no rows have": (Kind.CALIBRATE, put("sums", cell(5, 1e9)), "invalid_update"),
    "a negative Hessian": (Kind.CALIBRATE, put("sums", lambda a: -np.abs(a)), "invalid_update"),
    "an AUROC of 7": (Kind.TRAIN, say(auroc=7.0), "impossible_figures"),
    "a loss below 0": (Kind.TRAIN, say(loss=-0.5), "impossible_figures"),
    "an infinite loss": (Kind.TRAIN, say(loss=float("inf")), "impossible_figures"),
    "more defects than rows": (Kind.TRAIN, say(positives=31.0, rows=30.0), "impossible_figures"),
    "more held-out rows than told": (Kind.TRAIN, say(rows=31.0), "impossible_figures"),
    "an AUPRC of 9 at the end": (Kind.FINISH, say(federated_auprc=9.0), "impossible_figures"),
    "a gain of 3": (Kind.FINISH, say(gain=3.0), "impossible_figures"),
    "a choice that there is not": (Kind.FINISH, say(choice=17.0), "impossible_figures"),
    "a million million test rows": (Kind.FINISH, say(test_rows=1e12), "impossible_figures"),
    "no rows": (Kind.TRAIN, lambda r: replace(r, examples=0), "invalid_update"),
    "rows below nothing": (Kind.TRAIN, lambda r: replace(r, examples=-3), "invalid_update"),
    "more rows than told": (Kind.TRAIN, lambda r: replace(r, examples=r.examples + 1), "rows_changed"),
    "more rows than a number holds": (Kind.FINISH, lambda r: replace(r, examples=10**12), "invalid_update"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_is_named_and_nobody_else_is(honest, name):
    agreed, (heard, _reports, _model, _told) = honest
    kind, change, code = CASES[name]
    inspection, is_met = Inspection(agreed), False
    for request, replies in heard:
        is_last = request.kind is kind
        found = inspection.of(request, [change(r) if is_last and r.site == HOSTILE else r for r in replies])
        if is_last:
            errors = {reply.site: reply.error for reply in found if reply.error}
            assert list(errors) == [HOSTILE]
            assert errors[HOSTILE].startswith(f"{code}: ")
            assert "Remedy: " in errors[HOSTILE]
            assert not next(r for r in found if r.site == HOSTILE).arrays
            assert inspection.faults == errors
            is_met = True
            break
        assert not inspection.faults
    assert is_met


def test_a_fault_waits_for_the_next_request_to_its_site():
    """Trees go on without it, and its key is asked of others: it still has to hear why it was left out."""
    agreed = contract(tree_rounds=1)
    inspection, request, site = Inspection(agreed), Request(Kind.KEY, "1", agreed.hash), sites(agreed, 1)[0]
    inspection.of(request, [Reply(site.name, {"key": np.zeros(3, np.uint8)}, 9)])
    fault = dict(inspection.faults)
    assert list(fault) == [site.name]
    for others in (frozenset({"beta"}), frozenset({"gamma"})):
        inspection.of(replace(request, sites=others), [])
        assert inspection.faults == fault
    inspection.of(request, [Reply(site.name, site.growth.key("1"), 9)])
    assert inspection.faults == {}


def test_an_honest_run_breaks_no_rule(honest):
    _agreed, (heard, reports, _model, told) = honest
    assert not any(report.failed for report in reports)
    assert not any(told)
    assert {request.kind for request, _replies in heard} == set(Kind) - {Kind.RANGE, Kind.SUM}


def test_figures_that_nobody_knows_are_left_away_and_seconds_and_texts_are_cut(honest):
    agreed, (heard, *_others) = honest
    request, replies = next((q, r) for q, r in heard if q.kind is Kind.TRAIN)
    odd = replace(replies[0], metrics={**replies[0].metrics, "<script>": 1.0}, seconds=float("nan"))
    found = Inspection(agreed).of(request, [odd, *replies[1:3], Reply(HOSTILE, error="x: " + "long " * 10**6)])
    assert "<script>" not in found[0].metrics
    assert found[0].seconds == 0
    assert len(found[3].error) <= 1000


def test_every_update_times_minus_fifty_is_named_and_the_model_is_that_of_the_others():
    agreed = contract(rounds=3)

    def change(request, reply):
        if request.kind is not Kind.TRAIN:
            return reply
        before = request.arrays["weights"]
        return replace(reply, arrays={"weights": before - 50 * (reply.arrays["weights"] - before)})

    _heard, reports, model, told = conversation(agreed, change=change)
    rounds = [report for report in reports if report.kind is Kind.TRAIN]
    assert [sorted(report.failed) for report in rounds] == [[HOSTILE]] * 3
    assert all(report.failed[HOSTILE].startswith("too_far: ") for report in rounds)
    assert np.isfinite(model.weights).all()
    assert np.abs(model.weights).max() < 10
    assert [HOSTILE in faults for faults in told].count(True) == 3, "the site is told with the next request"


def test_a_site_that_breaks_a_rule_with_every_reply_ends_no_run():
    """One missing array of one site ended the ServerApp at its first reply, and the page blamed nobody."""
    agreed = contract(tree_rounds=2, rounds=2)
    changes = {kind: change for kind, change, _code in CASES.values()}
    _heard, reports, model, _told = conversation(agreed, change=lambda q, r: changes[q.kind](r) if q.kind in changes else r)
    assert reports[-1].kind is Kind.FINISH
    assert len(reports[-1].used) == 3
    assert {site for report in reports for site in report.failed} == {HOSTILE}
    assert np.isfinite(np.concatenate([model.weights, model.calibration])).all()


def test_a_site_hears_of_its_own_fault_and_of_nobody_elses():
    request = Request(Kind.TRAIN, "1", "ab" * 32, 2, faults={"site-1": "too_far: rule", HOSTILE: "invalid_update: rule"})
    heard = {site: record_to_request(request_to_record(request, site)).faults for site in ("site-0", "site-1", HOSTILE)}
    assert heard == {"site-0": {}, "site-1": {"": "too_far: rule"}, HOSTILE: {"": "invalid_update: rule"}}
