"""Trees from summed histograms: by hand, against the same trees from all rows, and what the server can read."""

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.agreed.errors import TooFewMasked
from federated.agreed.messages import Reply
from federated.models import boosting
from federated.models.boosting import Forest, best_splits, histogram, with_right_children
from federated.models.defect import untrained
from federated.privacy import sums
from federated.rows.preparation import own_preparation, tree_values
from federated.rows.table import join
from federated.run.engine import drive, run_in_process
from federated.run.trees import first_level
from federated.site.site import Site

from .sites import contract, rows, sites


def test_the_best_split_by_hand():
    # One node, one feature, three bins; gradients -4, +1, +3 with Hessian 2 each; nothing is missing.
    table = np.array([[[[-4.0, 1.0, 3.0, 0.0]]], [[[2.0, 2.0, 2.0, 0.0]]]])
    found = best_splits(table)
    # Left of bin 0: 16/3 + 16/5 = 8.53; left of bin 1: 9/5 + 9/3 = 4.8.
    assert (found.feature.tolist(), found.place.tolist()) == ([0], [0])
    np.testing.assert_allclose(found.values, [[4 / 3, -4 / 5]])


def test_trees_led_down_together_sum_to_the_last_bit_what_each_alone_adds(monkeypatch):
    order, trees, columns = np.random.default_rng(0), 40, 5
    forest = Forest(
        order.integers(boosting.LEAF, columns, (trees, 7)).astype(np.int16),
        order.normal(size=(trees, 7)).astype(np.float32),
        order.random((trees, 7)) < 0.5,
        order.normal(size=(trees, 8)).astype(np.float32),
    )
    values = np.where(order.random((30, columns)) < 0.2, np.nan, order.normal(size=(30, columns))).astype(np.float32)
    alone = np.zeros(30)
    for tree in range(trees):
        alone += forest.take(slice(tree, tree + 1)).logits(values)
    for cells in (1, 100, 10_000):
        monkeypatch.setattr(boosting, "CELLS", cells)
        assert forest.logits(values).tobytes() == alone.tobytes()
    assert forest.logits(values[:0]).shape == (0,)


def test_missing_values_go_where_they_gain_and_a_node_without_gain_is_a_leaf():
    table = np.array([[[[-4.0, 4.0, -4.0]], [[0.0, 0.0, 0.0]]], [[[2.0, 2.0, 2.0]], [[2.0, 2.0, 2.0]]]])
    found = best_splits(table)
    assert found.feature.tolist() == [0, boosting.LEAF]
    assert found.missing_left[0]
    np.testing.assert_allclose(found.values, [[8 / 5, -4 / 3], [0, 0]])


def test_a_tree_sends_rows_where_its_cuts_say():
    tree = Forest(
        np.array([[0, -1, 1]], np.int16),
        np.array([[10, 0, 5]], np.float32),
        np.array([[True, False, False]]),
        np.array([[1, 2, 3, 4]], np.float32),
    )
    values = np.array([[9, 0], [10, 4], [10, 5], [np.nan, 9], [11, np.nan]], np.float32)
    assert tree.logits(values).tolist() == [1, 3, 4, 1, 4]


def test_right_children_are_what_their_parents_have_left():
    order = np.random.default_rng(0)
    codes, nodes = order.integers(0, 4, (50, 3)), order.integers(1, 3, 50)
    derivatives = (order.normal(size=50), order.random(50))
    root = histogram(codes, np.zeros(50, int), derivatives, 0, 4)
    found = with_right_children(histogram(codes, nodes, derivatives, 1, 4), root, np.array([True]))
    np.testing.assert_allclose(
        found[:, 1], histogram(codes, np.where(nodes == 2, 0, -1), derivatives, 0, 4)[:, 0], atol=1e-12
    )


def test_trees_over_sites_are_the_trees_of_all_rows_together():
    agreed = contract(tree_rounds=3, rounds=1)
    settings = agreed.boosting.model_copy(update={"row_share": 1.0})
    agreed = agreed.model_copy(update={"boosting": settings, "quorum": 1, "validation_share": 0.0, "test_share": 0.0})
    apart = run_in_process(agreed, sites(agreed)).model
    together = Site("all", agreed, join([rows(number) for number in range(3)]), alone=True)
    model = run_in_process(agreed, [together]).model
    values = tree_values(together.parts.train, agreed)
    # Quantiles are those of merged bins, and sums are in fixed point: the same splits but where two are nearly as good.
    assert np.corrcoef(apart.forest.logits(values), model.forest.logits(values))[0, 1] > 0.95


