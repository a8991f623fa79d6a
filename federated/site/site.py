"""What a site does with a request: count, train, finish. Everything that leaves it is in the Reply."""

import hashlib
import time
import zlib
from dataclasses import replace
from functools import cached_property

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.errors import FederatedError, InvalidRequest
from ..agreed.messages import Reply, Request, spelt
from ..agreed.strategies import STRATEGIES
from ..models.boosting import forest_of
from ..models.defect import DefectModel, logits, model_of, untrained
from ..models.growing import OF_SITES
from ..models.memory import Memory, with_own_head
from ..models.risk import sigmoid
from ..models.training import Trained, train_locally
from ..privacy.accounting import COUNTS, Spending, count_deviation, spending, steps_of
from ..privacy.attacks import inversion, membership
from ..rows import statistics
from ..rows.partition import Parts, check_parts, partition
from ..rows.preparation import Preparation, baseline_of, own_preparation, tree_values, widened
from ..rows.table import Rows, join
from ..run.engine import run_in_process
from ..run.steps import Checkpoint
from ..use import metrics
from ..use.certificates import certificate, settle
from ..use.decisions import Calibration, calibration_sums, in_whole_rows
from ..use.deployment import seen_of, shared_deployment, watched_columns, watched_names
from ..use.drift import reference_of
from . import asked
from .growth import Growth
from .receiving import REMEDY, check_request
from .store import InMemory, Store
from .summing import change_of, masked_update
from .voting import votes

# Of a request for trees: who takes part and how sums are written.
PASSING = ("step", "names", "groups", *OF_SITES.values(), "scale", "columns")
DIGITS = 3  # of a figure on held-out rows: one row moves the last of the loss below 16,000 of them
ALONE = {"quorum": 1, "least_rows": 1, "least_positives": 0, "validation_share": 0.0, "privacy": "off", "masked": False}


