"""What a site keeps between two rounds. Without torch, which an idle factory does not load."""

from dataclasses import dataclass

from ..agreed.arrays import Array


@dataclass(frozen=True)
class Memory:
    """
    Attributes:
        moments: (2, parameters) float32, AdamW's two moments; None before the first round.
        steps: AdamW's steps so far.
        control: (parameters,) float32 that the strategy keeps at the site, see Strategy.after; or None.
        update, trained: where updates are masked what the round moved, (parameters,) float32, and the digest of the request
            that it was trained for, (32,) uint8; else None.
        head: (output layer's parameters,) float32 of the site's own output layer, or None.
    """

    moments: Array | None = None
    steps: int = 0
    head: Array | None = None
    control: Array | None = None
    update: Array | None = None
    trained: Array | None = None


def with_own_head(weights: Array, memory: Memory, pull: float) -> Array:
    """The received weights (parameters,) float32 with the site's own output layer, pulled towards the received one."""
    if memory.head is None or pull >= 1:
        return weights
    size = len(memory.head)
    mixed = weights.copy()
    mixed[-size:] = (1 - pull) * memory.head + pull * weights[-size:]
    return mixed
