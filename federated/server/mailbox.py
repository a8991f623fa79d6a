"""Replies that have come through Flower's grid, each as soon as the whole of it is there.

Flower shows a reply before its content has arrived, and its own pull then waits in place: three minutes where the sender was
cut off in between, and meanwhile nobody else's reply is seen. Here what is there is taken, and the rest is looked for again.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from flwr.app import Message
from flwr.proto.message_pb2 import ConfirmMessageReceivedRequest, ObjectTree
from flwr.proto.runtime_pb2 import PullAppMessagesRequest
from flwr.supercore.inflatable.inflatable_object import iterate_object_tree
from flwr.supercore.inflatable.inflatable_protobuf_utils import make_pull_object_fn_protobuf
from flwr.supercore.inflatable.inflatable_utils import (
    ObjectPullError,
    ObjectUnavailableError,
    inflate_object_from_contents,
)
from flwr.superlink.grid.http_grid import HttpGrid

STALLED_S = 5.0  # without another piece; a slow line still brings one now and then


class Mailbox(Protocol):
    def pull(self, keys: Iterable[str]) -> Iterable[tuple[str, Message | None]]:
        """Whole replies to the messages with these ids, each with its id; None where its bytes are no message."""

    def stalled(self) -> set[str]:
        """Ids of messages whose reply began and does not come on, or is lost: the site is better asked again."""

    def forget(self) -> None:
        """The round is over; what is half there is not looked for any more."""


@dataclass
class Half:
    """A reply whose content is still arriving."""

    tree: ObjectTree
    contents: dict[str, bytes] = field(default_factory=dict)
    moved_at: float = field(default_factory=time.monotonic)
    is_lost: bool = False

    @property
    def missing(self) -> list[str]:
        return [tree.object_id for tree in iterate_object_tree(self.tree) if tree.object_id not in self.contents]


class GridMailbox:
    """Of the grid of one run; it calls what HttpGrid itself calls (flower/internals.py)."""

    def __init__(self, grid: HttpGrid) -> None:
        self.grid = grid
        self.halves: dict[str, Half] = {}

    def pull(self, keys: Iterable[str]) -> Iterable[tuple[str, Message | None]]:
        client = self.grid._runtime_client
        if new := [key for key in keys if key not in self.halves]:
            # A reply is told of once, and after that its question is unknown: what is half there is not asked for again.
            found = client.PullMessages(PullAppMessagesRequest(message_ids=new))
            for head, tree in zip(found.messages_list, found.message_object_trees, strict=True):
                self.halves[head.metadata.reply_to_message_id] = Half(tree)
        run_id = self.grid.run.run_id
        fetch = make_pull_object_fn_protobuf(client.PullObject, self.grid.node, run_id)
        for key, half in list(self.halves.items()):
            self._take(half, fetch)
            if half.is_lost or half.missing:
                continue
            del self.halves[key]
            root = half.tree.object_id
            confirm = ConfirmMessageReceivedRequest(node=self.grid.node, run_id=run_id, message_object_id=root)
            client.ConfirmMessageReceived(confirm)
            # Whom it answers is what the SuperLink took it for: what the bytes say of themselves does not count.
            yield key, _message(root, half.contents)

    def stalled(self) -> set[str]:
        now = time.monotonic()
        return {key for key, half in self.halves.items() if half.is_lost or now - half.moved_at > STALLED_S}

    def forget(self) -> None:
        self.halves.clear()

    @staticmethod
    def _take(half: Half, fetch: Callable[[str], bytes]) -> None:
        for place in half.missing:
            try:
                half.contents[place] = fetch(place)
                half.moved_at = time.monotonic()
            except ObjectUnavailableError:
                continue
            except ObjectPullError:
                half.is_lost = True
                return


def _message(root: str, contents: dict[str, bytes]) -> Message | None:
    try:
        found = inflate_object_from_contents(root, contents)
        return found if isinstance(found, Message) else None
    except Exception:  # whatever a site has put together, the run goes on without it
        return None
