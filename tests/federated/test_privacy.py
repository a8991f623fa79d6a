"""Differential privacy: the accountant, the budget, and training that keeps to them."""

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
import torch

from federated.agreed.contracts import DELTA, Boosting, Kind, read_contract, said
from federated.agreed.errors import FederatedError, InvalidContract
from federated.agreed.keys import new_key, write_key
from federated.factory.home import Home, Settings
from federated.models.boosting import blank_forest
from federated.models.network import Embedding
from federated.privacy import accounting as privacy
from federated.privacy.accounting import Spending, check_budget, epsilon, spending
from federated.privacy.dp_sgd import embedding_gradients
from federated.rows import statistics
from federated.run.engine import drive, run_in_process
from federated.site.site import Site
from federated.site.store import InMemory

from .sites import contract, rows, sites

pytestmark = pytest.mark.long


def private(level: str = "eps-8", **changes):
    agreed = contract(rounds=2, batch_size=64, **changes)
    return agreed.model_copy(update={"privacy": level, "boosting": Boosting(rounds=0)})


def test_the_accountant_knows_the_gaussian_mechanism():
    # A step over all rows is one Gaussian release; its exact curve is Balle & Wang 2018, theorem 8.
    cdf = NormalDist().cdf
    for noise, steps in ((4.0, 1), (4.0, 4)):
        found, sigma = epsilon((Spending(1000.0, noise, 1.0, steps),)), noise / steps**0.5
        delta = cdf(1 / (2 * sigma) - found * sigma) - math.exp(found) * cdf(-1 / (2 * sigma) - found * sigma)
        assert delta == pytest.approx(DELTA, rel=0.1)
    assert epsilon(()) == 0.0


@pytest.mark.parametrize(("level", "most"), [("eps-8", 8.0), ("eps-3", 3.0)])
def test_a_run_stays_within_its_level_and_wastes_little_of_it(level, most):
    found = spending(level, 0.1, 120)
    assert 0.9 * most < epsilon((found,)) <= most


def test_less_privacy_needs_less_noise():
    assert spending("eps-8", 0.1, 120).noise < spending("eps-3", 0.1, 120).noise


def test_a_data_set_that_has_spent_its_budget_is_not_used_again():
    first = spending("eps-8", 0.1, 120)
    assert check_budget([], first, 8.0) <= 8.0
    with pytest.raises(FederatedError, match="may spend ε 8 over its life") as caught:
        check_budget([first.document()], first, 8.0)
    assert "with this run" in str(caught.value)


def test_each_rows_own_gradient_of_the_embedding_is_that_of_autograd():
    torch.manual_seed(0)
    layer = Embedding(3, 4, 2)
    ranks, scaled, arriving = torch.rand(5, 3), torch.randn(5, 3), torch.randn(5, 6)
    found = embedding_gradients(layer, [ranks, scaled], arriving)
    for row in range(5):
        layer.zero_grad()
        layer(ranks[row : row + 1], scaled[row : row + 1]).backward(arriving[row : row + 1])
        for parameter in layer.parameters():
            torch.testing.assert_close(found[parameter][row], parameter.grad)


def test_a_private_run_trains_and_the_same_site_gives_the_same_bytes():
    agreed, store = private(), InMemory()
    together = [Site("site-0", agreed, rows(0), store), *sites(agreed)[1:]]
    reports = []
    model = run_in_process(agreed, together, watch=reports.append).model
    assert np.isfinite(model.weights).all()
    assert not any(report.failed for report in reports)


def test_noise_is_of_the_sites_own_secret():
    """Two sites with the same name, rows and requests, and secrets of their own, send different weights."""
    agreed = private(quorum=1)
    first, second = (run_in_process(agreed, [Site("alpha", agreed, rows(0), InMemory())]).model for _ in range(2))
    assert not np.allclose(first.weights, second.weights)


def test_a_level_covers_random_cuts_or_the_network():
    with pytest.raises(InvalidContract, match=r"set boosting\.cuts to random and training\.rounds to 0"):
        read_contract({"programme": "x", "features": [{"name": "a"}], "privacy": "eps-8"})


