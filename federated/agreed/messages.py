"""What the server and a site say to each other, whatever carries it."""

import hashlib
import json
from collections.abc import Mapping
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
        without: who is left out for the rest of the run.
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
    without: frozenset[str] = frozenset()
    is_optional: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    def is_for(self, site: str) -> bool:
        return site != self.left_out and site not in self.without and (self.sites is None or site in self.sites)

    def digest(self) -> str:
        """SHA-256, hexadecimal, of what an answer rests on: kind, run, round, contract and arrays. Who is asked and which
        faults are told changes no answer."""
        head = json.dumps([str(self.kind), self.run, self.round, self.contract_hash]).encode()
        return hashlib.sha256(head + b"\0" + spelt(self.arrays)).hexdigest()


def spelt(arrays: Mapping[str, Array]) -> bytes:
    """Two groups of arrays are spelt alike only if they are the same numbers under the same names: the kind of number with
    its order of bytes, the shape and the length of each stand before its bytes, which mean something else without them.

    Args:
        arrays: name → array of any shape, (n) or (n, m) as the kind of request has it.
    """
    parts: list[bytes] = []
    for name in sorted(arrays):
        array = arrays[name]
        content = array.tobytes()
        parts.append(json.dumps([name, array.dtype.str, list(array.shape), len(content)]).encode() + b"\0")
        parts.append(content)
    return b"".join(parts)


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
