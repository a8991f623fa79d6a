import numpy as np
import pytest
import torch

from federated.agreed.contracts import Kind
from federated.agreed.errors import QuorumMissed
from federated.agreed.messages import Reply, Request
from federated.agreed.strategies.fedavg import average, shares
from federated.models.defect import pack
from federated.models.training import first_weights
from federated.run.engine import drive, run_in_process
from federated.run.steps import Checkpoint, Report
from federated.site.site import Site
from federated.site.store import InMemory
from federated.use.metrics import expected_calibration_error, score

from .sites import contract, rows, sites


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def test_replies_are_weighted_by_their_number_of_examples():
    found = average([np.array([1.0], dtype=np.float32), np.array([5.0], dtype=np.float32)], [1, 3])
    assert found.tolist() == [4.0]  # (1·1 + 3·5) / 4


def test_one_large_site_counts_at_most_five_medians():
    np.testing.assert_allclose(shares([10, 10, 10_000]), [10 / 70, 10 / 70, 50 / 70])


def test_calibration_error_by_hand():
    labels, probabilities = np.array([0, 1, 1, 1]), np.array([0.1, 0.1, 0.9, 0.9])
    assert expected_calibration_error(labels, probabilities) == pytest.approx((abs(0.2 - 1) + abs(1.8 - 2)) / 4)


def test_a_site_with_one_class_has_no_ranking_figures():
    found = score(np.zeros(4), np.full(4, 0.25))
    ranking, others = dict.fromkeys(("auroc", "auprc", "recall_5")), {"brier": 0.0625, "ece": 0.25}
    assert found == {**ranking, **others, "cost_1": 0, "cost_10": 1, "cost_50": 1}  # an alarm from 1/2, 1/11, 1/51 on


def test_training_together_beats_the_first_weights():
    agreed = contract(rounds=8, local_epochs=2)
    reports: list[Report] = []
    run_in_process(agreed, sites(agreed), watch=reports.append)
    rounds = [report for report in reports if report.kind is Kind.TRAIN]
    assert [report.round for report in rounds] == list(range(1, 9))
    before, after = (np.mean([r.metrics["loss"] for r in rounds[place].used]) for place in (0, -1))
    assert after < before - 0.1


