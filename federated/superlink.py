"""A private SuperLink and its Control API: the one door to Flower's server.

Control is called through Flower's internal HTTP client (0.03–0.7 s a call; the command line takes 1.3–2 s); its names
are internal, see node.py.
"""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from flwr.common.serde import user_config_to_proto
from flwr.proto.control_pb2 import (
    ListNodesRequest,
    ListRunsRequest,
    RegisterNodeRequest,
    StartRunRequest,
    StopRunRequest,
    UnregisterNodeRequest,
)
from flwr.proto.fab_pb2 import Fab
from flwr.supercore.control.control_http_client import ControlHttpClient
from flwr.supercore.interceptors.http.runtime_version import RuntimeVersionHttpInterceptor

from . import VERSION
from .errors import FederatedError
from .tls import issue

# The bundle holds no code: the ServerApp is the installed one, and light nodes never fetch it.
APP_SETTINGS = f"""
[project]
name = "dure"
version = "{VERSION}"
description = "Names the installed apps; holds no code."
license = {{ file = "LICENSE" }}
dependencies = []

[tool.flwr.app]
publisher = "dure"

[tool.flwr.app.components]
serverapp = "federated.server_app:app"
clientapp = "federated.client_app:app"

[tool.flwr.app.config]
run = ""
"""


class SuperLinkAway(FederatedError):
    code = "superlink_away"


@dataclass(frozen=True)
class SuperLinkPlace:
    """Where a SuperLink lives: its own folder (keys, log, Flower's home) and a port on this machine."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def pid_file(self) -> Path:
        return self.folder / "superlink.pid"


def launch(place: SuperLinkPlace, *, desk: str, secret: str = "") -> subprocess.Popen[bytes]:
    """Start a SuperLink with a fresh state; nothing of it has to outlive the process.

    Args:
        desk: where its ServerApps find their jobs, see `server_app.desk_of`.
        secret: of the federation, reaches ServerApps through the environment only.
    """
    place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    end_orphan(place)
    issue(place.folder, ["127.0.0.1", "localhost"])
    command = [
        *(str(Path(sys.executable).with_name("flower-superlink")), "--host", "127.0.0.1", "--port", str(place.port)),
        *("--ssl-certfile", str(place.folder / "server.pem"), "--ssl-keyfile", str(place.folder / "server.key")),
        *("--ssl-ca-certfile", str(place.ca), "--enable-supernode-auth", "--disable-runtime-dependency-installation"),
    ]
    environment = {
        **os.environ,
        # Its executor starts `flower-superexec` and `flwr-serverapp` by name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # Where `federated` itself lies, also in a checkout that is not installed.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])),
        "FLWR_HOME": str(place.folder / "flwr"),
        "FLWR_TELEMETRY_ENABLED": "0",
        "FLWR_DISABLE_UPDATE_CHECK": "1",
        "FLWR_SUPEREXEC_TASK_POLL_INTERVAL": "0.5",
        "OMP_NUM_THREADS": "1",
        "DURE_DESK": desk,
        "DURE_FEDERATION_SECRET": secret,
    }
    with (place.folder / "superlink.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
            cwd=place.folder,
        )
    place.pid_file.write_text(str(process.pid))
    return process


def end_orphan(place: SuperLinkPlace) -> None:
    """Stop a SuperLink of this folder whose keeper was killed; it would hold the port."""
    if not place.pid_file.exists():
        return
    pid = int(place.pid_file.read_text())
    # The number may belong to another program by now.
    if f"--port {place.port}" in _command_of(pid):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        time.sleep(0.5)
    place.pid_file.unlink()


def _command_of(pid: int) -> str:
    """The command line of a process, empty where there is none."""
    listed = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace") if listed.exists() else ""
    return subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout


def terminate(process: subprocess.Popen[bytes], seconds: float = 5) -> None:
    """Stop a SuperLink with its executor and ServerApps."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


class Control:
    """Calls on one SuperLink's private port."""

    def __init__(self, place: SuperLinkPlace) -> None:
        self.place = place
        self.client = ControlHttpClient.from_server_address(
            place.address,
            False,
            str(place.ca),
            interceptors=[RuntimeVersionHttpInterceptor(component_name="flwr")],
        )

    def wait(self, seconds: float = 30) -> None:
        """
        Raises:
            SuperLinkAway: no answer within the time.
        """
        end = time.monotonic() + seconds
        while True:
            try:
                self.nodes()
                return
            except SuperLinkAway:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def register(self, public_key: bytes, name: str) -> int:
        """The node id of a key; a key that is registered already keeps its id."""
        for node_id, key in self.nodes().items():
            if key == public_key:
                return node_id
        return self._call(self.client.RegisterNode, RegisterNodeRequest(public_key=public_key, name=name)).node_id

    def unregister(self, node_id: int) -> None:
        self._call(self.client.UnregisterNode, UnregisterNodeRequest(node_id=node_id))

    def nodes(self) -> dict[int, bytes]:
        """Node id → public key of all that are registered."""
        found = self._call(self.client.ListNodes, ListNodesRequest()).nodes_info
        return {node.node_id: node.public_key for node in found if node.status != "unregistered"}

    def online(self) -> set[int]:
        found = self._call(self.client.ListNodes, ListNodesRequest()).nodes_info
        return {node.node_id for node in found if node.status == "online"}

    def start(self, run: str) -> int:
        """Start a ServerApp for one of our runs; returns Flower's own run id."""
        content = bundle()
        fab = Fab(hash_str=hashlib.sha256(content).hexdigest(), content=content)
        request = StartRunRequest(fab=fab, override_config=user_config_to_proto({"run": run}))
        return self._call(self.client.StartRun, request).run_id

    def stop(self, run_id: int) -> None:
        self._call(self.client.StopRun, StopRunRequest(run_id=run_id))

    def status(self, run_id: int) -> str:
        """Flower's status of a run ("running", "finished:completed", …), "unknown" where the SuperLink never heard of it."""
        found = self._call(self.client.ListRuns, ListRunsRequest()).run_dict
        if run_id not in found:
            return "unknown"
        status = found[run_id].status
        return f"{status.status}:{status.sub_status}" if status.sub_status else status.status

    def close(self) -> None:
        self.client.close()

    def _call(self, method: Callable[[Any], Any], request: Any) -> Any:
        try:
            return method(request)
        except httpx.HTTPStatusError as error:
            text = error.response.text[:80]
            raise SuperLinkAway("The SuperLink refused a call.", place=self.place.address, value=text) from error
        except httpx.HTTPError as error:
            rule = "The SuperLink does not answer."
            raise SuperLinkAway(rule, place=self.place.address, value=type(error).__name__) from error


def bundle() -> bytes:
    """The Flower App Bundle: settings that name the installed apps, the same bytes every time."""
    from flwr.cli.build import build_fab_from_files

    content, _metadata = build_fab_from_files({"pyproject.toml": APP_SETTINGS.encode(), "LICENSE": b"MIT\n"})
    return content
