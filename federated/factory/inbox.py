"""The question that a factory is working on: one that was killed with it goes on with it when it is started again.

The SuperLink gives a message once, and nobody tells the server of a program that began anew: it would ask again only after
15 s or more, in a round that may be over by then.
"""

import logging
import time
from pathlib import Path

from flwr.app import Message
from flwr.common.serde import message_from_proto, message_to_proto
from flwr.proto.message_pb2 import Message as ProtoMessage
from google.protobuf.message import DecodeError

from ..agreed.files import write_whole

log = logging.getLogger("dure.factory")


class Inbox:
    """One question, in a file from when it has come until its reply has left.

    Args:
        file: None keeps nothing.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.is_begun = False

    def keep(self, message: Message) -> None:
        if self.file is not None:
            write_whole(self.file, message_to_proto(message).SerializeToString())

    def clear(self) -> None:
        if self.file is not None:
            self.file.unlink(missing_ok=True)

    def left(self) -> Message | None:
        """What the program before this one was working on, told once. It is not kept again: a question that ends programs
        ends two of them, not every one."""
        if self.is_begun or self.file is None:
            return None
        self.is_begun = True
        if not self.file.exists():
            return None
        content = self.file.read_bytes()
        self.clear()
        try:
            found = message_from_proto(ProtoMessage.FromString(content))
        except (DecodeError, KeyError, TypeError, ValueError) as error:
            log.warning("what was asked last could not be read: %s", type(error).__name__)
            return None
        if time.time() > found.metadata.created_at + found.metadata.ttl:
            return None  # its round is long over
        log.info("going on with what was asked before this program was started")
        return found
