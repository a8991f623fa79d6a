"""What drives the conductor, whoever carries its requests: Flower, or a call of each site in this process."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from ..agreed.contracts import Contract, Kind
from ..agreed.messages import Reply, Request
from .conductor import conduct
from .course import Course
from .inspection import Inspection
from .steps import Checkpoint, Report


class Answering(Protocol):
    """A site, whatever it is made of."""

    @property
    def name(self) -> str: ...

    def answer(self, request: Request) -> Reply: ...


def run_in_process(
    contract: Contract,
    sites: Sequence[Answering],
    *,
    run: str = "inprocess",
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Report], None] = lambda report: None,
    left_out: str = "",
    secret: bytes = b"",
) -> Checkpoint:
    """The outcome of a run in which every site answers."""

    def ask(request: Request) -> list[Reply]:
        return [site.answer(request) for site in sites if request.is_for(site.name)]

    return drive(contract, run, ask, checkpoint=checkpoint, watch=watch, left_out=left_out, secret=secret)


def drive(
    contract: Contract,
    run: str,
    carry: Callable[[Request], list[Reply]],
    *,
    checkpoint: Checkpoint | None = None,
    watch: Callable[[Report], None] = lambda report: None,
    left_out: str = "",
    signers: Mapping[str, str] | None = None,
    secret: bytes = b"",
) -> Checkpoint:
    """Hand the conductor's requests to `carry`, which gives the replies, and its reports to `watch`, until it ends.

    Args:
        signers: see Inspection.
        secret: of this run, from which halves of the sites are drawn; the same when it is taken up again. Drawn where empty.
        left_out: a site that nothing is learnt from; at the end it compares the model, which never saw it, with its own.

    Raises:
        QuorumMissed: see `conduct`.
    """
    steps = conduct(contract, run, checkpoint, secret or secrets.token_bytes(32))
    inspection, course = Inspection(contract, signers or {}), Course()
    replies: list[Reply] | None = None
    while True:
        try:
            step = steps.send(replies)
        except StopIteration as end:
            return end.value
        if isinstance(step, Report):
            watch(replace(step, is_spoilt=course.is_spoilt(step)))
            replies = None
        else:
            left = "" if step.kind is Kind.FINISH else left_out
            replies = inspection.of(step, carry(replace(step, left_out=left, faults=inspection.faults)))
