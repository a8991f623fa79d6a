"""How long sites are waited for: a loaded machine ends no run, and a site that is gone costs one deadline."""

import time
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from flwr.app import Error, Message
from flwr.common.constant import ErrorCode
from flwr.supercore.task_identity import TaskIdentity

from federated.agreed.contracts import Kind
from federated.agreed.messages import Reply, Request
from federated.flower.records import reply_to_record
from federated.server import asking
from federated.server.asking import Asker
from federated.server.patience import LONGEST, Patience

KINDS = [Kind.COUNT, *[Kind.GROW] * 5, *[Kind.TRAIN] * 10, Kind.CALIBRATE, Kind.FINISH]
# Seconds on an idle machine of the demo's six sites, deadline 60 s; the last kind is by far the longest.
IDLE = {Kind.COUNT: 0.4, Kind.GROW: 0.3, Kind.TRAIN: 1.3, Kind.CALIBRATE: 1.0, Kind.FINISH: 12.0}


@pytest.mark.parametrize("load", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("from_step", [0, 1, 7, 17])
def test_a_machine_loaded_to_sixteen_gives_no_site_up_whenever_the_load_comes(load, from_step):
    patience, given = Patience(60), []
    for step, kind in enumerate(KINDS):
        takes = IDLE[kind] * (load if step >= from_step else 1)
        given.append(patience.seconds(kind, "alpha", connected=True))
        assert takes < given[-1] <= 60 * LONGEST, (step, kind)
        patience.took(kind, takes)
    assert len(given) == len(KINDS)


def test_a_site_that_is_gone_or_was_given_up_gets_the_contracts_deadline_only():
    patience = Patience(60)
    patience.took(Kind.TRAIN, 100)
    patience.missed = {"beta"}
    assert patience.seconds(Kind.TRAIN, "alpha", connected=True) == 400
    assert patience.seconds(Kind.TRAIN, "alpha", connected=False) == 60
    assert patience.seconds(Kind.TRAIN, "beta", connected=True) == 60
    patience.took(Kind.TRAIN, 10_000)
    assert patience.seconds(Kind.TRAIN, "alpha", connected=True) == 600


def test_the_end_is_waited_for_as_long_as_all_rounds_took_for_each_site_trains_alone_then():
    """Seen at a load of 20: 35 rounds of 15 s, then 400 s alone; all six sites were given up after 300 s."""
    patience = Patience(60)
    for number in range(35):
        for seconds in (9, 15):
            patience.took(Kind.TRAIN, seconds, number)
    assert patience.seconds(Kind.FINISH, "alpha", connected=True) == 2 * 35 * 15 < patience.longest + 1
    assert patience.seconds(Kind.FINISH, "alpha", connected=False) == 60
    assert Patience(60).seconds(Kind.FINISH, "alpha", connected=True) == 300


@pytest.fixture(autouse=True)
def _as_a_task_of_flower(monkeypatch):
    for name in ("_run_id", "_node_id", "_task_id"):
        monkeypatch.setattr(TaskIdentity, name, 1)


class Paced:
    """A grid whose sites answer so many seconds after they were asked; None never does.

    Args:
        online: nodes that are connected; all of them by default.
    """

    def __init__(self, seconds: dict[int, float | None], online: set[int] | None = None) -> None:
        self.seconds, self.online = seconds, set(seconds) if online is None else online
        self.asked: dict[str, tuple[float, Message]] = {}

    def get_node_ids(self) -> Iterable[int]:
        return self.online

    def push_messages(self, messages: Iterable[Message]) -> list[str]:
        found = []
        for message in messages:
            key = f"{len(self.asked)}"
            message.metadata.__dict__["_message_id"] = key
            self.asked[key] = (time.monotonic(), message)
            found.append(key)
        return found

    def pull(self, keys: Iterable[str]) -> Iterator[tuple[str, Message]]:
        for key in keys:
            at, message = self.asked[key]
            takes = self.seconds[message.metadata.dst_node_id]
            if takes is not None and time.monotonic() - at >= takes:
                yield key, Message(reply_to_record(Reply("", seconds=takes)), reply_to=message)

    def stalled(self) -> set[str]:
        return set()

    def forget(self) -> None:
        pass


def ask(grid: Paced, deadline_s: float) -> tuple[dict[str, str], Asker]:
    nodes = {f"site {node}": node for node in grid.seconds}
    asker = Asker(grid, nodes, quorum=1, deadline_s=deadline_s, mailbox=grid)
    found = asker.ask(Request(Kind.TRAIN, "1", "ab" * 32, 1))
    return {reply.site: reply.error.partition(":")[0] for reply in found}, asker


def test_sites_slower_than_the_deadline_are_used_where_all_are_slow():
    errors, _asker = ask(Paced({1: 0.5, 2: 0.7, 3: 1.0}), deadline_s=0.3)
    assert errors == {"site 1": "", "site 2": "", "site 3": ""}


def test_whoever_is_not_connected_is_not_waited_for_where_the_question_is_optional():
    grid = Paced({1: 0.05, 2: 0.05, 3: None}, online={1, 3})
    nodes = {f"site {node}": node for node in grid.seconds}
    asker = Asker(grid, nodes, quorum=3, deadline_s=0.5, mailbox=grid)
    asker.patience.missed = {"site 2"}
    request = Request(Kind.KEY, "1", "ab" * 32, sites=frozenset({"site 1", "site 2", "site 3"}), is_optional=True)
    found = {reply.site: reply.error for reply in asker.ask(request)}
    assert found == {"site 1": "", "site 3": asking.TOO_LATE}
    assert asker.patience.missed == {"site 2"}
    grid.online = set()
    assert asker.ask(request) == []


def test_a_site_that_goes_away_in_a_round_is_given_up_at_the_deadline_though_another_was_quick():
    grid = Paced({1: 0.05, 2: None})
    started = time.monotonic()
    real, grid.get_node_ids = grid.get_node_ids, lambda: {1, 2} if not grid.asked else {1}
    errors, asker = ask(grid, deadline_s=0.5)
    assert errors == {"site 1": "", "site 2": "offline"}
    assert time.monotonic() - started < 0.5 * LONGEST / 2
    grid.get_node_ids = real
    again = time.monotonic()
    asker.ask(Request(Kind.GROW, "1", "ab" * 32, 2))
    assert 0.5 <= time.monotonic() - again < 0.5 * 3, "a site that was given up is waited for like one that is quick"


class Told(Paced):
    """A grid that reports a node away once, as Flower does after two missed heartbeats, in the node's place."""

    def __init__(self) -> None:
        super().__init__({1: 0.05, 2: 0.05})
        self.is_told = False

    def pull(self, keys: Iterable[str]) -> Iterator[tuple[str, Message]]:
        for key in keys:
            message = self.asked[key][1]
            if message.metadata.dst_node_id == 2 and not self.is_told:
                self.is_told = True
                yield key, Message(Error(ErrorCode.NODE_UNAVAILABLE, "no heartbeat"), reply_to=message)
            else:
                yield from super().pull([key])


def test_a_site_that_flower_says_is_away_is_asked_again_when_it_is_back(monkeypatch):
    """Two heartbeats missed while the door was down counted as the site's own refusal, and the quorum was missed."""
    monkeypatch.setattr(asking, "SOON_S", 0.2)
    errors, _asker = ask(grid := Told(), deadline_s=5)
    assert errors == {"site 1": "", "site 2": ""}
    assert [message.metadata.dst_node_id for _at, message in grid.asked.values()] == [1, 2, 2]


def test_signs_of_life_are_given_while_too_few_sites_are_connected(monkeypatch):
    """The keeper took a ServerApp that waits for dead every 25 seconds, and failed the run at the sixth."""
    monkeypatch.setattr(asking, "TELL_EVERY_S", 0.1)
    told = []
    grid = Paced({1: 0.0, 2: 0.0}, online={1})
    progress = lambda states, request, left: told.append((time.monotonic(), dict(states)))  # noqa: E731
    asker = Asker(grid, {"a": 1, "b": 2}, quorum=2, deadline_s=0.2, mailbox=grid, progress=progress)
    found = {reply.site: reply.error.partition(":")[0] for reply in asker.ask(Request(Kind.TRAIN, "1", "ab" * 32, 1))}
    assert found == {"a": "", "b": "offline"}
    assert len(told) >= 4
    assert told[0][1] == {"a": "waiting", "b": "offline"}
    assert max(later[0] - earlier[0] for earlier, later in pairwise(told)) < 1
