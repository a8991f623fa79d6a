"""`make demo`: from an empty machine to a running system with an example cluster, step by step, and down again on Ctrl-C."""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from types import FrameType

from federated.agreed.accounts import Account

from . import factories, https, separation, services, single, state, supervise

STEPS = 7
PORT = 8000
GATEWAY_PORT = 9443
SECURE_PORT, AUTHORITY_PORT = 8443, 8080
FACTORIES = 7


class Progress:
    """Numbered steps with the time each took."""

    def __init__(self) -> None:
        self.number = 0
        self.started = time.monotonic()

    def step(self, text: str) -> None:
        self.number += 1
        print(f"[{self.number}/{STEPS}] {text}", flush=True)


def manage(*words: str, env: dict[str, str] | None = None, account: Account | None = None) -> str:
    """Run a management command; a failure ends the demo with its last line.

    Args:
        account: the user that runs it; None for this one.
    """
    result = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=state.CHECKOUT,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        # What is prepared here (style sheets, languages) is for everybody to read.
        **(account.popen if account else {"umask": 0o022}),
    )
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines() or ["no message"]
        raise SystemExit(f"`manage.py {' '.join(words)}` failed: {lines[-1]}\nMore: run it by hand to see everything.")
    return result.stdout


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m cluster.runtime.demo",
        description="Start Dure with an invented cluster, in the foreground; Ctrl-C stops all of it and keeps the data.",
        epilog="Settings in the environment: PORT, HOST, DURE_GATEWAY and others (docs/operations.md).",
    )
    parser.add_argument(
        "--lan",
        action="store_true",
        help="HTTPS for phones in the same network too, with an authority of its own (`make demo LAN=1`)",
    )
    return parser.parse_args(words)


def main() -> None:
    asked = arguments()
    with single.alone(state.CHECKOUT / ".dure" / "demo.lock", say=lambda line: print(f"      {line}", flush=True)) as lock:
        serve(lock, is_for_phones=asked.lan)


def serve(lock: single.Lock, *, is_for_phones: bool = False) -> None:
    progress = Progress()
    progress.step("Starting PostgreSQL and Valkey")
    try:
        services.up(lambda line: print(f"      {line}", flush=True))
    except RuntimeError as error:
        raise SystemExit(str(error)) from error
    try:
        run(progress, lock, is_for_phones=is_for_phones)
    finally:
        lock.stopping()
        print("Stopping PostgreSQL and Valkey ...", flush=True)
        services.down(lambda line: None)
        print("All stopped; the data stays for the next `make demo`.", flush=True)


def run(progress: Progress, lock: single.Lock, *, is_for_phones: bool = False) -> None:
    current = state.read_or_create()
    users = separation.decide(current)
    if users.why:
        print(f"      {users.why}", flush=True)
    separation.arrange(users)
    # This process's children inherit it, and what join addresses and ServerApps use.
    os.environ.update(users.settings())
    progress.step("Bringing the database up to date")
    manage("migrate", "--database", "owner", "--verbosity", "0")
    progress.step("Preparing style sheets and languages")
    manage("catalogues", "compile")
    manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
    progress.step("Loading the example cluster")
    logins = manage("seed_demo", account=users.web, env=separation.for_web(current, as_owner=True) if users.web else None)
    progress.step("Starting web, relay, worker and clock")
    port = int(os.environ.get("PORT", 0)) or free_port()
    host = os.environ.get("HOST", "127.0.0.1")
    phones = Phones.find(users) if is_for_phones else None
    if phones:
        os.environ["DURE_HOSTS"] = f"{os.environ.get('DURE_HOSTS', '')},{phones.host}".strip(",")
        os.environ.setdefault("DURE_PUBLIC_URL", phones.address)
    os.environ.setdefault("DURE_PUBLIC_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("DURE_GATEWAY", f"127.0.0.1:{free_port(GATEWAY_PORT)}")
    gateway = os.environ["DURE_GATEWAY"]
    secure = (phones.port, phones.identity) if phones else None
    settings = supervise.write_settings(
        host=host, port=port, workers=1, gateway=gateway, factories=FACTORIES, users=users, secure=secure
    )
    supervisor = subprocess.Popen(supervise.supervisord_command(settings), cwd=state.CHECKOUT, start_new_session=True)

    def stop(number: int, frame: FrameType | None) -> None:
        lock.stopping()
        supervisor.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    address = f"http://127.0.0.1:{port}/"
    if wait_for(f"{address}health/", supervisor):
        progress.step(f"Ready after {time.monotonic() - progress.started:.0f} s: open {address}")
        print(logins, end="")
        if phones:
            phones.say()
        print("Everything is invented. Ctrl-C stops all of it.", flush=True)
        factories.start_training(progress, settings, address)
    code = supervisor.wait()
    if code not in (0, -signal.SIGTERM):
        raise SystemExit(f"The supervisor ended with {code}; its log is .dure/supervisord.log")


@dataclass(frozen=True)
class Phones:
    """Where phones in the same network find the demo, and what they trust."""

    host: str
    port: int
    identity: https.Identity

    @property
    def address(self) -> str:
        return f"https://{self.host}:{self.port}/"

    @classmethod
    def find(cls, users: separation.Separation) -> "Phones":
        host = https.lan_address()
        if host is None:
            raise SystemExit("This machine has no address in a network: start without --lan (LAN=1).")
        if not https.is_vouched(host):
            raise SystemExit(
                f"{host} is no address of a private network; the demo's passwords are public: start without --lan."
            )
        identity = https.prepare(users.files / "https", [host, "127.0.0.1"], owner=users.web)
        return cls(host, free_port(SECURE_PORT), identity)

    def say(self) -> None:
        """Hand out the authority's certificate, and print where, with its fingerprint."""
        port = free_port(AUTHORITY_PORT)
        https.hand_out(self.identity, host="0.0.0.0", port=port, address=self.address)
        print(f"Phones in this network: {self.address}")
        print(f"  once, trust its authority: http://{self.host}:{port}/ca.crt (or {self.identity.authority})")
        print(f"  SHA-256 {self.identity.fingerprint}; how: docs/operations.md", flush=True)


def wait_for(url: str, supervisor: subprocess.Popen[bytes], seconds: float = 180) -> bool:
    """True as soon as the address answers; False when the supervisor has ended before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except OSError:
            if supervisor.poll() is not None:
                return False
            time.sleep(0.3)
    supervisor.terminate()
    raise SystemExit("The web process did not answer within three minutes; its log is .dure/web.log")


def free_port(first: int = PORT) -> int:
    """8000 (or another first one), or the next port that nobody uses."""
    import socket

    for port in range(first, first + 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(
        f"No free port from {first} to {first + 199}; set PORT=... or DURE_GATEWAY=127.0.0.1:... and try again."
    )


if __name__ == "__main__":
    main()