@pytest.mark.parametrize("level", [0, 1])
def test_a_site_that_drops_out_of_the_trees_does_not_end_the_run_and_takes_part_again_when_it_is_back(level):
    """At the root nothing was read, and the round begins again; below it a second sum over the others would tell its table,
    so that the round's trees end at the level they have."""
    agreed = contract(tree_rounds=4)
    together = sites(agreed, 4)
    asked, reports = [], []

    def ask(request):
        if request.is_optional:
            assert (request.kind, request.sites) == (Kind.KEY, {"site-1"})
            if max(number for number, *_rest in asked) == 2:
                return []  # it is not connected yet
        if request.kind is Kind.GROW:
            asked.append((request.round, int(request.arrays["step"][1]), sorted(request.sites)))
        gone = request.kind is Kind.GROW and request.round == 2 and request.arrays["step"][1] == level
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        return [Reply(r.site, error="deadline: no reply in time") if gone and r.site == "site-1" else r for r in replies]

    model = drive(agreed, "1", ask, watch=reports.append).model
    assert len(model.forest) == 4 * 2
    grown = [report for report in reports if report.kind is Kind.GROW]
    assert [report.failed for report in grown] == [{}, {"site-1": "deadline: no reply in time"}, {}, {}]
    assert ((2, 0, ["site-0", "site-2", "site-3"]) in asked) is (level == 0)
    assert (3, 0, ["site-0", "site-2", "site-3"]) in asked
    assert (4, 0, ["site-0", "site-1", "site-2", "site-3"]) in asked
    stumps = model.forest.take(slice(2, 4))
    assert (stumps.feature[:, 0] >= 0).all()
    assert ((stumps.feature[:, 1:] == boosting.LEAF).all()) is np.bool_(level == 1)
    values = tree_values(join([rows(number) for number in range(3)]), agreed)
    assert len(np.unique(stumps.take(slice(0, 1)).logits(values).round(9))) >= 2, "its leaves are those of the last level"


def test_a_site_that_is_connected_and_never_answers_is_asked_for_its_key_three_times_at_most():
    agreed = contract(tree_rounds=8)
    together = sites(agreed, 4)
    asked = []

    def ask(request):
        asked.append(request)
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        if request.is_optional or (request.kind is Kind.GROW and request.round == 1):
            return [Reply(r.site, error="deadline: no reply in time") if r.site == "site-1" else r for r in replies]
        return replies

    drive(agreed, "1", ask)
    assert sum(request.is_optional for request in asked) == 3


def test_a_table_of_another_shape_does_not_count():
    agreed = contract(tree_rounds=1)
    together = sites(agreed, 4)
    reports = []

    def ask(request):
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        if request.kind is Kind.GROW:
            replies = [Reply(r.site, {"table": np.zeros(3)}, 9) if r.site == "site-0" else r for r in replies]
        return replies

    drive(agreed, "1", ask, watch=reports.append)
    assert "agreed shape" in next(r for r in reports if r.kind is Kind.GROW).failed["site-0"]


def test_a_site_answers_only_for_trees_it_takes_part_in():
    agreed = contract(tree_rounds=1)
    together = sites(agreed)
    kept = []

    def ask(request):
        kept.append(request)
        return [site.answer(request) for site in together if request.is_for(site.name)]

    drive(agreed, "1", ask)
    request = next(r for r in kept if r.kind is Kind.GROW)
    stranger = Site("stranger", agreed, rows(9))
    assert "takes part in only" in stranger.answer(request).error


def test_a_site_that_is_asked_alone_keeps_its_table():
    """A server that reads may well try: with nobody to mask against, the table would be plain."""
    agreed = contract(tree_rounds=1)
    site = sites(agreed)[0]
    model = untrained(agreed, own_preparation(site.parts.train, agreed).quantiles)
    alone = first_level(agreed, "1", model, {site.name: site.growth.key("1")}, rows=100)
    assert "quorum of 3 sites" in site.answer(alone).error
    assert site.answer(alone).error.startswith("too_few_masked")
    assert not site.answer(alone).arrays


def test_two_sites_that_are_left_grow_no_trees_because_each_would_read_the_others_table():
    agreed = contract(tree_rounds=3)
    assert (agreed.quorum, agreed.fewest) == (2, 3)
    together = sites(agreed)

    def ask(request):
        replies = [site.answer(request) for site in together if request.is_for(site.name)]
        gone = request.kind is Kind.GROW and request.round == 2 and "site-2" in [reply.site for reply in replies]
        return [Reply(r.site, error="offline: away") if gone and r.site == "site-2" else r for r in replies]

    with pytest.raises(TooFewMasked) as raised:
        drive(agreed, "1", ask)
    assert raised.value.code == "too_few_masked"
    assert "site-0 and site-1" in str(raised.value)
    assert contract(rounds=2).fewest == 2, "a network has no such tables"


@pytest.mark.parametrize("rounds", [1, 60])
def test_sums_stay_within_fixed_point(rounds):
    scale = sums.scale_for(10**6 * rounds)
    assert 10**6 * rounds * scale <= sums.LIMIT
    assert np.log2(scale) == int(np.log2(scale))