class Site:
    """One factory's half of a run.

    Args:
        name: seeds the site's own randomness, so that a repeated round gives the same weights.
        parts: rows by use; made from `rows` by the contract's shares where not given.
        alone: it trains by itself, see train_alone.
    """

    def __init__(
        self,
        name: str,
        contract: Contract,
        rows: Rows,
        store: Store | None = None,
        *,
        parts: Parts | None = None,
        alone: bool = False,
    ) -> None:
        self.name, self.contract, self.alone = name, contract, alone
        # Without a store of its own nothing leaves this process: the same again each time.
        self.store = store or InMemory(f"in one process/{name}".encode())
        self.parts = parts or partition(rows, contract)
        self.baseline = baseline_of(self.parts.train, contract)
        self._inputs: dict[bytes, tuple[Array, Array, Array]] = {}

    def answer(self, request: Request) -> Reply:
        """The reply to one request; a broken rule, also of the request's own, becomes the reply's error."""
        started = time.perf_counter()
        try:
            self._check_round(request)
            check_request(self.contract, request)
            if not self.alone:
                asked.claim(self.contract, self.store, request)
            reply = {
                Kind.RANGE: self._range,
                Kind.COUNT: self._count,
                Kind.KEY: self._key,
                Kind.GROW: self._grow,
                Kind.VOTE: self._vote,
                Kind.TRAIN: self._train,
                Kind.SUM: self._sum,
                Kind.CALIBRATE: self._calibrate,
                Kind.FINISH: self._finish,
            }[request.kind](request)
        except FederatedError as error:
            return Reply(self.name, error=f"{error.code}: {error}", seconds=time.perf_counter() - started)
        return replace(reply, seconds=time.perf_counter() - started)

    def _range(self, request: Request) -> Reply:
        edges = statistics.power_edges()
        return self._counts(request, [edges] * len(self.contract.ranges))

    def _count(self, request: Request) -> Reply:
        return self._counts(request, statistics.unpack(request.arrays["edges"]))

    def _counts(self, request: Request, edges: list[Array]) -> Reply:
        columns = widened(self.parts.train.numeric, self.baseline).T
        counted = [statistics.count(column, e) for column, e in zip(columns, edges, strict=True)]
        if self._spending is not None:
            self._spend(request, "count", COUNTS, list(request.arrays.values()))
            raw = [statistics.raw_counts(column, e) for column, e in zip(columns, edges, strict=True)]
            noise = count_deviation(self.contract)
            order = np.random.default_rng(self._secret_seed(request, edges))
            counted = [statistics.noised(c, noise, order) for c in raw]
        longest = max((len(c) for c in counted), default=0)
        table = np.zeros((len(counted), longest), dtype=np.int64)
        for row, c in zip(table, counted, strict=True):
            row[: len(c)] = c
        return Reply(self.name, {"counts": table}, len(self.parts.train))

    def _key(self, request: Request) -> Reply:
        self._check_rows()
        return Reply(self.name, self.growth.key(request.run), len(self.parts.train))

    def _grow(self, request: Request) -> Reply:
        self._check_rows()
        level, noise, seed = int(request.arrays["step"][1]), 0.0, 0
        found: dict[str, float] = {}
        if self._spending is not None:
            # What the sums rest on, and nothing else: the same trees for other members are the same noised sums.
            rests_on = [request.arrays[name] for name in sorted(request.arrays) if name not in PASSING]
            self._spend(request, f"grow/{request.round}", 1, rests_on)
            noise, seed = self._spending.noise, self._secret_seed(request, rests_on)
        table = self.growth.table(request, noise, seed)
        if level in (0, self.contract.boosting.depth) and len(self.parts.validation) and len(request.arrays["feature"]):
            values = tree_values(self.parts.validation, self.contract, self.baseline)
            risks = sigmoid(finite(forest_of(request.arrays).logits(values)))
            found |= self._figures(risks) if asked.may_tell(self.contract, self.store, request) else {}
        return Reply(self.name, {"table": table}, len(self.parts.train), found)

    def _vote(self, request: Request) -> Reply:
        asked.claim_vote(self.contract, self.name, self.store, request)
        found = votes(self.contract, self.name, self.parts, self.baseline, request, self.store.secret("votes"))
        return Reply(self.name, {}, len(self.parts.train), found)

    @cached_property
    def _spending(self) -> Spending | None:
        """What a whole run takes from this site's rows; None without a privacy level."""
        if self.contract.privacy == "off":
            return None
        boosting = self.contract.boosting
        rate, steps = steps_of(self.contract, len(self.parts.train))
        return spending(self.contract.privacy, rate, steps, boosting.rounds * boosting.side_by_side)

    def _spend(self, request: Request, step: str, most: int, rests_on: list[Array]) -> None:
        """Before anything leaves: the run is paid for once, and asks no more than was paid for.

        Raises:
            FederatedError: the data set has spent its budget; or a round asks again with other contents, or is none.
        """
        assert self._spending is not None
        self.store.spend(request.run, fingerprint(self.parts.train), self._spending)
        digest = f"{self._secret_seed(request, rests_on):x}"
        if not self.store.claim(request.run, step, digest, most):
            raise FederatedError(
                "With a privacy level a site answers each round once.",
                place="round",
                value=request.round,
                remedy="Start another run; it takes from the budget anew.",
                code="asked_again",
            )

    def _secret_seed(self, request: Request, arrays: list[Array]) -> int:
        """The same for the same request, and nobody else's: noise that can be told can be taken away."""
        digest = hashlib.sha256(self.store.secret(f"noise/{request.run}"))
        digest.update(f"{request.kind}/{request.round}".encode())
        digest.update(spelt({str(place): array for place, array in enumerate(arrays)}))
        return int.from_bytes(digest.digest()[:7], "big")

    @cached_property
    def growth(self) -> Growth:
        return Growth(self.name, self.contract, self.parts.train, self.store, self.baseline, alone=self.alone)

    def _train(self, request: Request) -> Reply:
        self._check_rows()
        model = self._model(request)
        memory = self.store.read_memory(request.run, request.round - 1)
        own = replace(model, weights=with_own_head(model.weights, memory, self.contract.training.head_pull))
        risks = self._risks("validation", own) if len(self.parts.validation) else None
        is_told = risks is not None and asked.may_tell(self.contract, self.store, request)
        found = self._figures(risks) if risks is not None and is_told else {}
        trained, beside = self._trained(request, model, memory)
        if not np.isfinite(trained.weights).all():  # nothing of it is kept: the next round would begin with it
            rule = "Training from the received weights ends in finite ones."
            remedy = "Lower the learning rate in the next contract."
            raise FederatedError(rule, value=f"round {request.round}", remedy=remedy, code="training_diverged")
        kept, arrays = trained.memory, {"weights": trained.weights, **beside}
        if self.contract.masked:
            digest = np.frombuffer(bytes.fromhex(request.digest()), np.uint8)
            kept, arrays = replace(kept, update=change_of(model.weights, trained.weights), trained=digest), {}
        # Before the reply leaves: a site killed now answers the same request with the same weights.
        self.store.write_memory(request.run, request.round, kept)
        # The exact loss over the training rows is no part of what the noise covers.
        shown = {"train_loss": trained.loss} if self._spending is None else {}
        return Reply(self.name, arrays, len(self.parts.train), {**shown, **found})

    def _sum(self, request: Request) -> Reply:
        update = masked_update(self.contract, self.name, self.store, self.growth, request)
        return Reply(self.name, {"update": update}, len(self.parts.train))

    def _trained(self, request: Request, model: DefectModel, memory: Memory) -> tuple[Trained, dict[str, Array]]:
        """One round on the training rows, and what the strategy sends beside the weights."""
        inputs, number = self._inputs_of("train", model.preparation), request.round - self.contract.boosting.rounds
        start = (self.contract, model.weights, memory, inputs, self.parts.train.labels)
        if self._spending is not None:
            self._spend(request, f"train/{request.round}", 1, list(request.arrays.values()))
            # Opacus is half a second and 100 MB that sites without a privacy level do without.
            from ..privacy.dp_sgd import train_privately

            seed = self._secret_seed(request, [model.weights])
            return train_privately(*start, round_number=number, seed=seed, spending=self._spending), {}
        strategy = STRATEGIES[self.contract.training.strategy]
        correction = strategy.correction(request.arrays, memory.control)
        trained = train_locally(*start, round_number=number, seed=self._seed(request.round), correction=correction)
        if trained.gradient is None:
            return trained, {}
        beside, control = strategy.after(trained.gradient, memory.control)
        return replace(trained, memory=replace(trained.memory, control=control)), beside

    def _calibrate(self, request: Request) -> Reply:
        """Sums for the calibration that all sites share."""
        held = self.parts.validation
        if not len(held):
            return Reply(self.name, error="no_rows: This site holds no rows out for calibration.")
        model = self._own(request)
        found, labels = finite(logits(self.contract, model, held)), held.labels.astype(np.float64)
        now = Calibration(*map(float, model.calibration))
        return Reply(self.name, {"sums": in_whole_rows(calibration_sums(found, labels, now), found)}, len(held))

    def _finish(self, request: Request) -> Reply:
        """Choose on the validation rows, compare with training alone on rows that neither choice nor model has seen."""
        model = self._own(request)
        if not len(self.parts.test):
            self.store.write_deployment(request.run, shared_deployment(model))
            return Reply(self.name, examples=len(self.parts.train), fingerprint=fingerprint(self.parts.train))
        for part in ("train", "validation", "test"):
            self._risks(part, model)
        alone = train_alone(self.name, self.contract, self.parts.train)
        deployment = settle(self.contract, replace(shared_deployment(model), alone=alone), self.parts)
        # Rows that the model has not seen: its risks for training rows are bolder than those for new ones will be.
        held = join([self.parts.validation, self.parts.test])
        columns = watched_columns(held, deployment.risks(self.contract, held))
        reference = reference_of(watched_names(self.contract), columns, len(held))
        deployment = replace(deployment, reference=reference, seen=seen_of(join([self.parts.train, held])))
        self.store.write_deployment(request.run, deployment)
        found = certificate(self.contract, deployment, self.parts.validation, self.parts.test)
        if self._spending is None:
            # Under a privacy level nothing exact is told of the training rows, not even how an attack on them ends.
            found |= membership(self.contract, model, self.parts.train, self.parts.test)
            if self.contract.training.rounds:
                found |= inversion(self.contract, model, self.parts.train, seed=self._seed(request.round))
        found = {name: round(value, DIGITS) for name, value in found.items()}
        return Reply(self.name, examples=len(self.parts.train), metrics=found, fingerprint=fingerprint(self.parts.train))

    def _own(self, request: Request) -> DefectModel:
        """The shared model with this site's own output layer of the last round."""
        model = self._model(request)
        memory = self.store.read_memory(request.run, request.round)
        return replace(model, weights=with_own_head(model.weights, memory, self.contract.training.head_pull))

    def _model(self, request: Request) -> DefectModel:
        return replace(model_of(request.arrays), baseline=self.baseline)

    def _figures(self, found: Array) -> dict[str, float]:
        """Of risks of the validation rows."""
        held = self.parts.validation
        scored = {key: value for key, value in metrics.score(held.labels, found).items() if value is not None}
        scored["loss"] = metrics.cross_entropy(held.labels, found)
        told = {key: round(value, DIGITS) for key, value in scored.items()}
        return {"rows": len(held), "positives": held.positives, **told}

    def _risks(self, part: str, model: DefectModel) -> Array:
        """
        Raises:
            InvalidRequest: the model gives a row none.
        """
        return sigmoid(finite(logits(self.contract, model, getattr(self.parts, part))))

    def _inputs_of(self, part: str, preparation: Preparation) -> tuple[Array, Array, Array]:
        key = part.encode() + preparation.quantiles.tobytes()
        if key not in self._inputs:
            self._inputs = {k: v for k, v in self._inputs.items() if not k.startswith(part.encode())}
            self._inputs[key] = preparation.inputs(getattr(self.parts, part), self.contract)
        return self._inputs[key]

    def _check_round(self, request: Request) -> None:
        """
        Raises:
            FederatedError: a round that the contract does not have; without it trees could be asked for under any contract.
        """
        trees, rounds = self.contract.boosting.rounds, self.contract.rounds
        is_of_trees = 1 <= request.round <= trees
        inside = {
            Kind.KEY: trees > 0 or self.contract.masked,
            Kind.GROW: is_of_trees,
            Kind.VOTE: is_of_trees and self.contract.has_votes,
            Kind.TRAIN: trees < request.round <= rounds,
            Kind.SUM: self.contract.masked and trees < request.round <= rounds,
        }
        if not inside.get(request.kind, True):
            raise FederatedError(
                f"The contract has {trees} rounds of trees, then {rounds - trees} of the network.",
                place=str(request.kind),
                value=f"round {request.round}",
                remedy="Publish a contract that says so, and let the sites agree to it.",
                code="not_in_contract",
            )

    def _check_rows(self) -> None:
        check_parts(self.parts.train, self.contract)

    def _seed(self, round_number: int) -> int:
        return zlib.crc32(f"{self.contract.training.seed}/{self.name}/{round_number}".encode())


