"""Requests of a hostile or outdated server: a site names what is wrong and answers, and nothing is computed from them."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.messages import Reply
from federated.models.boosting import PARTS, blank_forest
from federated.run.engine import drive
from federated.run.inspection import Inspection
from federated.site.site import Site
from federated.site.store import InMemory

from .sites import contract, rows


def site_of(agreed, number: int = 0) -> Site:
    """The same whenever it is made: a site that was restarted."""
    return Site(f"site-{number}", agreed, rows(number), InMemory(f"secret of {number}".encode()))


def requests_of(agreed):
    """Of an honest run, each kind's last one, and the site's own replies to what came before it."""
    together, found = [site_of(agreed, number) for number in range(4)], {}

    def ask(request):
        found[request.kind] = replace(request, arrays={name: array.copy() for name, array in request.arrays.items()})
        return [site.answer(request) for site in together if request.is_for(site.name)]

    drive(agreed, "1", ask)
    return found


@pytest.fixture(scope="module")
def asked():
    agreed = contract(tree_rounds=2, rounds=2, strategy="scaffold")
    first = agreed.features[0].model_copy(update={"low": None})  # so that its range is asked for
    agreed = agreed.model_copy(update={"features": (first, *agreed.features[1:])})
    found = requests_of(agreed)
    masked = contract(rounds=2, masked=True)
    found_masked = requests_of(masked)
    assert set(found) | set(found_masked) == set(Kind)
    return dict.fromkeys(found, (agreed, found)) | {Kind.SUM: (masked, found_masked)}


def restarted(asked, kind):
    """A site that has done what such a request rests on."""
    agreed, found = asked[kind]
    site = site_of(agreed)
    for before in {Kind.VOTE: [Kind.GROW], Kind.SUM: [Kind.TRAIN]}.get(kind, []):
        assert not site.answer(found[before]).error
    return site


KINDS = list(Kind)
ARRAYS = {
    "as another kind of number": lambda a: a.astype(np.complex128) if a.dtype.kind != "U" else a.astype("S"),
    "with one dimension more": lambda a: a[None],
    "one shorter": lambda a: a[:-1] if a.ndim else a[None][:0],
    "all NaN": lambda a: np.full_like(a, np.nan) if a.dtype.kind == "f" else a[..., None],
    "all as large as can be": lambda a: (
        np.full_like(a, np.finfo(a.dtype).max)
        if a.dtype.kind == "f"
        else np.full_like(a, np.iinfo(a.dtype).max)
        if a.dtype.kind in "iu"
        else a[None]
    ),
    "all below nothing": lambda a: np.full_like(a, -7) if a.dtype.kind in "if" else a[None],
    "backwards": lambda a: a[..., ::-1].copy() if a.ndim else a[None],
}


def of_another(request):
    """(what was changed, the request) of every array of it in every way, and of arrays too few and too many."""
    yield "too many", replace(request, arrays={**request.arrays, "rows": np.zeros(3)})
    for name, array in request.arrays.items():
        yield f"without {name}", replace(request, arrays={n: a for n, a in request.arrays.items() if n != name})
        for how, change in ARRAYS.items():
            yield f"{name} {how}", replace(request, arrays={**request.arrays, name: change(array)})


# What another order of the same numbers may be, or is: honest requests may look so.
MAY_BE = {"groups", "shares", "weights", "control", "feature", "cut", "missing_left", "value", "step", "calibration"}
MEMBERS = {"names", "keys", "signers", "signatures"}  # their own test: test_members.py
CONSTANT = "quantiles all below nothing"  # a feature that never moves


@pytest.mark.parametrize("kind", KINDS)
def test_a_site_refuses_or_answers_as_agreed_whatever_it_is_sent(asked, kind):
    agreed, found = asked[kind]
    refused = 0
    for what, request in of_another(found[kind]):
        reply = restarted(asked, kind).answer(request)
        if reply.error:
            code = "key_not_signed" if what.split()[0] in MEMBERS else "invalid_request"
            assert reply.error.partition(":")[0] in ("invalid_request", code), (what, reply.error)
            assert "Remedy: " in reply.error, what
            assert not reply.arrays
            refused += 1
        else:
            usable = Inspection(agreed).of(request, [reply])
            assert not usable[0].error, (what, usable[0].error)
            is_order = kind is Kind.VOTE and what == "names backwards"
            assert what.split()[0].removeprefix("growing_") in MAY_BE or what == CONSTANT or is_order, what
    assert refused >= 1 + 4 * len(found[kind].arrays)


def test_every_request_of_an_honest_run_is_answered(asked):
    for kind, (_agreed, found) in asked.items():
        assert not restarted(asked, kind).answer(found[kind]).error


def huge(agreed, found):
    return replace(found, arrays={**found.arrays, "weights": np.full_like(found.arrays["weights"], 1e4)})


@pytest.mark.parametrize("kind", [Kind.TRAIN, Kind.CALIBRATE, Kind.FINISH])
def test_a_model_at_the_edge_of_what_is_allowed_is_answered_in_numbers_or_refused(asked, kind):
    agreed, found = asked[kind]
    deep = agreed.model_copy(update={"model": agreed.model.model_copy(update={"hidden": (16,) * 8})})
    for given in (agreed, deep):
        request = requests_of(given)[kind] if given is deep else found[kind]
        reply = site_of(given).answer(huge(given, request))
        assert reply.error.partition(":")[0] in ("", "invalid_request", "training_diverged"), reply.error
        assert all(np.isfinite(array).all() for array in reply.arrays.values())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda a: {**a, "weights": np.full_like(a["weights"], 3e38)}, "No weight is beyond 10,000"),
        (lambda a: {**a, "feature": np.full_like(a["feature"], 9)}, "features of the contract"),
        (lambda a: {**a, **dict(zip(PARTS, blank_forest(40, 3).arrays().values(), strict=True))}, "at most 4 trees"),
        (lambda a: {**a, "quantiles": a["quantiles"][:, ::-1]}, "Quantiles rise"),
        (lambda a: {**a, "calibration": np.array([1.0, 3e38])}, "A calibration is bounded"),
    ],
)
def test_the_refusal_names_what_is_wrong(asked, change, says):
    agreed, found = asked[Kind.TRAIN]
    request = found[Kind.TRAIN]
    reply = site_of(agreed).answer(replace(request, arrays=change(request.arrays)))
    assert says in reply.error
    assert isinstance(reply, Reply)
