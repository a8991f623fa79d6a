"""The server's way of asking sites through Flower's grid: the allow-list only, with a deadline, polled promptly."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flwr.app import Message
from flwr.serverapp import Grid
from flwr.supercore.inflatable.inflatable_utils import pull_objects
from flwr.superlink.grid import http_grid

from .contracts import ROUND_KINDS, Kind
from .messages import Reply, Request
from .patience import FIRST, Patience
from .records import record_to_reply, request_to_record

POLL_S = 0.05
GRACE_S = 10.0  # sites that are not connected when a run starts are waited for this long
AGAIN_AFTER_S = 15.0
TELL_EVERY_S = 5.0  # also a sign of life

# A reply is seen before its content is there; Flower would wait a whole second then, which was most of a round's time.
http_grid.pull_objects = partial(pull_objects, initial_backoff=0.03, backoff_cap=1.0)  # type: ignore[attr-defined]

MESSAGE_TYPES = dict.fromkeys(Kind, "query") | dict.fromkeys(ROUND_KINDS, "train") | {Kind.FINISH: "evaluate"}

Progress = Callable[[dict[str, str], Request, float], None]


class Asker:
    """
    Args:
        nodes: site → Flower's node id; nobody else is ever addressed.
        progress: told (site → state, the request, seconds left) whenever a site's state changes.
    """

    def __init__(
        self,
        grid: Grid,
        nodes: dict[str, int],
        *,
        quorum: int,
        deadline_s: float,
        progress: Progress = lambda states, request, left: None,
    ) -> None:
        self.grid, self.nodes, self.quorum, self.deadline_s, self.progress = grid, nodes, quorum, deadline_s, progress
        self.is_first = True
        self.patience = Patience(deadline_s)

    def ask(self, request: Request) -> list[Reply]:
        """Replies that came in time (patience.py); a site that did not answer has a reply with the reason."""
        end = time.monotonic() + self.deadline_s * (FIRST if self.is_first else 1)
        wanted = {site: node for site, node in self.nodes.items() if request.is_for(site)}
        asked = self._wait_for_sites(wanted, end)
        states = {site: "waiting" if site in asked else "offline" for site in wanted}
        content = request_to_record(request)
        self.progress(states, request, self.deadline_s)
        waiting = self._push(content, request, {site: self.nodes[site] for site in asked})
        replies: dict[str, Reply] = {}
        started = told = time.monotonic()
        again = False
        while waiting:
            for site, reply in self._pull(waiting):
                if site not in replies:
                    replies[site] = reply
                    states[site] = "failed" if reply.error else "received"
                    self.patience.took(request.kind, time.monotonic() - started)
                    self.progress(states, request, self._left(request, waiting.values(), started))
            waiting = {key: site for key, site in waiting.items() if site not in replies}
            if self._left(request, waiting.values(), started) <= 0:
                break
            patience = max(AGAIN_AFTER_S, 4 * _median(replies.values()))
            if waiting and not again and time.monotonic() - started > patience:
                # A site killed with the message in its hands never answers that one; asked again it gives the same reply.
                again = True
                waiting |= self._push(content, request, {site: self.nodes[site] for site in set(waiting.values())})
            if waiting:
                if time.monotonic() - told > TELL_EVERY_S:
                    told = time.monotonic()
                    self.progress(states, request, self._left(request, waiting.values(), started))
                time.sleep(POLL_S if time.monotonic() - started < self.deadline_s else 4 * POLL_S)
        self.patience.missed = set(asked) - set(replies)
        for site in wanted:
            if site not in replies:
                why = "offline: not connected when the round began" if site not in asked else "deadline: no reply in time"
                replies[site] = Reply(site, error=why)
                states[site] = "offline" if site not in asked else "late"
        self.progress(states, request, 0.0)
        return list(replies.values())

    def _left(self, request: Request, sites: Iterable[str], started: float) -> float:
        """Seconds until the last of these sites is given up; who is connected is asked only when that counts."""
        gone = time.monotonic() - started
        if gone < self.deadline_s:
            return max([self.patience.seconds(request.kind, site, connected=True) for site in sites], default=0.0) - gone
        online = set(self.grid.get_node_ids())
        ends = [self.patience.seconds(request.kind, site, connected=self.nodes[site] in online) for site in sites]
        return max(ends, default=0.0) - gone

    def _wait_for_sites(self, wanted: dict[str, int], end: float) -> list[str]:
        """Connected sites: all of them where that is soon so, at least a quorum where that is so before the deadline."""
        grace = time.monotonic() + (GRACE_S if self.is_first else 0.0)
        while True:
            online = set(self.grid.get_node_ids())
            found = [site for site, node in wanted.items() if node in online]
            now = time.monotonic()
            if len(found) == len(wanted) or (len(found) >= self.quorum and now >= grace) or now >= end:
                self.is_first = False
                return found
            time.sleep(0.2)

    def _push(self, content: Any, request: Request, nodes: dict[str, int]) -> dict[str, str]:
        """Message id → site of what was sent."""
        kind = MESSAGE_TYPES[request.kind]
        messages = [
            Message(content, node, kind, ttl=self.patience.longest + 60, group_id=str(request.round))
            for node in nodes.values()
        ]
        sent = self.grid.push_messages(messages)
        return {key: site for key, site in zip(sent, nodes, strict=True) if key}

    def _pull(self, waiting: dict[str, str]) -> Iterable[tuple[str, Reply]]:
        for message in self.grid.pull_messages(list(waiting)):
            site = waiting.get(message.metadata.reply_to_message_id)
            if site is None:
                continue
            if message.has_error():
                yield site, Reply(site, error=f"node_error: {message.error.reason}")
                continue
            try:
                yield site, record_to_reply(message.content, site)
            except (KeyError, TypeError, ValueError) as error:
                yield (
                    site,
                    Reply(site, error=f"invalid_update: the reply is not of the agreed form ({type(error).__name__})"),
                )


def _median(replies: Iterable[Reply]) -> float:
    """Seconds that half of the sites took; 0 while nobody has answered."""
    taken = sorted(reply.seconds for reply in replies)
    return taken[len(taken) // 2] if taken else 0.0
