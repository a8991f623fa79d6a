"""The server's way of asking sites through Flower's grid: those of the job and nobody else, as long as patience.py waits."""

import time
from collections.abc import Callable, Iterable
from typing import cast

from flwr.app import Message, RecordDict
from flwr.common.constant import ErrorCode
from flwr.serverapp import Grid
from flwr.superlink.grid.http_grid import HttpGrid

from ..agreed.contracts import ROUND_KINDS, Kind
from ..agreed.messages import DEADLINE, OFFLINE, Reply, Request
from ..flower.records import record_to_reply, request_to_record
from .mailbox import GridMailbox, Mailbox
from .patience import Patience

POLL_S = 0.05
GRACE_S = 10.0  # sites that are not connected when a run starts are waited for this long
AGAIN_AFTER_S = 15.0
SOON_S = 3.0  # between two questions to a site whose answer is known to be lost
LOOK_EVERY_S = 1.0  # who is connected
TELL_EVERY_S = 5.0  # also a sign of life

MESSAGE_TYPES = dict.fromkeys(Kind, "query") | dict.fromkeys(ROUND_KINDS, "train") | {Kind.FINISH: "evaluate"}
# What the SuperLink says in a site's place; the site itself has said nothing.
OF_FLOWER = (ErrorCode.NODE_UNAVAILABLE, ErrorCode.MESSAGE_UNAVAILABLE, ErrorCode.REPLY_MESSAGE_UNAVAILABLE)
NOT_CONNECTED = f"{OFFLINE}: not connected when the round began"
CUT_OFF = f"{OFFLINE}: the connection was lost in the round"
TOO_LATE = f"{DEADLINE}: no reply in time"

Progress = Callable[[dict[str, str], Request, float], None]


class Asker:
    """
    Args:
        nodes: site → Flower's node id; nobody else is ever addressed.
        progress: told (site → state, the request, seconds left) whenever a site's state changes, and as a sign of life.
        mailbox: where replies are taken from; the grid's own by default.
    """

    def __init__(
        self,
        grid: Grid,
        nodes: dict[str, int],
        *,
        quorum: int,
        deadline_s: float,
        progress: Progress = lambda states, request, left: None,
        mailbox: Mailbox | None = None,
    ) -> None:
        self.grid, self.nodes, self.quorum, self.deadline_s, self.progress = grid, nodes, quorum, deadline_s, progress
        self.mailbox = mailbox or GridMailbox(cast(HttpGrid, grid))
        self.is_first = True
        self.patience = Patience(deadline_s)

    def ask(self, request: Request) -> list[Reply]:
        """Replies that came in time (patience.py); a site that did not answer has a reply with the reason."""
        question = Question(self, request)
        if request.is_optional:
            question.keep_connected()
        else:
            question.wait_for_sites()
        question.push(question.connected)
        while question.awaited:
            asked = time.monotonic()
            question.pull()
            if question.left_s <= 0:
                break
            if question.awaited:
                question.ask_again()
                question.tell()
                pause = POLL_S if question.seconds < self.deadline_s else 4 * POLL_S
                # The door holds a question in which nothing has come (holding.py); that was the pause already.
                time.sleep(max(0.0, pause - (time.monotonic() - asked)))
        if not request.is_optional:
            self.patience.missed = set(question.asked) - set(question.replies)
        return question.close()


