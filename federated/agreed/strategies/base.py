"""What a strategy is: how the sites' updates become the shared weights, and what travels for it. One file each."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from ..arrays import Array
from ..texts import gettext_noop

State = dict[str, Array]


@dataclass(frozen=True)
class Update:
    """
    Attributes:
        arrays: `weights` (parameters,) float32, and the strategy's own vectors of the same shape.
        examples: training rows behind them.
    """

    arrays: Mapping[str, Array]
    examples: int

    @property
    def weights(self) -> Array:
        """(parameters,) float32."""
        return self.arrays["weights"]


@dataclass(frozen=True)
class Combined:
    """
    Attributes:
        weights: (parameters,) float32.
        state: what the server keeps for the next round, by name.
        outliers: places of the updates that do not count, for strategies that choose.
    """

    weights: Array
    state: State = field(default_factory=dict)
    outliers: tuple[int, ...] = ()


class Strategy(ABC):
    """Server and site call the same object; it keeps nothing itself, so that a run goes on after a restart of either.

    Attributes:
        name: in a contract.
        says: on the contract's page, for a coordinator who chooses.
        leaves: what leaves a site for it.
        uncovered: why no level of privacy goes with it; "" where one does.
        state_bytes: of the state that the server keeps from round to round, for each parameter; a checkpoint holds it.
        needs_mean_only: whether the sites' weighted mean is all that it goes by; then updates may be masked.
        clips: each update is shortened to the median length first; not where the strategy bears long ones itself.
        vectors: names of (parameters,) float32 arrays beside the weights, in requests and replies alike.
    """

    name: ClassVar[str]
    says: ClassVar[str]
    leaves: ClassVar[str] = gettext_noop("weights of the network after local training")
    uncovered: ClassVar[str] = ""
    state_bytes: ClassVar[int] = 0
    needs_mean_only: ClassVar[bool] = False
    clips: ClassVar[bool] = True
    vectors: ClassVar[tuple[str, ...]] = ()

    def beside(self, weights: Array, state: State) -> dict[str, Array]:
        """The server: what is sent beside the weights (parameters,); one such array for each of `vectors`."""
        return {}

    @abstractmethod
    def combine(self, before: Array, updates: Sequence[Update], state: State) -> Combined:
        """The server: from the sites' weights to the shared ones.

        Args:
            before: (parameters,) float32 that were sent out.
            updates: sorted by site; the same order gives the same bits.
        """

    def correction(self, received: Mapping[str, Array], kept: Array | None) -> Array | None:
        """A site: (parameters,) float32 by which every gradient of the round moves; None leaves them as they are.

        Args:
            received: the request's arrays.
            kept: what `after` gave in the round before.
        """
        return None

    def after(self, gradient: Array, kept: Array | None) -> tuple[dict[str, Array], Array]:
        """A site that corrected: what it sends beside its weights, and what it keeps for the next round.

        Args:
            gradient: (parameters,) float32, mean of the round's gradients as they came.
        """
        return {}, gradient
