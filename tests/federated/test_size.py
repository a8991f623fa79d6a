"""How large a run's checkpoints become is known before anything is trained."""

import pytest

from federated.agreed.contracts import Model
from federated.agreed.size import FRAME, checkpoint_bytes, parameters
from federated.agreed.strategies import STRATEGIES
from federated.models.network import build, weights_of
from federated.run.checkpoints import pack_checkpoint
from federated.run.engine import run_in_process

from .sites import contract, sites


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"relative": True},
        {"model": Model(bins=2, width=1, hidden=())},
        {"model": Model(bins=48, width=4, hidden=(256, 128, 64), products=False)},
    ],
)
def test_parameters_are_counted_as_the_network_has_them(changes):
    agreed = contract(**changes)
    assert parameters(agreed) == len(weights_of(build(agreed)))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_checkpoint_of_a_run_is_larger_than_was_said(strategy):
    wide = Model(bins=48, width=4, hidden=(256,))
    agreed = contract(rounds=2, tree_rounds=2, strategy=strategy, model=wide, test_share=0)
    sizes = []

    def watch(report):
        if report.checkpoint:
            sizes.append(len(pack_checkpoint(report.checkpoint)))

    run_in_process(agreed, sites(agreed, 3), watch=watch)
    assert len(sizes) >= 4
    assert checkpoint_bytes(agreed) - FRAME <= max(sizes) <= checkpoint_bytes(agreed)