class Question:
    """One request on its way to the sites, and what has come back so far."""

    def __init__(self, asker: Asker, request: Request) -> None:
        self.asker, self.request = asker, request
        self.nodes = {site: node for site, node in asker.nodes.items() if request.is_for(site)}
        self.content = request_to_record(request)
        self.states = dict.fromkeys(self.nodes, "offline")
        self.replies: dict[str, Reply] = {}
        self.waiting: dict[str, str] = {}  # message id → site
        self.asked: dict[str, tuple[float, float]] = {}  # site → when, and how long it is left in peace after that
        self.doubted: set[str] = set()  # ids of messages whose reply stalled, which its site was asked for again
        self.gone: dict[str, float] = {}  # site → since when it is not connected, though it was
        self.online: set[int] = set()
        self.started = time.monotonic()
        self.looked = self.told = -LOOK_EVERY_S

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def connected(self) -> list[str]:
        return [site for site, node in self.nodes.items() if node in self.online]

    @property
    def awaited(self) -> list[str]:
        return [site for site in self.asked if site not in self.replies]

    @property
    def left_s(self) -> float:
        """Until the last of the awaited sites is given up."""
        return max((self._end(site) for site in self.awaited), default=0.0) - self.seconds

    def _end(self, site: str) -> float:
        patience, is_here = self.asker.patience, self.nodes[site] in self.online
        if self.request.is_optional:
            return patience.return_s
        # Within the deadline a site that has just been cut off is expected back.
        end = patience.seconds(self.request.kind, site, connected=is_here or self.seconds < self.asker.deadline_s)
        return min(end, self.gone[site] + patience.return_s) if site in self.gone else end

    def keep_connected(self) -> None:
        """Nobody else is asked."""
        self._look(every_s=0.0)
        self.nodes = {site: self.nodes[site] for site in self.connected}
        self.states = dict.fromkeys(self.nodes, "waiting")

    def wait_for_sites(self) -> None:
        """All of them where that is soon so, at least a quorum where that is so before the time is up."""
        asker = self.asker
        grace = GRACE_S if asker.is_first else 0.0
        longest = asker.patience.longest_wait(is_first=asker.is_first)
        while True:
            self._look(every_s=0.0)
            self.states = {site: "waiting" if site in self.connected else "offline" for site in self.nodes}
            found = len(self.connected)
            if found == len(self.nodes) or (found >= asker.quorum and self.seconds >= grace) or self.seconds >= longest:
                asker.is_first = False
                self.started = time.monotonic()
                return
            # Who is missing is told while it is waited for: nobody takes a run for dead that only waits.
            self.tell(longest - self.seconds)
            time.sleep(0.2)

    def push(self, sites: Iterable[str], peace_s: float = AGAIN_AFTER_S) -> None:
        """Ask these sites, for the first time or anew."""
        asker, nodes = self.asker, {site: self.nodes[site] for site in sites}
        if not nodes:
            return
        kind, group = MESSAGE_TYPES[self.request.kind], str(self.request.round)
        ttl = asker.patience.longest + 60
        sent = asker.grid.push_messages(
            [Message(self._content(site), node, kind, ttl=ttl, group_id=group) for site, node in nodes.items()]
        )
        for key, site in zip(sent, nodes, strict=True):
            if key:
                self.waiting[key] = site
                self.states[site] = "waiting"
            self.asked[site] = (time.monotonic(), peace_s)
        self.tell(every_s=0.0)

    def _content(self, site: str) -> RecordDict:
        """One for all, but for a site that is told of its last fault."""
        return request_to_record(self.request, site) if site in self.request.faults else self.content

    def pull(self) -> None:
        for key, message in self.asker.mailbox.pull(list(self.waiting)):
            site = self.waiting.pop(key, None)
            if site is None or site in self.replies or _is_of_flower(message):
                continue
            reply = _read(message, site)
            self.replies[site] = reply
            self.states[site] = "failed" if reply.error else "received"
            self.asker.patience.took(self.request.kind, self.seconds, self.request.round)
            self.tell(every_s=0.0)
        self.waiting = {key: site for key, site in self.waiting.items() if site not in self.replies}

    def ask_again(self) -> None:
        """Whoever was killed with the question in its hands, cut off while it answered, or has just come back.

        Asked again a site gives the same reply. One that only takes long is asked more and more seldom.
        """
        self._look()
        now, median = time.monotonic(), _median(self.replies.values())
        doubted = (self.asker.mailbox.stalled() & set(self.waiting)) - self.doubted
        stalled = {self.waiting[key] for key in doubted}
        again: dict[str, float] = {}
        for site in self.connected:
            if site in self.replies:
                continue
            at, peace_s = self.asked.get(site, (-SOON_S, AGAIN_AFTER_S))
            is_unasked = site not in self.waiting.values()
            if (is_unasked or site in stalled) and now - at > SOON_S:
                again[site] = peace_s
                self.doubted |= {key for key in doubted if self.waiting[key] == site}
            elif now - at > max(peace_s, min(4 * median, self.asker.deadline_s / 2)):
                again[site] = 2 * peace_s
        for peace_s in set(again.values()):
            self.push([site for site, wanted in again.items() if wanted == peace_s], peace_s)

    def tell(self, left_s: float | None = None, every_s: float | None = None) -> None:
        now = time.monotonic()
        if now - self.told >= (TELL_EVERY_S if every_s is None else every_s):
            self.told = now
            self.asker.progress(self.states, self.request, self.left_s if left_s is None else left_s)

    def close(self) -> list[Reply]:
        """The replies, and for each site that has none a reply that says why."""
        if len(self.replies) < len(self.nodes):
            self._look(every_s=0.0)
        for site, node in self.nodes.items():
            if site not in self.replies:
                is_here = node in self.online
                why = TOO_LATE if is_here and site in self.asked else CUT_OFF if site in self.asked else NOT_CONNECTED
                self.replies[site] = Reply(site, error=why)
                self.states[site] = "late" if why == TOO_LATE else "offline"
        self.asker.mailbox.forget()
        self.tell(0.0, every_s=0.0)
        return list(self.replies.values())

    def _look(self, every_s: float = LOOK_EVERY_S) -> None:
        """Who is connected; every call costs the SuperLink time."""
        now = time.monotonic()
        if now - self.looked < every_s:
            return
        self.looked, self.online = now, set(self.asker.grid.get_node_ids())
        for site in self.awaited:
            if self.nodes[site] in self.online:
                self.gone.pop(site, None)
            else:
                self.gone.setdefault(site, self.seconds)
                self.states[site] = "offline"


def _is_of_flower(message: Message | None) -> bool:
    return message is not None and message.has_error() and message.error.code in OF_FLOWER


def _read(message: Message | None, site: str) -> Reply:
    if message is None:
        return Reply(site, error="invalid_update: the reply is no message of Flower's")
    if message.has_error():
        return Reply(site, error=f"node_error: {message.error.reason}")
    try:
        return record_to_reply(message.content, site)
    except Exception as error:  # whatever a site has put into its reply, the run goes on without it
        return Reply(site, error=f"invalid_update: the reply is not of the agreed form ({type(error).__name__})")


def _median(replies: Iterable[Reply]) -> float:
    """Seconds that half of the sites took; 0 while nobody has answered."""
    taken = sorted(reply.seconds for reply in replies)
    return taken[len(taken) // 2] if taken else 0.0
