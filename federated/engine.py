"""The run inside one process: every site answers in turn."""

from collections.abc import Callable, Sequence

from .conductor import Checkpoint, Report, conduct
from .contracts import Contract
from .messages import Reply, Request
from .site import Site


def run_in_process(
    contract: Contract,
    sites: Sequence[Site],
    *,
    run: str = "inprocess",
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Report], None] = lambda report: None,
) -> Checkpoint:
    """The outcome of a run in which every site answers."""
    return drive(contract, run, lambda request: [site.answer(request) for site in sites], checkpoint=checkpoint, watch=watch)


def drive(
    contract: Contract,
    run: str,
    ask: Callable[[Request], list[Reply]],
    *,
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Report], None] = lambda report: None,
) -> Checkpoint:
    """Carry the conductor's requests to `ask` and its reports to `watch` until it ends.

    Raises:
        QuorumMissed: see `conduct`.
    """
    steps = conduct(contract, run, checkpoint)
    replies: list[Reply] | None = None
    while True:
        try:
            step = steps.send(replies)
        except StopIteration as end:
            return end.value
        if isinstance(step, Report):
            watch(step)
            replies = None
        else:
            replies = ask(step)
