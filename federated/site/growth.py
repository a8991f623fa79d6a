"""Boosted trees over the sites, a site's half: gradients of its own rows, summed per bin or leaf, and masked."""

import hashlib
import json

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import LEAST_MASKED, MOST_SHARE, Contract
from ..agreed.errors import FederatedError, InvalidRequest
from ..agreed.keys import is_signed_short
from ..agreed.messages import Request, spelt
from ..models import boosting, chance
from ..models.boosting import Forest, blank_forest, forest_of
from ..models.growing import GROWING, OF_SITES, by_total, edges_for, has_totals
from ..privacy import masks
from ..rows.preparation import tree_values
from ..rows.table import Rows
from .asked import MOST_SPLITS, groups_of, note_split
from .members import signed_members
from .store import Store

MOST_SETS = 8  # of sites over which one round's tables are summed: each that drops out at a root makes another
STOP = "Stop the run, and see that the server is of the release of the contract."


class Growth:
    """What it keeps between messages saves time only: each request says all that the answer rests on.

    Args:
        store: of the site; holds the secret of its masks, its countersigning key, and whose keys it knows.
        baseline: of the site, see Preparation.
        alone: it trains by itself, in one process that nothing of it leaves.
    """

    def __init__(
        self, name: str, contract: Contract, train: Rows, store: Store, baseline: Array | None = None, *, alone: bool = False
    ) -> None:
        self.name, self.contract, self.store, self.secret = name, contract, store, store.secret("trees")
        self.alone = alone
        self.rows = hashlib.sha256(
            spelt({name: getattr(train, name) for name in ("numeric", "categorical", "labels")})
        ).hexdigest()
        self.labels = train.labels.astype(np.float64)
        self.values = tree_values(train, contract, baseline)
        self._codes: tuple[bytes, Array] = (b"", np.empty(0))
        self._logits: tuple[Forest, Array] = (blank_forest(0, contract.boosting.depth), np.zeros(len(train)))
        self._secrets: tuple[bytes, dict[str, bytes]] = (b"", {})

    def key(self, run: str) -> dict[str, Array]:
        """For the masks of one run: `key` (32,), public, and `signer` (33,) with `signature` (64,) over it, all uint8."""
        public = masks.public_bytes(masks.key_of(self.secret, run, self.rows))
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
        own, mine = self._group_of(request)
        secrets = self.secrets_of(request, own)
        if self.contract.privacy == "off":
            self._claim(request, own)
        note_split(self.contract, self.store, request)
        grown, growing = forest_of(arrays), forest_of({name: arrays[GROWING + name] for name in boosting.PARTS})
        derivatives = boosting.gradients(self._logits_of(grown), self.labels)
        if self.contract.boosting.cuts == "random":
            table = self._leaves(request, growing, derivatives)
            table = chance.noised(table, noise, np.random.default_rng(seed)) if noise else table
        else:
            table = self._histograms(request, growing, derivatives, mine)
        # Of all arrays of the request: the same masks never cover two different tables.
        how = (float(arrays["scale"]), self.name, secrets, request.digest())
        return masks.mask(by_total(self.contract, table), *how, equal=has_totals(self.contract)).reshape(table.shape)

    def _leaves(self, request: Request, growing: Forest, derivatives: tuple[Array, Array]) -> Array:
        """Under a privacy level of all rows: that is what its noise is counted for. Else all trees of a round see the same
        sample: a tree is a column, and all columns have one total (masks.py)."""
        if self.contract.privacy != "off":
            return chance.leaf_sums(growing, self.values, derivatives)
        used = self._sample(request, 0)
        return chance.leaf_sums(growing, self.values[used], (derivatives[0][used], derivatives[1][used]))

    def _histograms(self, request: Request, growing: Forest, derivatives: tuple[Array, Array], mine: range) -> Array:
        level = int(request.arrays["step"][1])
        codes = self._codes_of(request.arrays["quantiles"])[:, request.arrays["columns"]]
        tables = []
        for tree in mine:
            nodes = np.zeros(len(self.labels), dtype=np.int64)
            for _level in range(level):
                nodes = growing.descend(tree, nodes, self.values)
            nodes[~self._sample(request, tree)] = -1
            tables.append(boosting.histogram(codes, nodes, derivatives, level, self.contract.boosting.bins))
        return np.concatenate(tables, axis=1)

    def _sample(self, request: Request, tree: int) -> Array:
        """(rows,) bool, by a secret of the site: another one for each run, round and set of sites, so that the difference of
        two sums is no site's table."""
        about = json.dumps([self.contract.hash, request.run, request.round, tree, self.rows, sorted(self._own(request))])
        seed = int.from_bytes(masks.derive(self.store.secret("rows of trees"), about)[:16], "big")
        return np.random.default_rng(seed).random(len(self.labels)) < self.contract.boosting.row_share

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

    def _own(self, request: Request) -> frozenset[str]:
        """Whose tables are summed with this one, it among them."""
        groups = groups_of(request)
        return frozenset(name for name, group in groups.items() if group == groups[self.name])

    def _group_of(self, request: Request) -> tuple[frozenset[str], range]:
        """Whose tables are summed with this one, it among them, and which of the trees they grow."""
        groups = groups_of(request)
        if self.name not in groups:
            raise InvalidRequest("A site answers for trees that it takes part in only.", value=self.name)
        mine, is_halved = groups[self.name], any(groups.values())
        own = self._own(request)
        # Under a privacy level a table alone has all the noise that it needs.
        lowest = 1 if self.alone or self.contract.privacy != "off" else LEAST_MASKED
        least = max(self.contract.quorum, LEAST_MASKED if is_halved else lowest)
        if len(own) < least:
            # A server that asked a site alone would read its table unmasked; one of two sites reads the other's.
            rule = f"A table is masked among the contract's quorum of {least} sites at least."
            raise InvalidRequest(rule, value=f"{len(own)} named", remedy="Bring more sites back.", code="too_few_masked")
        if is_halved:
            self._check_split(request, own)
        size = self.contract.boosting.side_by_side // (2 if is_halved else 1)
        return own, range(mine * size, (mine + 1) * size)

    def secrets_of(self, request: Request, own: frozenset[str]) -> dict[str, bytes]:
        """Shared with those whose tables are summed with this one."""
        # Names too: the same keys under names that are nobody's would leave no secret, and a table without a mask.
        stamp = request.run.encode() + b"\0" + spelt({name: request.arrays[name] for name in ("names", *OF_SITES.values())})
        if self._secrets[0] != stamp:
            key = masks.key_of(self.secret, request.run, self.rows)
            public = masks.public_bytes(key).tobytes()
            self._check_rows(request, public)
            members = signed_members(request, self.name, public, self.store)
            self._secrets = (stamp, masks.agree(key, members))
        return {name: s for name, s in self._secrets[1].items() if name in own}

    def _check_rows(self, request: Request, public: bytes) -> None:
        """
        Raises:
            FederatedError: the rows were changed after this site gave its key for the run, or it never gave one.
        """
        place = request.arrays["names"].tolist().index(self.name)
        given, signer = (request.arrays[many][place].tobytes() for many in ("keys", "signers"))
        is_signed = signer == self.store.signer() and is_signed_short(
            signer,
            masks.statement(request.run, self.contract.hash, self.name, given),
            request.arrays["signatures"][place].tobytes(),
        )
        if is_signed and given != public:
            rule = "A run's trees grow over the rows that the site began it with."
            remedy = "Start another run: this site's rows were changed since."
            raise FederatedError(rule, place=self.name, value="other rows", remedy=remedy, code="other_rows")

    def _claim(self, request: Request, own: frozenset[str]) -> None:
        """On disk, before anything leaves: two sums of the same rows, over some sites and over one less, are that site's
        table. So another set of sites has another sample of the rows, and there are few of them.

        Raises:
            FederatedError: one set of sites too many in a round; another set at all where trees see all rows. Runs are
                counted for all kinds of requests, see asked.py.
        """
        members = hashlib.sha256(json.dumps(sorted(own)).encode()).hexdigest()
        if self.contract.boosting.row_share > MOST_SHARE:
            if not self.store.claim(f"contract-{self.contract.hash}", "members", members, 1):
                rule = "Trees that see all rows are summed over the same sites always."
                remedy = f"Publish a contract whose boosting.row_share is at most {MOST_SHARE:g}."
                raise FederatedError(rule, value=f"{len(own)} sites", remedy=remedy, code="summed_enough")
            return
        is_last = request.round == self.contract.boosting.rounds
        most = MOST_SPLITS if self.contract.guarded and is_last else MOST_SETS
        if not self.store.claim(request.run, f"sums/{self.contract.hash}/{request.round}", members, most):
            rule = f"A round of trees is summed over {most} sets of sites at most."
            raise FederatedError(rule, place="round", value=request.round, remedy=STOP, code="summed_enough")

    def _check_split(self, request: Request, own: frozenset[str]) -> None:
        """Sums over different halves of the same sites would tell single tables: one split for a state of the model, or,
        where the contract is not guarded, one for the whole run. A site that drops out may be missing.

        Raises:
            InvalidRequest: another one, or halves that the contract does not know.
        """
        if not self.contract.has_halves:
            raise InvalidRequest("Trees grow in halves where the contract says so only.", value="two groups")
        state = hashlib.sha256(settled(forest_of(request.arrays))).hexdigest() if self.contract.guarded else ""
        step = f"half/{self.contract.hash}/{state}"
        known = frozenset(json.loads(self.store.first(request.run, step, json.dumps(sorted(own)))))
        if not own <= known:
            rule = "A state of the trees is summed over the same halves always."
            raise InvalidRequest(rule, value=", ".join(sorted(own - known)), remedy=STOP)


def settled(forest: Forest) -> bytes:
    """The same for trees that send every row the same way by the same nodes: a node that is no split has neither cut nor
    side, and nothing is below zero by its sign alone."""
    is_split = forest.feature != boosting.LEAF
    cut = np.where(is_split, forest.cut, 0) + np.float32(0)
    missing_left = forest.missing_left & is_split
    parts = (forest.feature, cut, missing_left, forest.value + np.float32(0))
    return spelt(dict(zip(boosting.PARTS, parts, strict=True)))
