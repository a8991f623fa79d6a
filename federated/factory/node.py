"""A light Flower node: the installed client in this very process, on Flower's own fleet protocol.

No code arrives with a run (the FAB is never fetched), no port is opened, torch is imported once and only when there is work.
The names below flwr.supernode and flwr.supercore are internal to Flower (flower/internals.py). Its own connection helper is
not used: it ends the process when the SuperLink forgets a node, and sends a heartbeat every 30 s only.
"""

import logging
import random
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from flwr.app import Message, RecordDict
from flwr.common.constant import TIMESTAMP_HEADER
from flwr.common.serde import message_from_proto
from flwr.proto.fleet_pb2 import ActivateNodeRequest, DeactivateNodeRequest, PullMessagesRequest
from flwr.proto.heartbeat_pb2 import SendNodeHeartbeatRequest
from flwr.proto.message_pb2 import ObjectTree
from flwr.proto.node_pb2 import Node
from flwr.supercore.constant import (
    FLEET_HTTP_PUBLIC_KEY_HEADER,
    FLEET_HTTP_SIGNATURE_HEADER,
    FLWR_COMPONENT_NAME_METADATA_KEY,
    FLWR_PACKAGE_NAME_METADATA_KEY,
    FLWR_PACKAGE_VERSION_METADATA_KEY,
    VERSION_INCOMPATIBILITY_MESSAGE_METADATA_KEY,
)
from flwr.supercore.date import now
from flwr.supercore.inflatable.inflatable_protobuf_utils import (
    make_confirm_message_received_fn_protobuf,
    make_pull_object_fn_protobuf,
)
from flwr.supercore.inflatable.inflatable_utils import ObjectPullError, pull_and_inflate_object_from_tree
from flwr.supercore.primitives.asymmetric import public_key_to_bytes, sign_message
from flwr.supercore.protobuf.client import ProtobufCall, ProtobufRequestContext
from flwr.supercore.version import package_name, package_version
from flwr.supernode.fleet_http_client import FleetHttpClient

from .inbox import Inbox
from .outbox import Outbox

Handler = Callable[[Message], RecordDict]

log = logging.getLogger("dure.factory")

POLL_S = 0.25
BUSY_S = 60.0
# A message is seen before its content is there; Flower would wait a whole second then.
BACKOFF_S, BACKOFF_CAP_S = 0.03, 1.0
CONTENT_S = 20.0  # the content of a message is there by then, or its sender is gone
inflate = partial(
    pull_and_inflate_object_from_tree, max_time=CONTENT_S, initial_backoff=BACKOFF_S, backoff_cap=BACKOFF_CAP_S
)
HEARTBEAT_S = 10.0  # the least that Flower takes; a silent node counts as offline after twice that


class ConnectionLost(Exception):
    """The gateway or the SuperLink does not answer, or does not know this node (any more)."""


class Pace:
    """How long to wait before asking again.

    The SuperLink's door holds a question until there is something or some seconds are over (server/holding.py); where it
    does not, it is asked now and then: every question costs it several milliseconds. Idle, the pause is long and jittered.
    """

    def __init__(self, idle_s: float) -> None:
        self.idle_s = idle_s
        self.last_work = -BUSY_S

    def worked(self) -> None:
        self.last_work = time.monotonic()

    def next_pause(self, asked_s: float) -> float:
        """
        Args:
            asked_s: how long the last question took, which brought nothing.
        """
        is_busy = time.monotonic() - self.last_work <= BUSY_S
        return max(0.0, (POLL_S if is_busy else self.idle_s * random.uniform(0.5, 1.5)) - asked_s)


class Connection:
    """One activated node; every call raises httpx.HTTPError when it fails."""

    def __init__(self, client: FleetHttpClient, node_id: int) -> None:
        self.client, self.node = client, Node(node_id=node_id)

    def heartbeat(self) -> bool:
        """Whether the SuperLink knows this node."""
        request = SendNodeHeartbeatRequest(node=self.node, heartbeat_interval=HEARTBEAT_S)
        return self.client.SendNodeHeartbeat(request).success

    def receive(self) -> Message | None:
        """The next message; None also where one cannot be read, which is asked again if it was one of ours."""
        found = self.client.PullMessages(PullMessagesRequest(node=self.node))
        if not found.messages_list:
            return None
        tree: ObjectTree = found.message_object_trees[0]
        run_id = message_from_proto(found.messages_list[0]).metadata.run_id
        pull = make_pull_object_fn_protobuf(self.client.PullObject, self.node, run_id)
        confirm = make_confirm_message_received_fn_protobuf(self.client.ConfirmMessageReceived, self.node, run_id)
        try:
            message = inflate(tree, pull, confirm, return_type=Message)
        except (ObjectPullError, KeyError, TypeError, ValueError) as error:
            log.warning("a message could not be read: %s", error)
            return None
        message.metadata.__dict__["_message_id"] = tree.object_id
        return message


