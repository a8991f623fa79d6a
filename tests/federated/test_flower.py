"""Real Flower: a SuperLink process and light node processes. Breaks first when an internal name of flwr changes."""

import json
import os
import signal

import numpy as np
import pytest

from federated.agreed.contracts import Boosting, Contract
from federated.agreed.keys import flower_bytes, public_text
from federated.benchmark.flower import finish, wait_until_online
from federated.run.engine import run_in_process
from federated.server.launching import launch

from .flower import Federation, wait_until
from .sites import contract, numbers, table

pytestmark = [pytest.mark.processes, pytest.mark.long]


@pytest.fixture
def federation(tmp_path):
    found = Federation(tmp_path)
    yield found
    found.close()


def in_process(agreed: Contract, sites: dict[str, int]) -> np.ndarray:
    """The weights that the same sites give without Flower."""
    from federated.rows.check import check_rows
    from federated.site.site import Site

    together = [Site(name, agreed, check_rows(table(rows), agreed).rows) for name, rows in sites.items()]
    return numbers(run_in_process(agreed, together, run="1").model)


@pytest.mark.parametrize("masked", [False, True])
def test_flower_and_in_process_give_the_same_weights_and_only_the_allow_list_is_asked(federation, masked):
    boosting = Boosting(rounds=2, side_by_side=2, depth=3, bins=32, row_share=1.0)
    agreed = contract(rounds=3, boosting=boosting, masked=masked)
    sites = {"alpha": 0, "beta": 1, "gamma": 2}
    for site, rows in sites.items():
        federation.add(site, agreed, rows)
    federation.add("guest", None, 3)
    for site in federation.homes:
        federation.start_node(site)
    wait_until_online(federation.control, 4)
    assert finish(federation.control, federation.start("1", agreed, list(sites))) == "finished:completed"
    np.testing.assert_allclose(federation.weights("1"), in_process(agreed, sites), atol=1e-5)
    assert federation.homes["guest"].ledger() == []
    # A site that takes long over the first message, on a busy machine, is asked the same again.
    asked = dict.fromkeys((entry["request"], entry["kind"]) for entry in federation.homes["alpha"].ledger())
    assert [kind for _request, kind in asked] == [
        *["count"] * 2,
        "key",
        *["grow"] * 6,  # two rounds of three levels
        *(["train", "sum"] if masked else ["train"]) * 3,
        *["calibrate"] * 6,
        "finish",
    ]


def test_whoever_holds_the_server_cannot_make_a_node_train_on_a_contract_it_did_not_countersign(federation):
    """The operator starts a run on a changed contract, addresses the nodes, even writes the pin's file without the key."""
    agreed = contract(quorum=1)
    changed = contract(quorum=1, rounds=50, label="mould_number")
    home = federation.add("alpha", agreed, 0)
    federation.start_node("alpha")
    wait_until_online(federation.control, 1)
    assert finish(federation.control, federation.start("evil", changed, ["alpha"])) == "finished:failed"
    failure = (federation.desk / "evil" / "failure").read_text()
    assert "alpha: not_approved" in failure
    pin = json.loads((home.folder / "approved" / f"{agreed.hash}.json").read_text())
    forged = {**pin, "contract": changed.document(), "hash": changed.hash}
    (home.folder / "approved" / f"{changed.hash}.json").write_text(json.dumps(forged))
    assert finish(federation.control, federation.start("worse", changed, ["alpha"])) == "finished:failed"
    assert "alpha: contract_changed" in (federation.desk / "worse" / "failure").read_text()
    assert home.ledger() == []


def test_a_factory_killed_mid_run_comes_back_and_the_run_ends(federation):
    agreed = contract(rounds=6, deadline_s=30)
    for site, rows in {"alpha": 0, "beta": 1, "gamma": 2}.items():
        federation.add(site, agreed, rows)
        federation.start_node(site)
    wait_until_online(federation.control, 3)
    run = federation.start("1", agreed, list(federation.homes))
    federation.wait_for_round("1", 2)
    federation.processes["beta"].send_signal(signal.SIGKILL)
    federation.processes["beta"].wait()
    federation.start_node("beta")
    assert finish(federation.control, run) == "finished:completed"
    rounds = [r for r in federation.rounds("1") if r["kind"] == "train"]
    assert [r["round"] for r in rounds] == [1, 2, 3, 4, 5, 6]
    if all(len(r["sites"]) == 3 for r in rounds):
        np.testing.assert_allclose(
            federation.weights("1"), in_process(agreed, {"alpha": 0, "beta": 1, "gamma": 2}), atol=1e-5
        )


def test_a_factory_killed_while_trees_grow_takes_part_in_later_trees(federation):
    """It stayed out of all that were left of the trees, most of its model, and its card did not say so."""
    agreed = contract(tree_rounds=400, rounds=1, deadline_s=30)
    for site, rows in {"alpha": 0, "beta": 1, "gamma": 2, "delta": 3}.items():
        federation.add(site, agreed, rows)
        federation.start_node(site)
    wait_until_online(federation.control, 4)
    run = federation.start("1", agreed, list(federation.homes))

    def with_beta() -> list[bool]:
        return ["beta" in found["sites"] for found in federation.rounds("1") if found["kind"] == "grow"]

    wait_until(lambda: sum(with_beta()) >= 2, 180, "two rounds of trees")
    federation.processes["beta"].kill()
    federation.processes["beta"].wait()
    wait_until(lambda: not with_beta()[-1], 180, "a round without the killed factory")
    federation.start_node("beta")
    wait_until(lambda: with_beta()[-1], 180, "a round with the factory that came back")
    (federation.desk / "1" / "command").write_text("stop")
    assert finish(federation.control, run).startswith("finished")


def test_a_run_lost_with_its_superlink_goes_on_from_its_last_round(federation):
    agreed = contract(rounds=8, deadline_s=30)
    sites = {"alpha": 0, "beta": 1}
    for site, rows in sites.items():
        federation.add(site, agreed, rows)
        federation.start_node(site)
    wait_until_online(federation.control, 2)
    federation.start("1", agreed, list(sites))
    federation.wait_for_round("1", 3)
    os.killpg(federation.flower.superlink.pid, signal.SIGKILL)
    federation.flower.superlink.wait()
    federation.flower = launch(federation.place, desk=str(federation.desk))
    federation.control.wait()
    for site, home in federation.homes.items():
        federation.control.register(flower_bytes(public_text(home.key())), site)
    wait_until_online(federation.control, 2)
    assert finish(federation.control, federation.start("1", agreed, list(sites))) == "finished:completed"
    numbers = [r["round"] for r in federation.rounds("1") if r["kind"] == "train"]
    assert numbers == list(range(1, 9))
    np.testing.assert_allclose(federation.weights("1"), in_process(agreed, sites), atol=1e-5)


def test_a_stock_supernode_takes_part_beside_light_nodes(federation):
    # It starts a process for each message, five to nine seconds on a busy machine: one tree of one level, one round.
    boosting = Boosting(rounds=1, side_by_side=2, depth=1, bins=32, row_share=1.0)
    agreed = contract(rounds=1, boosting=boosting, validation_share=0.0, deadline_s=90)
    sites = {"light": 0, "other": 1, "stock": 2}
    for site, rows in sites.items():
        federation.add(site, agreed, rows)
    for site in ("light", "other"):
        federation.start_node(site)
    federation.start_supernode("stock")
    wait_until_online(federation.control, 3)
    assert finish(federation.control, federation.start("1", agreed, list(sites))) == "finished:completed"
    np.testing.assert_allclose(federation.weights("1"), in_process(agreed, sites), atol=1e-5)
