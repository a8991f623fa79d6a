"""FedAdam and SCAFFOLD: their steps by hand, and in a run that stops and goes on."""

import numpy as np
import pytest
import torch

from federated.agreed.contracts import Kind, read_contract
from federated.agreed.errors import InvalidContract
from federated.agreed.strategies import STRATEGIES
from federated.agreed.strategies.fedadam import BETA_1, BETA_2, SERVER_RATE, TAU, adam_step
from federated.agreed.strategies.scaffold import CONTROL, mean_control
from federated.factory.home import Home, Settings
from federated.factory.preview import preview
from federated.models.defect import risks
from federated.models.memory import Memory
from federated.models.network import build
from federated.models.training import Drift
from federated.run.checkpoints import pack_checkpoint, unpack_checkpoint
from federated.run.engine import run_in_process
from federated.use.metrics import score

from .sites import contract, rows, sites, table


def test_a_step_of_fedadam_by_hand():
    """Reddi et al. 2021, algorithm 2: from 1 the sites' mean goes to 3, so the change is 2."""
    weights, state = adam_step(np.array([1.0], np.float32), np.array([3.0], np.float32), {})
    first, second = (1 - BETA_1) * 2, BETA_2 * TAU**2 + (1 - BETA_2) * 4
    assert state["first"] == pytest.approx(first)
    assert state["second"] == pytest.approx(second)
    assert weights[0] == pytest.approx(1 + SERVER_RATE * first / (second**0.5 + TAU))
    _weights, later = adam_step(weights, weights, state)  # nothing moved: the moments fade
    assert later["first"] == pytest.approx(BETA_1 * first)
    assert later["second"] == pytest.approx(BETA_2 * second)


def test_the_servers_control_moves_by_the_mean_change_of_the_sites():
    changes = [np.array([1.0, 0.0], np.float32), np.array([3.0, -2.0], np.float32)]
    assert mean_control(np.array([1.0, 1.0], np.float32), changes).tolist() == [3.0, 0.0]


def test_every_gradient_moves_by_the_servers_control_less_the_sites_own():
    network = build(contract())
    size = sum(p.numel() for p in network.parameters())
    own, control = np.full(size, 0.25, np.float32), np.full(size, 1.0, np.float32)
    correction = STRATEGIES["scaffold"].correction({CONTROL: control}, own)
    drift = Drift(network, correction)
    for value in (2.0, 4.0):
        for parameter in network.parameters():
            parameter.grad = torch.full_like(parameter, value)
        drift.correct()
    assert all((p.grad == 4.75).all() for p in network.parameters())
    assert drift.mean().tolist() == [3.0] * size  # of the gradients as they came


class Halt(Exception):
    pass


@pytest.mark.parametrize("strategy", ["fedadam", "scaffold"])
def test_a_run_learns_and_goes_on_after_a_stop_as_if_there_had_been_none(strategy):
    agreed = contract(rounds=8, local_epochs=2, strategy=strategy)
    model = run_in_process(agreed, sites(agreed, 3)).model
    found = rows(20, 400)
    assert score(found.labels, risks(agreed, model, found))["auroc"] > 0.85
    stopped, kept = sites(agreed, 3), []

    def watch(report):
        if report.kind is Kind.TRAIN:
            kept.append(pack_checkpoint(report.checkpoint))
            if report.round == 4:
                raise Halt

    with pytest.raises(Halt):
        run_in_process(agreed, stopped, watch=watch)
    again = run_in_process(agreed, stopped, checkpoint=unpack_checkpoint(kept[-1])).model
    assert np.array_equal(again.weights, model.weights)


def test_what_scaffold_keeps_lies_at_the_site_and_only_changes_travel(tmp_path):
    agreed = contract(rounds=2, strategy="scaffold")
    site = sites(agreed, 1)[0]
    reports = []
    run_in_process(agreed.model_copy(update={"quorum": 1}), [site], watch=reports.append)
    first, second = (r.used[0].arrays[CONTROL] for r in reports if r.kind is Kind.TRAIN)
    kept = site.store.read_memory("inprocess", 2).control
    assert np.allclose(kept, first + second, atol=1e-6)
    home = Home(tmp_path)
    home.create()
    home.write_memory("1", 2, Memory(steps=3, control=kept))
    read = home.read_memory("1", 2)
    assert (read.steps, read.moments, read.head) == (3, None, None)
    assert np.array_equal(read.control, kept)


def test_an_update_without_its_control_does_not_count():
    agreed = contract(rounds=1, strategy="scaffold")
    together = sites(agreed, 3)
    answer = together[2].answer

    def without(request):
        reply = answer(request)
        reply.arrays.pop(CONTROL, None)
        return reply

    together[2].answer = without
    reports = []
    run_in_process(agreed, together, watch=reports.append)
    train = next(r for r in reports if r.kind is Kind.TRAIN)
    assert train.failed[together[2].name].startswith("invalid_update")


def test_scaffold_is_refused_under_a_privacy_level():
    document = contract(privacy="eps-8").document()
    document["training"]["strategy"] = "scaffold"
    with pytest.raises(InvalidContract, match="mean gradients"):
        read_contract(document)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_dry_run_asks_as_the_strategy_does(tmp_path, strategy):
    home = Home(tmp_path)
    home.create()
    home.write_settings(Settings("A", server="http://x", gateway="x:1"))
    table(0).write_csv(tmp_path / "rows" / "rows.csv")
    shown = preview(home, contract(rounds=1, strategy=strategy, test_share=0)).splitlines()
    assert [line for line in shown if line.startswith("error:")] == ["error: ''"] * 4  # count, train, calibrate, finish
    sent = {line.split()[1].rstrip(":") for line in shown if line.startswith("array ")}
    assert sent == {"counts", "weights", "sums", *STRATEGIES[strategy].vectors}
