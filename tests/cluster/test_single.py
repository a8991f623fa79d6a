"""`make demo` beside another one of the same checkout, with real processes."""

import os
import pwd
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cluster.runtime import services, single, state, users

HOLDER = """
import sys
from pathlib import Path
from cluster.runtime import single
with single.alone(Path(sys.argv[1]), say=print) as lock:
    print("has it", flush=True)
    for line in sys.stdin:
        lock.stopping() if line.strip() == "stop" else exit()
        print("stopping", flush=True)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process with the lock; `tell` waits until it has done what it was told."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "demo.lock")],
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": state.CHECKOUT},
    )
    assert process.stdout.readline() == "has it\n"
    yield process
    process.kill()
    process.wait()


def tell(process: subprocess.Popen, word: str) -> None:
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def test_a_demo_started_while_another_one_stops_waits_for_it(tmp_path, holder):
    tell(holder, "stop")
    assert holder.stdout.readline() == "stopping\n"
    said = []

    def say(line: str) -> None:
        said.append(line)
        tell(holder, "end")

    with single.alone(tmp_path / "demo.lock", say=say):
        assert holder.wait(10) == 0
        assert said == [f"Another `make demo` (process {holder.pid}) is still stopping; waiting for it"]


def test_a_demo_beside_one_that_runs_says_so_instead_of_waiting(tmp_path, holder):
    with pytest.raises(SystemExit, match=f"runs in this checkout already .process {holder.pid}."):
        single.alone(tmp_path / "demo.lock", say=print).__enter__()


def test_a_demo_that_never_ends_stopping_is_named_after_the_time(tmp_path, holder):
    tell(holder, "stop")
    assert holder.stdout.readline() == "stopping\n"
    started = time.monotonic()
    with pytest.raises(SystemExit, match="did not stop within 0 s"):
        single.alone(tmp_path / "demo.lock", say=print, seconds=0.3).__enter__()
    assert time.monotonic() - started >= 0.3


def test_a_demo_that_was_killed_leaves_no_lock(tmp_path, holder):
    holder.kill()
    holder.wait()
    with single.alone(tmp_path / "demo.lock", say=print) as lock:
        lock.stopping()
        assert (tmp_path / "demo.lock").read_text() == f"{os.getpid()} stopping"


def test_each_embedded_server_runs_as_a_user_of_its_own_where_root_starts_it():
    servers, owners = services.embedded(), {}
    for server in servers:
        if (pid := server.pid()) is not None and state.is_alive(pid):
            owners[server.name] = pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name
            assert server.data.stat().st_mode & 0o077 == 0
    assert set(owners) == {server.name for server in servers}
    if os.geteuid() == 0:
        assert owners.items() <= users.NAMES.items()
        assert users.note() == ""
    else:
        assert set(owners.values()) <= {pwd.getpwuid(os.geteuid()).pw_name}
        assert "every program of" in users.note()