def train_alone(name: str, contract: Contract, rows: Rows) -> DefectModel:
    """The same trees, network, rounds and epochs on one site's rows only, with that site's exact quantiles; without noise,
    because nothing of it leaves the site but figures of its test rows."""
    boosting = contract.boosting.model_copy(update={"cuts": "best"})
    contract = contract.model_copy(update={**ALONE, "boosting": boosting})
    nothing = rows.take(np.zeros(len(rows), dtype=bool))
    site = Site(name, contract, rows, parts=Parts(rows, nothing, nothing), alone=True)
    start = Checkpoint(0, untrained(contract, own_preparation(rows, contract).quantiles))
    return replace(run_in_process(contract, [site], checkpoint=start).model, baseline=site.baseline)


def finite(found: Array) -> Array:
    """The same (n,) logits of a received model.

    Raises:
        InvalidRequest: it gives none.
    """
    if missing := int((~np.isfinite(found)).sum()):
        rule = "A received model gives every row a risk."
        raise InvalidRequest(rule, value=f"none for {missing} of {len(found)}", remedy=REMEDY)
    return found


def fingerprint(rows: Rows) -> str:
    """SHA-256 of the arrays, hexadecimal."""
    digest = hashlib.sha256()
    for array in (rows.numeric, rows.categorical, rows.labels):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
