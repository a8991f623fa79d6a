"""What a site must not lose between two rounds of a run, and where it keeps it."""

import secrets
from typing import Protocol

from ..agreed.keys import derived_key, point_of, public_text, sign_short
from ..models.memory import Memory
from ..privacy.accounting import Spending
from ..privacy.masks import derive
from ..use.deployment import Deployment


class Store(Protocol):
    """Where a site keeps what it must not lose between two rounds of a run."""

    def read_memory(self, run: str, round_number: int) -> Memory: ...
    def write_memory(self, run: str, round_number: int, memory: Memory) -> None: ...
    def write_deployment(self, run: str, deployment: Deployment) -> None: ...
    def secret(self, purpose: str) -> bytes: ...

    def signer(self) -> bytes:
        """The site's countersigning key, public, see keys.point_of."""
        ...

    def sign(self, content: bytes) -> bytes:
        """By that key, see keys.sign_short."""
        ...

    def knows(self, site: str, signer: bytes) -> bool:
        """Whether this is the countersigning key of another site; one that is seen for the first time is kept."""
        ...

    def spend(self, run: str, data: str, spending: Spending) -> None: ...
    def claim(self, run: str, step: str, digest: str, most: int) -> bool: ...

    def first(self, run: str, step: str, value: str) -> str:
        """What was said first of a step, kept over restarts: this value where nothing was."""
        ...


class InMemory:
    """A store that ends with its process: of tests, benchmarks, dry runs, and of a site that trains alone to compare.

    Args:
        secret: makes noise, masks and the countersigning key repeatable; drawn where empty.
    """

    def __init__(self, secret: bytes = b"") -> None:
        self.memories: dict[tuple[str, int], Memory] = {}
        self.deployments: dict[str, Deployment] = {}
        self.claims: dict[tuple[str, str], set[str]] = {}
        self.firsts: dict[tuple[str, str], str] = {}
        self.own_secret = secret or secrets.token_bytes(32)
        self.members: dict[str, bytes] = {}
        self.key = derived_key(self.secret("countersigning"))

    def read_memory(self, run: str, round_number: int) -> Memory:
        return self.memories.get((run, round_number), Memory())

    def write_memory(self, run: str, round_number: int, memory: Memory) -> None:
        self.memories = {key: kept for key, kept in self.memories.items() if key[0] != run or key[1] >= round_number - 1}
        self.memories[run, round_number] = memory

    def write_deployment(self, run: str, deployment: Deployment) -> None:
        self.deployments[run] = deployment

    def secret(self, purpose: str) -> bytes:
        return derive(self.own_secret, purpose)

    def signer(self) -> bytes:
        return point_of(public_text(self.key))

    def sign(self, content: bytes) -> bytes:
        return sign_short(self.key, content)

    def knows(self, site: str, signer: bytes) -> bool:
        return self.members.setdefault(site, signer) == signer

    def spend(self, run: str, data: str, spending: Spending) -> None:
        """A benchmark's data set has no life beyond the run."""

    def claim(self, run: str, step: str, digest: str, most: int) -> bool:
        """Whether so many different requests of one step, this one among them, are within `most`."""
        asked = self.claims.setdefault((run, step), set())
        if digest not in asked and len(asked) < most:
            asked.add(digest)
        return digest in asked

    def first(self, run: str, step: str, value: str) -> str:
        return self.firsts.setdefault((run, step), value)
