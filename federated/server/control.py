"""The Control API of a private SuperLink (launching.py starts it, guard.py is its door).

Control is called through Flower's internal HTTP client (0.03–0.7 s a call; the command line takes 1.3–2 s); its names
are internal, see flower/internals.py.
"""

import time
from collections.abc import Callable
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
from flwr.supercore.protobuf.client import ProtobufCall, ProtobufRequestContext

from ..agreed.errors import FederatedError
from .app_bundle import bundle, bundle_hash
from .launching import SuperLinkPlace


class SuperLinkAway(FederatedError):
    code = "superlink_away"


class TokenInterceptor:
    """Shows the SuperLink's token with every call; it is read again because each start makes another."""

    def __init__(self, place: SuperLinkPlace) -> None:
        self.place = place

    def intercept(self, context: ProtobufRequestContext, call_next: ProtobufCall) -> httpx.Response:
        context.request.headers["Authorization"] = f"Bearer {self.place.token_file.read_text()}"
        return call_next(context)


class Control:
    """Calls on one SuperLink's private port."""

    def __init__(self, place: SuperLinkPlace) -> None:
        self.place = place
        self.client = ControlHttpClient.from_server_address(
            place.address,
            False,
            str(place.ca),
            interceptors=[RuntimeVersionHttpInterceptor(component_name="flwr"), TokenInterceptor(place)],
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
        fab = Fab(hash_str=bundle_hash(), content=bundle())
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