@contextmanager
def connect(address: str, *, ca: bytes, key: ec.EllipticCurvePrivateKey, id_file: Path) -> Iterator[Connection]:
    """An activated node with its heartbeat in the background.

    Args:
        address: host:port of the gateway.
        ca: PEM of the authority that signed the gateway's certificate.
        id_file: keeps the node's id: a node that was cut off counts as active for 20 s more and cannot be activated again.
    """
    public = key.public_key()
    with FleetHttpClient.from_server_address(address, False, ca, interceptors=[Signed(key)]) as client:
        connection = _take_up(client, id_file)
        if connection is None:
            request = ActivateNodeRequest(public_key=public_key_to_bytes(public), heartbeat_interval=HEARTBEAT_S)
            connection = Connection(client, client.ActivateNode(request).node_id)
            id_file.write_text(str(connection.node.node_id))
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(HEARTBEAT_S * random.uniform(0.7, 0.9)):
                # The next question of the node itself finds out what is wrong.
                with suppress(httpx.HTTPError, RuntimeError):
                    connection.heartbeat()

        threading.Thread(target=beat, daemon=True).start()
        try:
            yield connection
        finally:
            ended.set()
            with suppress(httpx.HTTPError, RuntimeError):
                client.DeactivateNode(DeactivateNodeRequest(node_id=connection.node.node_id))


def _take_up(client: FleetHttpClient, id_file: Path) -> Connection | None:
    """The connection of before, where the SuperLink still knows its node."""
    if not id_file.exists():
        return None
    connection = Connection(client, int(id_file.read_text()))
    try:
        return connection if connection.heartbeat() else None
    except httpx.HTTPStatusError:
        return None


def serve(
    address: str,
    *,
    ca: bytes,
    key: ec.EllipticCurvePrivateKey,
    id_file: Path,
    handle: Handler,
    stop: threading.Event,
    idle_s: float = 3.0,
    outbox: Outbox | None = None,
    inbox: Inbox | None = None,
) -> None:
    """Answer messages until `stop` is set.

    Args:
        outbox: keeps a reply that a lost connection held up for the next connection.
        inbox: keeps a question for the next program, should this one be killed.
        handle: what the factory does with a message; its result is the reply's content.
        idle_s: mean pause between two questions while there is no run.

    Raises:
        ConnectionLost: the caller may try again later.
    """
    pace, outbox, inbox = Pace(idle_s), outbox or Outbox(), inbox or Inbox()
    try:
        with connect(address, ca=ca, key=key, id_file=id_file) as connection:
            if outbox.reply is not None:
                outbox.push(connection.client, connection.node)
                inbox.clear()
            while not stop.is_set():
                asked = time.monotonic()
                if (message := inbox.left()) is None:
                    message = connection.receive()
                    if message is None:
                        stop.wait(pace.next_pause(time.monotonic() - asked))
                        continue
                    inbox.keep(message)
                started = time.monotonic()
                outbox.put(Message(handle(message), reply_to=message), time.monotonic() - started)
                outbox.push(connection.client, connection.node)
                inbox.clear()
                pace.worked()
    except httpx.HTTPStatusError as error:
        raise ConnectionLost(f"answered {error.response.status_code}") from error
    except httpx.HTTPError as error:
        raise ConnectionLost(type(error).__name__) from error


class Signed:
    """Each call says who calls, signed now, and with which release of Flower.

    Flower's own two interceptors say the same; with them comes a web server, ten MB in every idle factory.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.key = key
        self.release = {
            FLWR_PACKAGE_NAME_METADATA_KEY: package_name,
            FLWR_PACKAGE_VERSION_METADATA_KEY: package_version,
            FLWR_COMPONENT_NAME_METADATA_KEY: "SuperNode",
        }

    def intercept(self, context: ProtobufRequestContext, call_next: ProtobufCall) -> httpx.Response:
        context.request.headers.update({**self.release, **signed_headers(self.key)})
        response = call_next(context)
        if told := response.headers.get(VERSION_INCOMPATIBILITY_MESSAGE_METADATA_KEY):
            log.warning("%s", told)
        return response


def signed_headers(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    """The headers by which Flower knows a node, for one call now."""
    public = public_key_to_bytes(key.public_key())
    at = now().isoformat()
    return {
        FLEET_HTTP_PUBLIC_KEY_HEADER: b64encode(public).decode("ascii"),
        TIMESTAMP_HEADER: at,
        FLEET_HTTP_SIGNATURE_HEADER: b64encode(sign_message(key, at.encode("ascii"))).decode("ascii"),
        "Content-Type": "application/protobuf",
    }
