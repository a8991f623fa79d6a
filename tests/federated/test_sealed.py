"""What a server may ask to read one site's table, and what the site answers: one mask never covers two tables."""

import itertools
from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.keys import new_key, write_key
from federated.agreed.messages import Request
from federated.factory.home import Home
from federated.models.boosting import PARTS, blank_forest, forest_of, gradients
from federated.models.growing import GROWING, OF_SITES
from federated.privacy import sums
from federated.rows.partition import Parts
from federated.run.engine import drive
from federated.site.asked import MOST_RUNS
from federated.site.growth import MOST_SETS, settled
from federated.site.site import Site
from federated.site.store import InMemory

from .sites import contract, rows


def site_of(agreed, number: int = 0, store=None) -> Site:
    return Site(f"site-{number}", agreed, rows(number), store or InMemory(f"secret of {number}".encode()))


class EnoughHeard(Exception):
    pass


def grown(agreed, count: int = 4, rounds: int = 1):
    """The first requests for trees, and for votes on them, of an honest run, as they were sent."""
    together, found = [site_of(agreed, number) for number in range(count)], []

    def ask(request):
        if request.kind in (Kind.GROW, Kind.VOTE):
            found.append(replace(request, arrays={name: array.copy() for name, array in request.arrays.items()}))
        if request.round > rounds:
            raise EnoughHeard
        return [site.answer(request) for site in together if request.is_for(site.name)]

    with suppress(EnoughHeard):
        drive(agreed, "1", ask)
    return found


def put(request, **arrays):
    return replace(request, arrays={**request.arrays, **arrays})


def other_way(array):
    """The same bytes, read in the other order."""
    return array.view(array.dtype.newbyteorder(">"))


@pytest.mark.parametrize(
    "name", ["scale", "quantiles", "growing_cut", "cut", "value", "feature", "step", "columns", "names"]
)
def test_the_same_bytes_in_another_order_are_refused_and_are_another_request(name):
    """With a scale of 6e-320 the table was nothing, under the very mask of an honest scale: the difference was the table."""
    agreed = contract(tree_rounds=2)
    request = [heard for heard in grown(agreed) if heard.kind is Kind.GROW][-1]
    request = put(request, scale=np.array(2.0**20))
    turned = put(request, **{name: other_way(request.arrays[name])})
    assert request.arrays[name].tobytes() == turned.arrays[name].tobytes()
    assert request.digest() != turned.digest(), "and so another mask"
    assert not site_of(agreed).answer(request).error
    reply = site_of(agreed).answer(turned)
    assert reply.error.startswith("invalid_request")
    assert "lowest byte first" in reply.error
    assert not reply.arrays


@pytest.mark.parametrize("scale", [5e-324, 2.0**-1, 3.0, 2.0**20 + 1, 2.0**31, np.inf])
def test_a_scale_that_no_sum_is_written_in_is_refused(scale):
    agreed = contract(tree_rounds=1)
    assert "scale" in site_of(agreed).answer(put(grown(agreed)[0], scale=np.array(scale))).error


def test_every_agreed_scale_is_answered():
    agreed = contract(tree_rounds=1)
    request, site = grown(agreed)[0], site_of(agreed)
    for rows_of_all in (1, 1000, 3_000_000, 2**30):
        assert not site.answer(put(request, scale=np.array(sums.scale_for(rows_of_all)))).error


def test_arrays_of_other_names_shapes_and_kinds_are_other_requests():
    def digest(**arrays):
        return Request(Kind.GROW, "1", "c", 1, arrays).digest()

    zeros = np.zeros(4, np.int16)
    other = (
        {"a": zeros.reshape(2, 2)},
        {"a": zeros.view(np.int32)},
        {"a": zeros.view(np.float16)},
        {"b": zeros},
        {"a": zeros[:2], "b": zeros[:2]},
        {"a": zeros[:1], "b": zeros[:3]},
    )
    assert len({digest(a=zeros), *(digest(**arrays) for arrays in other)}) == 1 + len(other)
    assert digest(a=zeros) != Request(Kind.VOTE, "1", "c", 1, {"a": zeros}).digest()


def without(request, name: str):
    """As a server asks that says a site dropped out."""
    keep = request.arrays["names"] != name
    each = ("names", "groups", "keys", "signers", "signatures")
    return put(request, **{part: request.arrays[part][keep] for part in each})


def read(together, request, scale: float = 2.0**20):
    """The sum that a server reads."""
    request = put(request, scale=np.array(scale))
    names = set(request.arrays["names"].tolist())
    replies = [site.answer(request) for site in together if site.name in names]
    assert not any(reply.error for reply in replies), [reply.error for reply in replies]
    return sums.unmask([reply.arrays["table"] for reply in replies], scale)


@pytest.mark.parametrize("cuts", ["best", "random"])
def test_sums_over_all_and_over_all_but_one_do_not_tell_the_one(cuts):
    """Both were answered over the very same rows: their difference was that site's table, to the last digit."""
    agreed = contract(tree_rounds=2)
    agreed = agreed.model_copy(update={"boosting": agreed.boosting.model_copy(update={"cuts": cuts})})
    request, together = next(r for r in grown(agreed) if r.kind is Kind.GROW), [site_of(agreed, n) for n in range(4)]
    found = read(together, request) - read(together, without(request, "site-3"))
    growth = together[3].growth
    forest, growing = (forest_of({part: request.arrays[name + part] for part in PARTS}) for name in ("", GROWING))
    derivatives = gradients(forest.logits(growth.values), growth.labels)
    table = growth._leaves if cuts == "random" else partial(growth._histograms, mine=range(len(growing)))
    own = table(request, growing, derivatives)
    assert np.abs(found[1] - own[1].reshape(found[1].shape)).max() > 0.4, "two rows more or fewer, of other sites"


