"""What the factory does with a message: consent first, then the site's half of the run, then the ledger."""

import logging
import threading
from typing import TYPE_CHECKING

from flwr.app import Message, RecordDict

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..agreed.messages import Reply, Request
from ..flower.records import record_to_request, reply_to_record, sent_bytes
from .home import Home

if TYPE_CHECKING:
    from ..site.site import Site

log = logging.getLogger("dure.factory")


class Factory:
    """Answers messages for one home. Rows are read anew for every run."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.site_name = home.settings().site  # also told where the settings cannot be read any more
        self.sites: dict[tuple[str, str], Site] = {}
        self.last: tuple[tuple[str, str], Reply] | None = None
        self.lock = threading.Lock()

    def handle(self, message: Message) -> RecordDict:
        """The content of the reply; never a row, and never an exception's trace."""
        with self.lock:
            try:
                request = record_to_request(message.content)
            except Exception as error:  # whatever was put into it
                log.warning("refused a message that is none of ours: %s", type(error).__name__)
                return reply_to_record(
                    Reply(self.site_name, error="unknown_request: this factory answers Dure's requests only")
                )
            try:
                return reply_to_record(self.answer(request))
            except Exception as error:
                # Whatever it was asked: the program lives on, and the server is told that this site cannot answer.
                log.exception("run %s, %s, round %d", request.run, request.kind, request.round)
                return reply_to_record(Reply(self.site_name, error=f"site_failed: {type(error).__name__} at this site"))

    def answer(self, request: Request) -> Reply:
        """The reply to one request, after the countersigned contract is verified."""
        try:
            contract = self.home.pinned(request.contract_hash)
        except FederatedError as error:
            log.warning("refused run %s: %s", request.run, error)
            return Reply(self.site_name, error=f"{error.code}: {error}")
        for fault in request.faults.values():
            log.warning("run %s: the last reply of this site was not used: %s", request.run, fault)
        digest = request.digest()
        key = (str(request.kind), digest)
        if self.last and self.last[0] == key:
            return self.last[1]  # asked again because the first answer did not arrive
        try:
            site = self._site(request.run, contract)
        except FederatedError as error:
            log.error("run %s: %s", request.run, error)
            return Reply(self.site_name, error=f"{error.code}: {error}")
        reply = site.answer(request)
        self.last = (key, reply)
        trouble = f", {reply.error}" if reply.error else ""
        log.info("run %s, %s, round %d: %.1f s%s", request.run, request.kind, request.round, reply.seconds, trouble)
        self.home.note(
            {
                "run": request.run,
                "contract": request.contract_hash,
                "kind": str(request.kind),
                "round": request.round,
                "request": digest,  # the same twice: a slow site was asked again, and gave the same reply
                "arrays": {name: list(array.shape) for name, array in reply.arrays.items()},
                "bytes": sum(array.nbytes for array in reply.arrays.values()),  # of the numbers, before they are packed
                "sent": sent_bytes(reply_to_record(reply)),
                "figures": sorted(reply.metrics),
                "fingerprint": reply.fingerprint,
            }
        )
        return reply

    def _site(self, run: str, contract: Contract) -> "Site":
        from ..site.site import Site
        from .tables import read_rows

        key = (run, contract.hash)
        if key not in self.sites:
            checked = read_rows(self.home, contract)
            for warning in checked.warnings:
                log.warning("%s", warning)
            self.sites = {key: Site(self.site_name, contract, checked.rows, self.home)}
        return self.sites[key]
