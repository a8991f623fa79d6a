"""One `make demo` in a checkout at a time: a second one waits while the first stops, and names the first where it runs."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

WAIT_S = 180.0
STOPPING = "stopping"


class Lock:
    """Held by the kernel for as long as this process lives, however it ends; the file says what its holder does."""

    def __init__(self, file: IO[str]) -> None:
        self.file = file

    def write(self, state: str) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.file.write(f"{os.getpid()} {state}")
        self.file.flush()

    def stopping(self) -> None:
        """Whoever waits knows that it will not be long."""
        self.write(STOPPING)


@contextmanager
def alone(path: Path, *, say: Callable[[str], None], seconds: float = WAIT_S) -> Iterator[Lock]:
    """The lock, once its holder has ended.

    Raises:
        SystemExit: the holder runs and does not stop, or takes longer than the seconds to do so.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("a+") as file:
        end, told = time.monotonic() + seconds, False
        while not _take(file):
            pid, state = _holder(path)
            if state != STOPPING and pid:
                raise SystemExit(
                    f"`make demo` runs in this checkout already (process {pid}); stop it with Ctrl-C or use it."
                )
            if time.monotonic() > end:
                raise SystemExit(
                    f"The other `make demo` (process {pid}) did not stop within {seconds:.0f} s; see .dure/*.log."
                )
            if not told:
                told = True
                say(f"Another `make demo` (process {pid}) is still stopping; waiting for it")
            time.sleep(0.2)
        lock = Lock(file)
        lock.write("running")
        yield lock


def _take(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> tuple[int, str]:
    """(process, state) as its holder wrote them; (0, "") in the moment before it has."""
    pid, _space, state = path.read_text().partition(" ")
    return (int(pid), state) if pid.isdigit() else (0, "")