def test_drawn_cuts_give_sums_that_rows_can_have_in_every_leaf():
    """Trees over samples of their own had other totals, and the last leaf took up what that came to."""
    agreed = contract(tree_rounds=2)
    agreed = agreed.model_copy(update={"boosting": agreed.boosting.model_copy(update={"cuts": "random", "row_share": 0.5})})
    request, together = next(r for r in grown(agreed) if r.kind is Kind.GROW), [site_of(agreed, n) for n in range(4)]
    assert read(together, request)[1].min() >= 0


def test_a_run_over_other_members_draws_other_rows():
    agreed = contract(tree_rounds=1)
    together = [site_of(agreed, number) for number in range(4)]
    request = next(r for r in grown(agreed) if r.kind is Kind.GROW)
    members = {site.name: site.growth.key("2") for site in together}
    names = request.arrays["names"].tolist()
    keys = {many: np.array([members[name][one] for name in names]) for one, many in OF_SITES.items()}
    second = without(replace(put(request, **keys), run="2"), "site-3")
    assert (read(together, request) - read(together, second))[1].min() < -0.2


def test_the_same_request_is_answered_with_the_same_bytes_also_after_a_restart():
    agreed = contract(tree_rounds=1)
    request = next(r for r in grown(agreed) if r.kind is Kind.GROW)
    one, other = (site_of(agreed).answer(request).arrays["table"] for _ in range(2))
    assert np.array_equal(one, other)


def asked_over(site, request, count: int):
    """The errors of so many sets of sites, one after the other."""
    names = request.arrays["names"].tolist()
    found = []
    for size in range(3, len(names)):
        for others in itertools.combinations([name for name in names if name != site.name], size - 1):
            smaller = request
            for name in set(names) - {site.name, *others}:
                smaller = without(smaller, name)
            found.append(site.answer(smaller).error)
    return found[:count]


@pytest.mark.parametrize("kind", [Home, InMemory])
def test_a_round_is_summed_over_few_sets_of_sites_also_by_a_site_that_was_restarted(tmp_path, kind):
    agreed = contract(tree_rounds=1)
    store = Home(tmp_path) if kind is Home else InMemory(b"secret of 0")
    if kind is Home:
        write_key(store.key_file, new_key())
    request = next(r for r in grown(agreed, 6) if r.kind is Kind.GROW)
    own = site_of(agreed, 0, store).growth.key("1")
    changed = {many: np.array([own[one], *request.arrays[many][1:]]) for one, many in OF_SITES.items()}
    request = put(request, **changed)
    errors = asked_over(site_of(agreed, 0, store), request, 12)
    assert [bool(error) for error in errors] == [False] * MOST_SETS + [True] * 4
    assert errors[-1].startswith("summed_enough")
    assert site_of(agreed, 0, store).answer(request).error.startswith("summed_enough"), "nor by another process"


def test_trees_that_see_all_rows_are_summed_over_the_same_sites_always():
    agreed = contract(tree_rounds=2)
    agreed = agreed.model_copy(update={"boosting": agreed.boosting.model_copy(update={"row_share": 1.0})})
    request, site = next(r for r in grown(agreed) if r.kind is Kind.GROW), site_of(agreed)
    assert not site.answer(request).error
    assert "same sites always" in site.answer(without(request, "site-3")).error
    assert "same sites always" in site.answer(without(replace(request, round=2), "site-3")).error


def test_no_table_leaves_a_site_that_is_asked_alone_whatever_the_quorum():
    agreed = contract(tree_rounds=1, quorum=1)
    request = next(r for r in grown(agreed) if r.kind is Kind.GROW)
    for name in ("site-1", "site-2", "site-3"):
        request = without(request, name)
    assert "3 sites at least" in site_of(agreed).answer(request).error


def test_a_contract_ends_after_so_many_runs():
    agreed = contract(tree_rounds=1)
    store = InMemory(b"secret of 0")
    for number in range(MOST_RUNS):
        assert store.claim(f"contract-{agreed.hash}", "runs", f"invented {number}", MOST_RUNS)
    request = next(r for r in grown(agreed) if r.kind is Kind.GROW)
    assert "runs at most" in site_of(agreed, 0, store).answer(request).error


def test_a_site_whose_rows_were_changed_answers_no_run_that_it_began_before():
    """One mask covered the tables of both: a row more was read from their difference."""
    agreed = contract(tree_rounds=1)
    request = next(r for r in grown(agreed) if r.kind is Kind.GROW)
    found = rows(0)
    found.labels[0] = 1 - found.labels[0]
    more = Site("site-0", agreed, found, InMemory(b"secret of 0"), parts=Parts(found, found, found))
    reply = more.answer(request)
    assert reply.error.startswith("other_rows")
    assert not reply.arrays


def test_a_node_that_is_no_split_does_not_make_another_state_of_the_trees():
    forest = blank_forest(2, 3)
    other = blank_forest(2, 3)
    other.cut[:], other.missing_left[:], other.value[:] = 7.0, True, -0.0
    assert settled(forest) == settled(other)
    other.feature[0, 0] = 1
    assert settled(forest) != settled(other)


def test_the_same_keys_under_names_that_are_nobodys_give_no_table_without_masks():
    """Secrets were remembered by the keys alone: of invented names none was found, and the table went out plain."""
    agreed = contract(tree_rounds=1)
    request = next(r for r in grown(agreed) if r.kind is Kind.GROW)
    site = site_of(agreed)
    assert not site.answer(request).error
    reply = site.answer(put(request, names=np.array(["site-0", "x", "y", "z"])))
    assert reply.error.startswith("key_not_signed")
    assert not reply.arrays
