"""The node beside the MES: connected outbound, answering, coming back by itself."""

import logging
import random
import signal
import threading
import time
from functools import partial

from .answering import Factory
from .home import Home

log = logging.getLogger("dure.factory")

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 15.0


def run(home: Home, *, idle_s: float = 3.0) -> int:
    """Serve until SIGINT or SIGTERM; a lost connection is taken up again, later and later."""
    settings = home.settings()
    key, ca = home.key(), home.ca_file.read_bytes()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    approved = home.approved()
    log.info("site %s, %d countersigned contract(s), gateway %s", settings.site, len(approved), settings.gateway)
    if not approved:
        log.warning("no contract is countersigned: every request will be refused; see dure-factory approve")
    # Imported only now: Flower reads its settings from the environment when it is imported.
    from .inbox import Inbox
    from .node import ConnectionLost, serve
    from .outbox import Outbox

    factory, outbox, inbox, pause = Factory(home), Outbox(), Inbox(home.question_file), FIRST_PAUSE_S
    serve_home = partial(
        serve,
        settings.gateway,
        ca=ca,
        key=key,
        id_file=home.id_file,
        handle=factory.handle,
        outbox=outbox,
        inbox=inbox,
        idle_s=idle_s,
    )
    while not stop.is_set():
        if not home.is_joined:
            log.info("site %s has left", settings.site)
            break
        began = time.monotonic()
        try:
            serve_home(stop=stop)
        except Exception as error:
            if not home.is_joined:
                continue
            # Nobody sits beside this program: whatever was sent to it, it is there for the next round.
            if not isinstance(error, ConnectionLost):
                log.exception("this should not happen; please report it")
            if time.monotonic() - began > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S
            log.warning("not connected to %s (%s); trying again in about %.0f s", settings.gateway, error, pause)
            stop.wait(pause * random.uniform(0.5, 1.5))
            pause = min(LONGEST_PAUSE_S, pause * 1.5)
    log.info("stopped")
    return 0