def test_the_factorys_ledger_stops_a_second_programme_hard(tmp_path):
    home = home_of(tmp_path)
    agreed = private(quorum=1)
    run_in_process(agreed, [Site("alpha", agreed, rows(0), home)], run="1")
    assert [entry["run"] for entry in home.spendings()] == ["1"]
    other = agreed.model_copy(update={"programme": "Another", "quorum": 1})
    with pytest.raises(FederatedError, match="privacy_spent"):
        run_in_process(other, [Site("alpha", other, rows(0), home)], run="2")
    assert [entry["run"] for entry in home.spendings()] == ["1"]
    raised = Settings(site="alpha", server="", gateway="", privacy_budget=20.0)
    home.write_settings(raised)
    assert home.settings().privacy_budget == 20.0
    run_in_process(other, [Site("alpha", other, rows(0), home)], run="2")
    assert 8 < epsilon(tuple(Spending(**entry["spending"]) for entry in home.spendings())) <= 20


def test_noise_of_the_counts_has_its_deviation_and_hides_an_empty_bin():
    found = statistics.noised(np.zeros(20_000), 10.0, np.random.default_rng(0))
    assert found.std() == pytest.approx(10, rel=0.03)
    assert (found < 0).any()


def test_what_stands_out_of_the_noise_is_kept_and_the_rest_shared_among_neighbours():
    """Noise of 10: one bin stands out above 45, two together above 64, four above 90."""
    counts = np.array([400, 10, 35, 35, 20, -20, 5, 0])
    assert statistics.seen_through(counts, 10.0).tolist() == [400, 0, 35, 35, 0, 0, 0, 0]
    assert statistics.seen_through(counts, 0.0).tolist() == counts.tolist()
    assert statistics.seen_through(np.array([20, 5, 1, -9]), 10.0).tolist() == [0, 0, 0, 0]


def test_the_range_is_where_counts_are_no_noise_or_greatest():
    assert statistics.outstanding(np.array([30, 80, -5, 50]), 10.0).tolist() == [0, 80, 0, 50]
    assert statistics.outstanding(np.array([3, 8, -5, 5]), 10.0).tolist() == [0, 8, 0, 0]
    assert statistics.outstanding(np.array([0, 11, 0]), 0.0).tolist() == [0, 11, 0]


def home_of(folder) -> Home:
    home = Home(folder)
    home.create()
    write_key(home.key_file, new_key())
    home.write_settings(Settings(site="alpha", server="", gateway=""))
    return home


def test_a_round_that_asks_again_with_other_contents_is_refused_also_after_a_restart(tmp_path):
    agreed, home = private(quorum=1), home_of(tmp_path)
    site, kept = Site("alpha", agreed, rows(0), home), []

    def ask(request):
        if request.kind is Kind.TRAIN:
            kept.append(request)
        return [site.answer(request)]

    drive(agreed, "1", ask)
    first = kept[0]
    assert not site.answer(first).error  # the same again: the same bytes
    assert "train_loss" not in site.answer(first).metrics
    other = replace(first, arrays={**first.arrays, "weights": first.arrays["weights"] + 1})
    again = Site("alpha", agreed, rows(0), home)
    assert "answers each round once" in again.answer(other).error


def grown(level: str = "eps-8", **changes):
    """A contract whose level pays for trees."""
    boosting = Boosting(rounds=3, side_by_side=2, depth=2, cuts="random")
    return contract(rounds=0, privacy=level, boosting=boosting, **changes)


@pytest.mark.parametrize("kind", [Home, InMemory])
def test_what_was_accepted_of_a_step_is_accepted_again_and_one_too_many_never(tmp_path, kind):
    store = Home(tmp_path) if kind is Home else InMemory()
    claimed = [store.claim("1", "count", digest, 2) for digest in ("first", "second", "third", "first", "third", "second")]
    assert claimed == [True, True, False, True, False, True]
    assert store.claim("1", "train/1", "third", 1)  # another step
    assert store.claim("2", "count", "third", 1)  # another run


def test_a_tree_is_one_release_and_a_run_stays_within_its_level():
    found = spending("eps-3", 0.0, 0, 320)
    assert 2.7 < epsilon((found,)) <= 3.0
    one = Spending(found.count_noise, found.noise / 320**0.5, 0.0, 0, 1)
    assert epsilon((one,)) == pytest.approx(epsilon((found,)), rel=0.02)  # 320 releases are one with less noise


