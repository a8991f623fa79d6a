"""The whole path with every process of its own: web, keeper of SuperLinks, gateway and factories; and kill -9 of each.

The run ends with the weights that the same replies give in one process.
"""

import os
import shutil
import subprocess

import numpy as np
import pytest

from apps.learning import services
from apps.learning.models import ModelVersion, Node, Run
from apps.tenancy import services as tenancy
from apps.tenancy.scope import unscoped
from federated.agreed.contracts import read_contract
from federated.rows.check import check_rows
from federated.run.checkpoints import unpack_checkpoint
from federated.run.engine import run_in_process
from federated.site.site import Site
from federated.site.store import InMemory
from tests.federated.sites import numbers, table
from tests.learning import ADMINS, set_up, token
from tests.world import SYSTEM, as_person

from .installation import Installation, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.long]
TREE_ROUNDS, ROUNDS = 4, 8


@pytest.fixture
def installation(tmp_path, committed):
    found = Installation(tmp_path)
    found.open()
    yield found
    found.close()


def start(world, installation, prefixes=None, **training) -> tuple:
    """Three factories join by their own commands, and a run starts."""
    document = {"rounds": ROUNDS, "local_epochs": 1, "batch_size": 32, **training}
    trees = {"rounds": TREE_ROUNDS, "side_by_side": 2, "depth": 2, "bins": 32}
    found = set_up(world, training=document, boosting=trees, deadline_s=40)
    with unscoped(reason=SYSTEM):
        stranger = world.other_relation.supplier_id
        site = tenancy.add_site(organization_id=stranger, code="P3", name="본사", name_en="Main")
    with as_person(world, "coordinator"):
        found.nodes["stranger"] = services.invite_site(federation_id=found.federation.pk, site_id=site.pk)
    for number, name in enumerate(found.nodes):
        with as_person(world, ADMINS[name]):
            services.approve_contract(contract_id=found.contract.pk)
        secret = token(world, found, name)
        address = f"{installation.address}/training/join/{secret}"
        installation.add_factory(name, address, number, (prefixes or {}).get(name, ()))
    with unscoped(reason=SYSTEM):
        wait_for(lambda: Node.objects.filter(is_online=True).count() == 3, 180, "three connected factories")
    with as_person(world, "coordinator"):
        run = services.start_run(contract_id=found.contract.pk)
    return found, run


def present(run) -> Run:
    with unscoped(reason=SYSTEM):
        return Run.objects.get(pk=run.pk)


def numbers_in_one_process(found, run, folder) -> np.ndarray:
    """With the secrets of the factories: from them each draws the rows of its trees."""
    agreed = read_contract(found.contract.document)
    sites = [
        Site(node.name, agreed, check_rows(table(n), agreed).rows, InMemory((folder / name / "node.key").read_bytes()))
        for n, (name, node) in enumerate(found.nodes.items())
    ]
    return numbers(run_in_process(agreed, sites, run=str(run.pk)).model)


def test_every_process_killed_in_turn_and_the_run_ends_with_the_same_weights(world, installation):
    found, run = start(world, installation)
    victims = ["supplier", "gateway", "worker", "superlink", "web", "superlinks"]
    for place, victim in enumerate(victims):
        wait_for(lambda place=place: present(run).round > place, 240, f"round {place + 1}, before killing {victim}")
        if victim == "superlink":
            installation.kill_superlink()
        else:
            installation.kill(victim)
    wait_for(lambda: present(run).state in ("finished", "failed"), 300, f"the end of {present(run).__dict__}")
    assert (present(run).state, present(run).round) == ("finished", TREE_ROUNDS + ROUNDS)
    assert present(run).attempt >= 2
    mine = numbers_in_one_process(found, run, installation.folder)
    checkpoint = (installation.folder / "learning" / "checkpoints" / present(run).checkpoint).read_bytes()
    np.testing.assert_allclose(numbers(unpack_checkpoint(checkpoint).model), mine, atol=1e-5)
    with unscoped(reason=SYSTEM):
        model = ModelVersion.objects.get()
        assert {"Daesung P1", "Hanbit ASN2"} < set(model.consents)
        assert {"federated_auprc", "local_auprc"} <= set(model.figures)
        assert Node.objects.filter(received_bytes__gt=10_000).count() == 3


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _remove(names) -> None:
    """The bridge and, for each namespace, its end on this machine: it outlives the namespace for a moment."""
    for name in names:
        for words in (("link", "del", f"{name}-v"), ("netns", "del", name)):
            subprocess.run(["ip", *words], capture_output=True, check=False)
    subprocess.run(["ip", "link", "del", "dure-br"], capture_output=True, check=False)


@pytest.fixture
def namespaces():
    """Two network namespaces that reach this machine over a bridge, and nothing else."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2; everything else of this test also runs without them")
    names = {"supplier": "dure-a", "buyer": "dure-b"}
    # What a test that was killed left behind.
    _remove(names.values())
    try:
        ip("link", "add", "dure-br", "type", "bridge")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine allows no network namespaces: {error.stderr.decode().strip()}")
    ip("addr", "add", "10.77.0.1/24", "dev", "dure-br")
    ip("link", "set", "dure-br", "up")
    for number, name in enumerate(names.values(), 2):
        ip("netns", "add", name)
        ip("link", "add", f"{name}-v", "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("link", "set", f"{name}-v", "master", "dure-br", "up")
        ip("-n", name, "addr", "add", f"10.77.0.{number}/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
    yield names
    _remove(names.values())


def test_two_factories_in_networks_of_their_own_join_in_two_commands_each_and_open_no_port(
    world, namespaces, tmp_path, committed
):
    installation = Installation(tmp_path, host="10.77.0.1")
    try:
        installation.open()
        prefixes = {site: ("ip", "netns", "exec", name) for site, name in namespaces.items()}
        _found, run = start(world, installation, prefixes, rounds=3)
        wait_for(lambda: present(run).state in ("finished", "failed"), 300, "the end")
        assert (present(run).state, present(run).round) == ("finished", TREE_ROUNDS + 3)
        for name in namespaces.values():
            listening = subprocess.run(["ip", "netns", "exec", name, "ss", "-Hltn"], capture_output=True, text=True)
            assert (listening.returncode, listening.stdout) == (0, "")
    finally:
        installation.close()
