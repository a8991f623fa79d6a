"""Boosted trees over the sites, a site's half: gradients of its own rows, summed per bin or leaf, and masked."""

import zlib
from collections.abc import Sequence

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.errors import InvalidRequest
from ..agreed.messages import Request
from ..models import boosting, chance
from ..models.boosting import Forest, blank_forest, forest_of
from ..models.growing import GROWING, OF_SITES, edges_for
from ..privacy import masks
from ..rows.preparation import tree_values
from ..rows.table import Rows
from .members import signed_members
from .store import Store


class Growth:
    """What it keeps between messages saves time only: each request says all that the answer rests on.

    Args:
        store: of the site; holds the secret of its masks, its countersigning key, and whose keys it knows.
        baseline: of the site, see Preparation.
    """

    def __init__(self, name: str, contract: Contract, train: Rows, store: Store, baseline: Array | None = None) -> None:
        self.name, self.contract, self.store, self.secret = name, contract, store, store.secret("trees")
        self.labels = train.labels.astype(np.float64)
        self.values = tree_values(train, contract, baseline)
        self._codes: tuple[bytes, Array] = (b"", np.empty(0))
        self._logits: tuple[Forest, Array] = (blank_forest(0, contract.boosting.depth), np.zeros(len(train)))
        self._secrets: tuple[bytes, dict[str, bytes]] = (b"", {})

    def key(self, run: str) -> dict[str, Array]:
        """For the masks of one run: `key` (32,), public, and `signer` (33,) with `signature` (64,) over it, all uint8."""
        public = masks.public_bytes(masks.key_of(self.secret, run))
        said = masks.statement(run, self.contract.hash, self.name, public.tobytes())
        signer, signature = (np.frombuffer(part, np.uint8) for part in (self.store.signer(), self.store.sign(said)))
        return {"key": public, "signer": signer, "signature": signature}

    def table(self, request: Request, noise: float = 0.0, seed: int = 0) -> Array:
        """(2, trees × nodes, columns, bins + 1) uint32, masked against the other sites.

        Args:
            noise: multiplier of a privacy level, for trees with random cuts; 0 adds none.
            seed: of the noise.

        Raises:
            InvalidRequest: the site is not among those that its table is masked for, or they are fewer than the quorum.
        """
        arrays = request.arrays
        grown, growing = forest_of(arrays), forest_of({name: arrays[GROWING + name] for name in boosting.PARTS})
        derivatives = boosting.gradients(self._logits_of(grown), self.labels)
        if self.contract.boosting.cuts == "random":
            sums = chance.leaf_sums(growing, self.values, derivatives)
            table = chance.noised(sums, noise, np.random.default_rng(seed)) if noise else sums
        else:
            table = self._histograms(request, growing, derivatives)
        # Of all arrays of the request: the same masks never cover two different tables.
        return masks.mask(table, float(arrays["scale"]), self.name, self._secrets_of(request), request.digest())

    def _histograms(self, request: Request, growing: Forest, derivatives: tuple[Array, Array]) -> Array:
        level = int(request.arrays["step"][1])
        codes = self._codes_of(request.arrays["quantiles"])[:, request.arrays["columns"]]
        tables = []
        for tree in range(len(growing)):
            nodes = np.zeros(len(self.labels), dtype=np.int64)
            for _level in range(level):
                nodes = growing.descend(tree, nodes, self.values)
            nodes[~self._sample(request.round, tree)] = -1
            tables.append(boosting.histogram(codes, nodes, derivatives, level, self.contract.boosting.bins))
        return np.concatenate(tables, axis=1)

    def _sample(self, number: int, tree: int) -> Array:
        seed = zlib.crc32(f"{self.contract.training.seed}/{self.name}".encode())
        return np.random.default_rng([seed, number, tree]).random(len(self.labels)) < self.contract.boosting.row_share

    def _codes_of(self, quantiles: Array) -> Array:
        key = quantiles.tobytes()
        if self._codes[0] != key:
            edges = edges_for(self.contract, quantiles)
            self._codes = (key, boosting.bin_rows(self.values, edges, self.contract.boosting.bins))
        return self._codes[1]

    def _logits_of(self, forest: Forest) -> Array:
        """Of the trees so far; only those are added that were not there before."""
        known, found = self._logits
        if known.tobytes() != forest.take(slice(0, len(known))).tobytes():
            known, found = forest.take(slice(0, 0)), np.zeros(len(self.labels))
        if len(known) < len(forest):
            found = found + forest.take(slice(len(known), None)).logits(self.values)
        self._logits = (forest, found)
        return found

    def _secrets_of(self, request: Request) -> dict[str, bytes]:
        names: Sequence[str] = [str(name) for name in request.arrays["names"]]
        if self.name not in names:
            raise InvalidRequest("A site answers for trees that it takes part in only.", value=self.name)
        if len(set(names)) < self.contract.quorum:
            # A server that asked a site alone would read its table unmasked.
            rule = f"A table is masked among the contract's quorum of {self.contract.quorum} sites at least."
            raise InvalidRequest(rule, value=f"{len(set(names))} named", remedy="Bring more sites back.")
        stamp = b"".join(request.arrays[name].tobytes() for name in OF_SITES.values()) + request.run.encode()
        if self._secrets[0] != stamp:
            own = masks.key_of(self.secret, request.run)
            members = signed_members(request, self.name, masks.public_bytes(own).tobytes(), self.store)
            self._secrets = (stamp, masks.agree(own, members))
        return self._secrets[1]