def test_trees_with_noise_are_grown_and_repeated_for_other_members_with_the_same_noise():
    agreed, seen = grown(quorum=2), []
    together = sites(agreed, 3)
    first = together[0].growth.table

    def watched(request, noise, seed):
        seen.append((request.round, noise, seed))
        return first(request, noise, seed)

    together[0].growth.table = watched
    is_gone = [True]

    def ask(request):
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        if request.kind is Kind.GROW and is_gone.pop(0) if is_gone else False:
            return [reply for reply in replies if reply.site != together[2].name]
        return replies

    reports = []
    model = drive(agreed, "1", ask, watch=reports.append).model
    assert len(model.forest) == 6
    assert [number for number, _noise, _seed in seen] == [1, 1, 2, 3]
    assert seen[0] == seen[1]  # the round began again without the third site
    assert seen[0][1] == spending("eps-8", 0.0, 0, 6).noise
    assert not any(together[0].name in report.failed for report in reports)
    assert len({seed for _number, _noise, seed in seen}) == 3


def test_other_trees_of_a_round_that_was_answered_are_refused(tmp_path):
    agreed, home = grown(quorum=1), home_of(tmp_path)
    site, kept = Site("alpha", agreed, rows(0), home), []

    def ask(request):
        if request.kind is Kind.GROW:
            kept.append(request)
        return [site.answer(request)]

    drive(agreed, "1", ask)
    assert not site.answer(kept[0]).error
    other = replace(kept[0], arrays={**kept[0].arrays, "growing_cut": kept[0].arrays["growing_cut"] + 1})
    assert "answers each round once" in site.answer(other).error
    assert home.spendings()[0]["spending"]["trees"] == 6


@pytest.mark.parametrize("kind", ["more trees", "deeper trees", "values that are no numbers"])
def test_what_no_level_has_paid_for_is_refused(kind):
    """A server that asked for more leaves of the same rows, or made one leaf's sum NaN, would read what nobody paid for."""
    agreed, kept = grown(quorum=1), []
    site = Site("alpha", agreed, rows(0), InMemory())

    def ask(request):
        if request.kind is Kind.GROW:
            kept.append(request)
        return [site.answer(request)]

    drive(agreed, "1", ask)
    request = kept[-1]
    arrays = dict(request.arrays)
    if kind == "more trees":
        arrays |= {name: np.concatenate([array, array]) for name, array in arrays.items() if name.startswith("growing_")}
    elif kind == "deeper trees":
        deeper = blank_forest(2, 3)
        arrays |= {f"growing_{name}": array for name, array in deeper.arrays().items()}
    else:
        arrays["value"] = arrays["value"].copy()
        arrays["value"][0, 0] = np.nan
    fresh = Site("alpha", agreed, rows(0), InMemory())
    assert fresh.answer(replace(request, arrays=arrays)).error.startswith("invalid_request")


def test_levels_are_said_for_a_person():
    assert said("off") == "off"
    assert said("eps-3") == "ε 3, δ 1e-05"


def test_the_noise_of_counts_covers_every_feature_in_every_count():
    agreed = private()
    assert privacy.count_deviation(agreed) == pytest.approx(2 * (len(agreed.numeric) * 3) ** 0.5)
    assert privacy.count_deviation(agreed.model_copy(update={"privacy": "off"})) == 0.0


def test_the_noise_of_trees_is_known_from_the_contract_and_no_site_is_asked_for_it():
    agreed = grown(quorum=2)
    assert privacy.tree_noise(agreed.model_copy(update={"privacy": "off"})) == 0.0
    for rows_of_site in (60, 200):
        site = Site("alpha", agreed, rows(0, rows_of_site), InMemory(b"alpha"))
        assert site._spending.noise == privacy.tree_noise(agreed)
    replies = []
    for site in (together := sites(agreed, 2)):
        answer = site.answer
        site.answer = lambda request, answer=answer: replies.append(answer(request)) or replies[-1]
    run_in_process(agreed, together)
    assert replies
    assert not any("noise" in reply.metrics for reply in replies)
