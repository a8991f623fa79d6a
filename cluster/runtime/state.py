"""What one checkout has to remember between two starts: ports, passwords, where its data lies.

The file `.dure/state.json` is ignored by git and readable for its owner only. Nothing in it has to be typed by a person;
deleting it together with the data folder starts afresh.
"""

import hashlib
import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STATE_FILE = CHECKOUT / ".dure" / "state.json"


@dataclass(frozen=True)
class State:
    """Ports and secrets of the embedded servers of this checkout."""

    postgres_port: int
    valkey_port: int
    password: str
    secret_key: str
    data_dir: str

    def role_password(self, role: str) -> str:
        """The password of one database role, derived so that a single secret has to be kept."""
        return derived_password(self.password, role)


def derived_password(secret: str, role: str) -> str:
    return hashlib.sha256(f"{secret}:{role}".encode()).hexdigest()[:32]


def read() -> State | None:
    """The state of this checkout; None before the first `services up`, and for users who may not read it."""
    try:
        return State(**json.loads(STATE_FILE.read_text()))
    except (FileNotFoundError, PermissionError):
        return None


def read_or_create() -> State:
    if state := read():
        return state
    state = State(
        postgres_port=free_port(20000),
        valkey_port=free_port(21000),
        password=secrets.token_hex(16),
        secret_key=secrets.token_urlsafe(48),
        data_dir=str(default_data_dir()),
    )
    STATE_FILE.parent.mkdir(mode=0o700, exist_ok=True)
    STATE_FILE.touch(mode=0o600)
    STATE_FILE.write_text(json.dumps(asdict(state), indent=2))
    return state


def default_data_dir() -> Path:
    """As root below /var/lib/dure (the server's user cannot enter a home of mode 700), otherwise in the checkout."""
    if os.geteuid() != 0:
        return CHECKOUT / ".dure"
    # Random, and kept in the state: a new checkout in an old one's place must not meet data whose password it does not know.
    return Path("/var/lib/dure") / f"{CHECKOUT.name}-{secrets.token_hex(5)}"


def free_port(start: int) -> int:
    """The first free port from a start that differs by checkout, below 32768 where the kernel hands out its own."""
    offset = int(hashlib.sha256(str(CHECKOUT).encode()).hexdigest(), 16) % 900
    for port in range(start + offset, 32768):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError(f"No free port between {start} and 32768 on 127.0.0.1; stop a server and try again.")


def is_alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # of another user
    return True
