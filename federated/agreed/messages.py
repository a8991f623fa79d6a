"""What the server and a site say to each other, whatever carries it."""

import hashlib
from dataclasses import dataclass, field

from .arrays import Array
from .contracts import Kind

OFFLINE, DEADLINE = "offline", "deadline"  # codes of errors in the place of a site that has said nothing


@dataclass(frozen=True)
class Request:
    """
    Attributes:
        round: 0 for the statistics, then from 1.
        sites: who is asked; None asks everybody.
        left_out: who is not asked for all that; see engine.drive.
        is_optional: whoever is not connected is neither waited for nor missed.
        faults: site → why its last reply was not used. A site is sent its own only, under "" in a site's place, and is told;
            nothing rests on it.
        arrays: by name; `weights` is one float32 vector.
    """

    kind: Kind
    run: str
    contract_hash: str
    round: int = 0
    arrays: dict[str, Array] = field(default_factory=dict)
    sites: frozenset[str] | None = None
    left_out: str = ""
    is_optional: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    def is_for(self, site: str) -> bool:
        return site != self.left_out and (self.sites is None or site in self.sites)

    def digest(self) -> str:
        """SHA-256, hexadecimal, of what an answer rests on beside the kind: run, round, contract and arrays. Who is asked
        and which faults are told changes no answer."""
        digest = hashlib.sha256(f"{self.run}/{self.round}/{self.contract_hash}".encode())
        for name in sorted(self.arrays):
            digest.update(name.encode() + self.arrays[name].tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Reply:
    """
    Attributes:
        examples: rows behind the arrays: training rows, for a calibration validation rows.
        metrics: figures on held-out rows; a figure that the site cannot have is absent.
        seconds: what the site took.
        fingerprint: SHA-256 of the training arrays, at the end of a run: says that data were the same, not what they are.
        error: why there is nothing else, as `code: text`.
    """

    site: str
    arrays: dict[str, Array] = field(default_factory=dict)
    examples: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""
    fingerprint: str = ""
