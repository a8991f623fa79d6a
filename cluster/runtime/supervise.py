"""Writes the supervisor's settings for this checkout and runs it; supervisord restarts what dies."""

import os
import sys
import tempfile
from pathlib import Path

from .https import Identity
from .separation import Separation, for_superlink, for_web, program
from .state import CHECKOUT, read_or_create

ALONE = Separation()
TEMPLATE = Path(__file__).with_name("supervisord.conf.in")
PROGRAMS = ("services", "web", "relay", "worker", "beat", "superlinks", "gateway")


def learning_folder() -> Path:
    """Where SuperLinks, the door and checkpoints lie; as the settings say it."""
    return Path(os.environ.get("DURE_LEARNING_FOLDER", CHECKOUT / ".dure" / "learning"))


def write_settings(
    *,
    host: str,
    port: int,
    workers: int,
    gateway: str = "127.0.0.1:9443",
    factories: int = 1,
    users: Separation = ALONE,
    secure: tuple[int, Identity] | None = None,
) -> Path:
    """The supervisor's file below .dure, filled for this checkout.

    Args:
        host, port: where the web process listens.
        workers: how many web processes.
        gateway: host:port of the published door of the federated path.
        factories: how many example factories stand ready to be started.
        users: who runs what.
        secure: port and identity of a second web process, over HTTPS for the whole network; None: there is none.
    """
    folder = CHECKOUT / ".dure"
    # A socket's path may have 107 characters at most; a deep checkout would pass that.
    socket = folder / "supervisor.sock"
    if len(str(socket)) > 100:
        socket = Path(tempfile.gettempdir()) / f"dure-{os.getuid()}-{abs(hash(str(CHECKOUT)))}.sock"
    text = TEMPLATE.read_text()
    values = {
        "python": sys.executable,
        "root": str(CHECKOUT),
        "state": str(folder),
        "socket": str(socket),
        "host": host,
        "port": str(port),
        "workers": str(workers),
        "has_secure": "true" if secure else "false",
        "secure_port": str(secure[0]) if secure else "0",
        "certificate": str(secure[1].certificate) if secure else "",
        "key": str(secure[1].key) if secure else "",
        "learning": str(learning_folder()),
        "gateway_host": gateway.rpartition(":")[0],
        "gateway_port": gateway.rpartition(":")[2],
        "factory": str(Path(sys.executable).with_name("dure-factory")),
        "factories": str(factories),
        "files": str(users.files),
        "as_web": program(users.web, for_web(read_or_create()) if users.web else {}),
        "as_superlink": program(users.superlink, for_superlink()),
    }
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    target = folder / "supervisord.conf"
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    target.write_text(text)
    return target


def supervisord_command(settings: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("supervisord")), "-n", "-c", str(settings)]