def test_the_same_run_gives_the_same_weights_bit_for_bit():
    agreed = contract(head_pull=0.3, tree_rounds=2)
    first, second = (pack(run_in_process(agreed, sites(agreed)).model) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("last", [1, 3])
def test_a_run_resumed_from_a_checkpoint_ends_with_the_same_model(last):
    agreed = contract(head_pull=0.3, tree_rounds=2)
    stores = [site.store for site in sites(agreed)]
    together = [Site(f"site-{n}", agreed, rows(n), store) for n, store in enumerate(stores)]
    kept: list[Checkpoint] = []

    class Killed(Exception): ...

    def watch(report):
        if report.round == last:
            kept.append(report.checkpoint)
            raise Killed

    with pytest.raises(Killed):
        run_in_process(agreed, together, run="1", watch=watch)
    again = [Site(f"site-{n}", agreed, rows(n), store) for n, store in enumerate(stores)]
    resumed = run_in_process(agreed, again, run="1", checkpoint=kept[0])
    assert pack(resumed.model) == pack(run_in_process(agreed, sites(agreed), run="1").model)


def test_a_reply_that_is_not_finite_is_named_and_the_run_goes_on():
    agreed = contract()
    together = sites(agreed)
    reports: list[Report] = []

    def ask(request):
        replies = [site.answer(request) for site in together]
        if request.kind is Kind.TRAIN:
            replies[1] = Reply("site-1", {"weights": replies[1].arrays["weights"] * np.nan}, 10)
        return replies

    end = drive(agreed, "1", ask, watch=reports.append)
    assert np.isfinite(end.model.weights).all()
    rounds = [report for report in reports if report.kind is Kind.TRAIN]
    assert all(set(r.failed) == {"site-1"} and "finite numbers only" in r.failed["site-1"] for r in rounds)


def test_below_the_quorum_the_run_stops_loudly_and_names_the_sites():
    agreed = contract(quorum=3)
    together = sites(agreed)

    def ask(request):
        return [together[0].answer(request), Reply("site-1", error="deadline: no reply in time")]

    with pytest.raises(QuorumMissed, match="site-1: deadline: no reply in time"):
        drive(agreed, "1", ask)


@pytest.mark.parametrize("kind", [Kind.COUNT, Kind.GROW, Kind.TRAIN, Kind.CALIBRATE, Kind.FINISH])
def test_what_missed_the_quorum_is_no_round_and_nobody_is_told_of_one(kind):
    """The web application refused a round without a checkpoint, or took the end of a run for its whole end."""
    agreed = contract(tree_rounds=1, rounds=1, quorum=3)
    together, reports = sites(agreed), []

    def ask(request):
        if request.kind is kind:
            return [*(s.answer(request) for s in together[:2]), Reply("site-2", error="deadline: no reply in time")]
        return [site.answer(request) for site in together]

    with pytest.raises(QuorumMissed):
        drive(agreed, "1", ask, watch=reports.append)
    assert kind not in [report.kind for report in reports]


def test_a_site_with_too_few_rows_says_so_and_takes_no_part():
    agreed = contract(least_rows=100)
    together = [*sites(agreed, 2), Site("small", agreed, rows(7, 60))]
    reports: list[Report] = []
    run_in_process(agreed, together, watch=reports.append)
    rounds = [report for report in reports if report.kind is Kind.TRAIN]
    assert all("at least 100 training rows" in report.failed["small"] for report in rounds)
    assert [reply.site for reply in rounds[-1].used] == ["site-0", "site-1"]


def test_at_the_end_each_site_compares_with_training_alone_on_its_own_held_out_rows():
    agreed = contract(rounds=4)
    reports: list[Report] = []
    run_in_process(agreed, sites(agreed), watch=reports.append)
    last = reports[-1]
    assert last.kind is Kind.FINISH
    for reply in last.used:
        compared = {f"{side}_auprc" for side in ("federated", "local", "personal")}
        assert compared | {"test_rows", "test_positives", "choice", "effort_saved"} <= set(reply.metrics)
        assert reply.metrics["gain_low"] <= reply.metrics["gain"] <= reply.metrics["gain_high"]
        assert 0 <= reply.metrics["inspect"] <= 1
        assert reply.metrics["test_rows"] in (49, 50)  # a quarter of 200, rounded within each class
        assert not reply.arrays


def test_an_own_output_layer_differs_by_site_and_the_shared_rest_does_not():
    agreed = contract(head_pull=0.0)
    stores = [InMemory(), InMemory()]
    together = [Site(f"site-{n}", agreed, rows(n), store) for n, store in enumerate(stores)]
    run_in_process(agreed, together, run="1")
    heads = [store.memories["1", 3].head for store in stores]
    assert not np.allclose(heads[0], heads[1])
    first, second = (store.deployments["1"].model.weights for store in stores)
    size = len(heads[0])
    assert np.array_equal(first[:-size], second[:-size])
    assert not np.array_equal(first[-size:], second[-size:])


def test_the_first_weights_depend_on_the_seed_only():
    assert np.array_equal(first_weights(contract()), first_weights(contract(rounds=9)))
    assert not np.array_equal(first_weights(contract()), first_weights(contract(seed=1)))


@pytest.mark.parametrize(
    ("kind", "number", "trees"),
    [(Kind.KEY, 0, 0), (Kind.GROW, 1, 0), (Kind.GROW, 3, 2), (Kind.TRAIN, 2, 2), (Kind.TRAIN, 6, 2), (Kind.TRAIN, 0, 0)],
)
def test_a_round_that_the_contract_does_not_have_is_refused(kind, number, trees):
    agreed = contract(rounds=3, tree_rounds=trees)
    reply = Site("site-0", agreed, rows(0)).answer(Request(kind, "1", agreed.hash, number))
    assert reply.error.startswith("not_in_contract")
    assert not reply.arrays
