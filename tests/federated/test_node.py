"""How long a node waits before it asks again, and what a program that was killed leaves to the next one."""

import subprocess
import sys
import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flwr.app import ConfigRecord, Message, RecordDict
from flwr.supercore.task_identity import TaskIdentity

from federated.factory import node
from federated.factory.inbox import Inbox
from federated.factory.node import BUSY_S, POLL_S, Pace
from federated.factory.outbox import Outbox


class Killed(BaseException):
    """In a signal's place."""


def test_a_question_that_was_held_is_asked_again_at_once_and_one_that_was_not_after_a_pause(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(node.time, "monotonic", lambda: clock[0])
    pace = Pace(idle_s=3.0)
    assert 1.5 <= pace.next_pause(0.0) <= 4.5
    pace.worked()
    assert (pace.next_pause(0.0), pace.next_pause(3.0)) == (POLL_S, 0.0)
    clock[0] += BUSY_S + 1
    assert pace.next_pause(0.0) >= 1.5
    assert pace.next_pause(3.0) <= 1.5


@pytest.fixture(autouse=True)
def _as_a_task_of_flower(monkeypatch):
    for name in ("_run_id", "_node_id", "_task_id"):
        monkeypatch.setattr(TaskIdentity, name, 1)


def question(ttl: float = 600) -> Message:
    message = Message(RecordDict({"dure": ConfigRecord({"round": 3, "array:weights": b"12"})}), 7, "train", ttl=ttl)
    message.metadata.__dict__["_message_id"] = message.object_id
    return message


@pytest.fixture
def line(monkeypatch):
    """A connection that gives one question, once, and takes replies; `sent` are those."""
    found = SimpleNamespace(waiting=[question()], sent=[], client=None, node=None)
    found.receive = lambda: found.waiting.pop() if found.waiting else None

    @contextmanager
    def connect(address, **_rest):
        yield found

    def push(outbox, client, node):
        if outbox.reply is not None:
            found.sent.append(outbox.reply)
            outbox.reply = None

    monkeypatch.setattr(node, "connect", connect)
    monkeypatch.setattr(Outbox, "push", push)
    return found


def serve(tmp_path, handle, stop=None):
    stop = stop or threading.Event()
    inbox = Inbox(tmp_path / "question.bin")
    node.serve("", ca=b"", key=None, id_file=tmp_path / "id", handle=handle, stop=stop, idle_s=0.01, inbox=inbox)


def killed(message):
    raise Killed


def test_a_program_that_was_killed_with_a_question_answers_it_when_it_is_started_again(tmp_path, line):
    """It was asked again after 24 s, loaded, and came a second too late: a killed process had cost a result."""
    with pytest.raises(Killed):
        serve(tmp_path, killed)
    stop, seen = threading.Event(), []

    def handle(message):
        seen.append((message.metadata.message_id, dict(message.content["dure"])))
        stop.set()
        return RecordDict()

    asked = question()
    assert not line.sent
    serve(tmp_path, handle, stop)
    assert [words for _id, words in seen] == [dict(asked.content["dure"])]
    assert [reply.metadata.reply_to_message_id for reply in line.sent] == [seen[0][0]]
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_ends_programs_ends_two_of_them_and_not_every_one(tmp_path, line):
    for _start in range(2):
        with pytest.raises(Killed):
            serve(tmp_path, killed)
    assert Inbox(tmp_path / "question.bin").left() is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe not a message"])
def test_a_file_that_is_no_question_keeps_no_program_from_starting(tmp_path, content):
    (tmp_path / "question.bin").write_bytes(content)
    assert Inbox(tmp_path / "question.bin").left() is None
    assert list(tmp_path.iterdir()) == []


def test_a_question_of_a_round_that_is_long_over_is_not_taken_up(tmp_path):
    old = question(ttl=0.001)
    Inbox(tmp_path / "question.bin").keep(old)
    assert Inbox(tmp_path / "question.bin").left() is None


def test_an_idle_factory_loads_no_web_server_and_nothing_of_its_work():
    """Ten MB of it came with two small classes of Flower's."""
    program = "import sys, federated.factory.cli, federated.factory.running, federated.factory.node; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split())
    assert loaded & {"fastapi", "starlette", "requests", "torch", "polars", "pygments"} == set()
