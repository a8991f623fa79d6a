"""A node's reply on its way: what of it has arrived survives a lost connection."""

import logging

import httpx
from flwr.app import Message
from flwr.app.message import remove_content_from_message
from flwr.common.serde import message_to_proto
from flwr.proto.fleet_pb2 import PushMessagesRequest
from flwr.proto.node_pb2 import Node
from flwr.supercore.inflatable.inflatable_object import (
    InflatableObject,
    get_all_nested_objects,
    get_object_tree,
    no_object_id_recompute,
)
from flwr.supercore.inflatable.inflatable_protobuf_utils import make_push_object_fn_protobuf
from flwr.supercore.inflatable.inflatable_utils import ObjectPushError, push_objects
from flwr.supernode.fleet_http_client import FleetHttpClient

log = logging.getLogger("dure.factory")

MOST_TRIES = 20  # of connections, on which one reply is held up
REFUSED = (401, 403)
AWAY = (502, 503, 504)  # a door with nobody behind it; whoever is behind it says 500 where it knows no such run


class Outbox:
    """Holds one reply until all of it has arrived. Flower takes its head first and then the content, piece by piece."""

    def __init__(self) -> None:
        self.reply: Message | None = None
        self.seconds = 0.0
        self.session = ""
        self.left: dict[str, InflatableObject] = {}
        self.tries = 0

    def put(self, reply: Message, seconds: float) -> None:
        reply.metadata.__dict__["_message_id"] = reply.object_id
        self.reply, self.seconds, self.session, self.left, self.tries = reply, seconds, "", {}, 0

    def push(self, client: FleetHttpClient, node: Node) -> None:
        """What has not arrived yet; nothing is kept once it has, or the server does not want it any more.

        Raises:
            httpx.HTTPError: what is left goes on from there the next time, or the site is not admitted any more.
        """
        if self.reply is None:
            return
        self.tries += 1
        try:
            self._push(client, node, self.reply)
            self.reply, self.left = None, {}
        except ObjectPushError as error:
            self._drop(str(error))
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            if status not in AWAY or self.tries >= MOST_TRIES:
                self._drop(f"answered {status}")
            # That the run is over, or unknown to a SuperLink begun anew, ends no connection.
            if status in (*AWAY, *REFUSED):
                raise

    def _push(self, client: FleetHttpClient, node: Node, reply: Message) -> None:
        if not self.session:
            self._push_head(client, node, reply)
        push = make_push_object_fn_protobuf(client.PushObject, node, reply.metadata.run_id, self.session)

        def push_one(object_id: str, content: bytes) -> None:
            push(object_id, content)
            self.left.pop(object_id, None)

        push_objects(dict(self.left), push_one)

    def _drop(self, why: str) -> None:
        # A site whose reply did not arrive is asked again.
        log.warning("a reply was not taken: %s", why)
        self.reply, self.left = None, {}

    def _push_head(self, client: FleetHttpClient, node: Node, reply: Message) -> None:
        with no_object_id_recompute():
            request = PushMessagesRequest(
                node=node,
                messages_list=[message_to_proto(remove_content_from_message(reply))],
                message_object_trees=[get_object_tree(reply)],
                clientapp_runtime_list=[self.seconds],
            )
            found = client.PushMessages(request)
            objects = get_all_nested_objects(reply)
        self.session = found.session_id
        self.left = {key: objects[key] for key in found.objects_to_push}
