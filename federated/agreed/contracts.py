"""The programme contract: what a group of firms agreed to train together, and nothing that is not in it happens.

A contract is JSON; its hash (SHA-256 of the canonical form) is shown everywhere, approved by each firm and countersigned at
each factory. It knows neither Flower nor Django; factories, the ServerApp and the web application read it alike.
"""

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import InvalidContract
from .leaving import EARLIER_VOTES, FIGURES, HALVES, SEARCHED, VOTES, what_leaves
from .strategies import STRATEGIES

# What a reply may hold; the names that the server, the site and the web application share.
ROUND_METRICS = ("loss", "auroc", "auprc")
LEAST_MASKED = 3  # sites under one mask
MOST_SHARE = 0.9  # of the rows in a tree's sample: with more of them another sample is the same one
PRIVACY_LEVELS, DELTA = {"eps-8": 8.0, "eps-3": 3.0}, 1e-5  # ε of a whole run at a site, at δ
CHOICES = ("federated", "blend", "local")  # what a site may use after a run
DRIFT_STATES, RISK = ("ok", "watch", "drift", "unknown"), "risk"  # flags of each feature, and of the risks under this name
SITE_METRICS = ("auroc", "auprc", "recall_5", "brier", "ece", "cost_1", "cost_10", "cost_50")
# At the end of a run: whose model these are of, and the shares that a certificate and the attacks on a site's own rows give.
SIDES = ("federated", "local", "personal")
END_SHARES = (
    *("inspect", "missed_promise", "false_promise", "effort_saved", "membership_auroc", "membership_tpr_1"),
    *(f"inversion_{kind}{end}" for kind in ("row", "batch", "round") for end in ("", "_guess")),
)


class Kind(StrEnum):
    """What the server may ask of a site. Nothing else is answered."""

    RANGE = "range"
    COUNT = "count"
    KEY = "key"
    GROW = "grow"
    VOTE = "vote"
    TRAIN = "train"
    SUM = "sum"
    CALIBRATE = "calibrate"
    FINISH = "finish"


ROUND_KINDS = (Kind.GROW, Kind.TRAIN)  # a round of one of these moves the model on


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Feature(Section):
    """One column of the site's table, in the contract's unit.

    Attributes:
        low, high: plausible range; None where the first pass over the sites shall find it (numeric only).
        categories: the values a categorical feature may take; others count as unknown.
        stage: "before" the label is known, or "after": a feature taken after the label leaks and is refused.
        adjustable: a setting that a person at the machine may change; advice looks at these only.
        missing: "median" fills gaps and marks them, "refuse" allows none.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    unit: str = ""
    kind: Literal["numeric", "categorical", "boolean"] = "numeric"
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    missing: Literal["median", "refuse"] = "median"
    stage: Literal["before", "after"] = "before"
    adjustable: bool = False

    @model_validator(mode="after")
    def check(self) -> "Feature":
        if self.kind == "numeric" and self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError(f"feature {self.name}: low must be below high")
        if self.kind == "categorical" and not self.categories:
            raise ValueError(f"feature {self.name}: a categorical feature needs its categories")
        if self.stage == "after":
            raise ValueError(f"feature {self.name}: it is taken after the label and leaks it; leave it out")
        return self


class Model(Section):
    """A piecewise-linear embedding of every numeric feature, then an MLP.

    Source of the embedding: Gorishniy et al. 2022, arXiv:2203.05556.

    Attributes:
        products: the products of all pairs of numeric features stand beside the features themselves.
    """

    kind: Literal["ple-mlp"] = "ple-mlp"
    bins: Annotated[int, Field(ge=2, le=128)] = 48
    width: Annotated[int, Field(ge=1, le=64)] = 4
    products: bool = True
    hidden: tuple[Annotated[int, Field(ge=1, le=1024)], ...] = (256, 256)
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1


def known_strategy(name: str) -> str:
    if name not in STRATEGIES:
        raise ValueError(f"a strategy is one of {', '.join(STRATEGIES)}")
    return name


class Training(Section):
    """How each site trains and how the replies are averaged.

    Attributes:
        strategy: see strategies/.
        head_pull: how far a site's own output layer is pulled to the mean each round; 1 is plain FedAvg.
        proximal: weight of the pull to the received model in the loss (FedProx); 0 is plain FedAvg.
        positive_weight: most that a positive counts against a negative; the weight is the root of their ratio.
    """

    strategy: Annotated[str, AfterValidator(known_strategy)] = "fedavg"
    rounds: Annotated[int, Field(ge=0, le=1000)] = 20
    local_epochs: Annotated[int, Field(ge=1, le=50)] = 2
    batch_size: Annotated[int, Field(ge=2, le=8192)] = 64
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 2e-3
    schedule: Literal["constant", "cosine"] = "cosine"
    weight_decay: Annotated[float, Field(ge=0, le=1)] = 3e-4
    clip_norm: Annotated[float, Field(gt=0)] = 1.0
    head_pull: Annotated[float, Field(ge=0, le=1)] = 1.0
    proximal: Annotated[float, Field(ge=0)] = 0.0
    positive_weight: Annotated[float, Field(ge=1)] = 5.0
    seed: Annotated[int, Field(ge=0)] = 0


class Boosting(Section):
    """Boosted trees beside the network, from histograms that only their sum over the sites makes readable.

    Attributes:
        rounds: of boosting; 0 trains the network alone.
        side_by_side: trees of one round, averaged.
        row_share: of the rows, drawn for each tree.
        most_columns: of a wider table so many are drawn for each round, which bounds a message.
        weight: of the trees in the model's logit; the rest is the network's.
        cuts: "best" by summed histograms; "random" draws them, so that a level of privacy pays for the leaves only.
    """

    rounds: Annotated[int, Field(ge=0, le=500)] = 30
    side_by_side: Annotated[int, Field(ge=1, le=64)] = 8
    depth: Annotated[int, Field(ge=1, le=8)] = 4
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 0.3
    row_share: Annotated[float, Field(gt=0, le=1)] = 0.8
    most_columns: Annotated[int, Field(ge=1, le=2000)] = 48
    bins: Annotated[int, Field(ge=2, le=256)] = 256
    weight: Annotated[float, Field(ge=0, le=1)] = 0.7
    cuts: Literal["best", "random"] = "best"


# What a privacy level pays for best: 480 trees in 120 messages.
PRIVATE_BOOSTING = Boosting(rounds=120, side_by_side=4, depth=6, learning_rate=0.7, cuts="random")


class Contract(Section):
    """Everything that a member approves.

    Attributes:
        quorum: fewest usable replies of a round; below it the run stops.
        deadline_s: longest a round waits for replies, in seconds.
        least_rows, least_positives: a site with fewer takes no part in training.
        validation_share, test_share: held out at each site, by lot where there are lots.
        refused: columns that a table may hold and that are never read, because they are parts of the label.
        privacy: record-level differential privacy of a whole run at a site, see privacy/accounting.py. It pays for trees
            with random cuts or for the network, not for both.
        guarded: from six sites on the first rounds of trees grow in two halves, each judged by the sites outside it, and
            who spoils its half again and again is left out, see run/watch.py.
        masked: the network's updates are masked like the trees' tables: the server reads their weighted mean only, and so
            cannot tell, shorten or leave out a single one, see run/masked.py.
        leaves: what leaves a site, in words that a plant manager reads.
        site_metrics: who sees a site's own figures besides itself.
        relative: every numeric feature enters the model twice, as it is and as its distance from the site's own median in
            the site's own spread (robust scaling per site), for sensors not calibrated alike. Both stay at the site.
        trials: the office may give the shared model, signed and for a time, to firms that have not joined.
        lot_risk: "customers" lets a factory send the risk of a lot, which the lot's customer sees; never a row of it.
    """

    format: Literal[1] = 1
    programme: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[int, Field(ge=1)] = 1
    purpose: str = ""
    process: str = ""
    features: Annotated[tuple[Feature, ...], Field(min_length=1, max_length=2000)]
    label: str = "y"
    lot: str = ""
    refused: tuple[str, ...] = ()
    model: Model = Model()
    training: Training = Training()
    boosting: Boosting = Boosting()
    quorum: Annotated[int, Field(ge=1)] = 3
    deadline_s: Annotated[int, Field(ge=1, le=86400)] = 120
    least_rows: Annotated[int, Field(ge=1)] = 200
    least_positives: Annotated[int, Field(ge=1)] = 20
    validation_share: Annotated[float, Field(ge=0, le=0.5)] = 0.15
    test_share: Annotated[float, Field(ge=0, le=0.5)] = 0.25
    privacy: Literal["off", "eps-8", "eps-3"] = "off"
    # Left away where off: what was signed before it was there keeps its hash.
    guarded: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    masked: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    leaves: tuple[str, ...] = Field(
        default_factory=lambda known: what_leaves(
            known["training"].strategy, guarded=known["guarded"], masked=known["masked"]
        )
    )
    retention_days: Annotated[int, Field(ge=1)] = 365
    site_metrics: Literal["own", "members"] = "own"
    lot_risk: Literal["own", "customers"] = "own"
    relative: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    trials: Annotated[bool, Field(exclude_if=lambda value: not value)] = False

    @model_validator(mode="after")
    def check(self) -> "Contract":
        names = [feature.name for feature in self.features]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"features: {twice[0]} is listed twice")
        if self.label in names:
            raise ValueError(f"features: {self.label} is the label and cannot be a feature")
        if leaks := sorted(set(names) & set(self.refused)):
            raise ValueError(f"features: {leaks[0]} is part of the label and leaks it; leave it out")
        if not self.rounds:
            raise ValueError("training.rounds: a run has rounds of trees or of the network")
        if self.privacy != "off" and self.boosting.rounds and (self.boosting.cuts != "random" or self.training.rounds):
            raise ValueError(
                "boosting: a privacy level covers trees with random cuts and no network, or the network and no trees; set "
                "boosting.cuts to random and training.rounds to 0, or boosting.rounds to 0"
            )
        strategy = STRATEGIES[self.training.strategy]
        if self.privacy != "off" and strategy.uncovered:
            raise ValueError(f"training.strategy: {strategy.name} cannot be used, {strategy.uncovered}; use fedavg")
        if self.privacy != "off" and self.relative:
            raise ValueError("relative: one row moves a site's median and so all its rows, which no privacy level covers")
        self.check_guarded()
        self.check_masked()
        return self

    def check_guarded(self) -> None:
        trees = self.boosting
        if self.guarded and self.privacy != "off":
            raise ValueError("guarded: sites judge trees by their training rows, which no privacy level covers")
        if self.guarded and (not trees.rounds or trees.cuts == "random" or trees.side_by_side % 2):
            raise ValueError(
                "guarded: halves grow an even number of trees side by side, by their best cuts; set boosting so"
            )

    def check_masked(self) -> None:
        if self.masked and self.privacy != "off":
            raise ValueError(
                "masked: under a privacy level each site's weights have noise of their own; set masked to false"
            )
        if self.masked and not self.training.rounds:
            raise ValueError("masked: without rounds of the network there is nothing to mask; trees are masked always")
        if self.masked and not STRATEGIES[self.training.strategy].needs_mean_only:
            known = ", ".join(name for name, strategy in STRATEGIES.items() if strategy.needs_mean_only)
            raise ValueError(f"masked: {self.training.strategy} needs each site's own update, which masks hide; use {known}")

    @property
    def has_votes(self) -> bool:
        """Whether sites tell how they find a round's trees: earlier contracts do not say that it leaves."""
        return not {VOTES, *EARLIER_VOTES}.isdisjoint(self.leaves)

    @property
    def tells_lots(self) -> bool:
        """Whether a site tells how many lots with defects prove its promises: earlier contracts do not say so."""
        return bool(self.lot) and FIGURES in self.leaves

    @property
    def has_halves(self) -> bool:
        """Whether trees may grow in two halves after a refused round."""
        even = self.boosting.side_by_side % 2 == 0 and self.boosting.cuts == "best"
        return even and self.privacy == "off" and (HALVES in self.leaves or self.guarded)

    @property
    def has_search(self) -> bool:
        """Whether trees may be summed over all sites but some, to find whose table makes a sum that no rows can have."""
        is_sampled = self.boosting.row_share <= MOST_SHARE and self.boosting.cuts == "best"
        return is_sampled and self.privacy == "off" and SEARCHED in self.leaves

    @property
    def numeric(self) -> tuple[Feature, ...]:
        return tuple(f for f in self.features if f.kind == "numeric")

    @property
    def ranges(self) -> tuple[tuple[float | None, float | None], ...]:
        """Lowest and highest plausible value of each number that enters the model."""
        found = tuple((f.low, f.high) for f in self.numeric)
        return (*found, *((None, None) for _feature in found)) if self.relative else found

    @property
    def categorical(self) -> tuple[Feature, ...]:
        return tuple(f for f in self.features if f.kind != "numeric")

    @property
    def choices(self) -> tuple[str, ...]:
        """CHOICES, first what a site uses unless another is clearly better: under a privacy level the shared model carries
        noise and has to prove itself."""
        return CHOICES if self.privacy == "off" else CHOICES[::-1]

    @property
    def tree_share(self) -> float:
        """Of the trees in the model's logit."""
        if not self.boosting.rounds:
            return 0.0
        return self.boosting.weight if self.training.rounds else 1.0

    @property
    def fewest(self) -> int:
        """Sites without which a run makes no sense: the quorum; and three where tables are masked, since of two each would
        read the other's out of their sum."""
        is_masked = self.privacy == "off" and (self.boosting.rounds > 0 or self.masked)
        return max(self.quorum, LEAST_MASKED) if is_masked else self.quorum

    @property
    def rounds(self) -> int:
        """Of the whole run: those of the trees, then those of the network."""
        return self.boosting.rounds + self.training.rounds

    def document(self) -> dict[str, Any]:
        """The contract as plain JSON values."""
        return self.model_dump(mode="json")

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form, hexadecimal."""
        return hashlib.sha256(canonical(self.document())).hexdigest()


def said(level: str) -> str:
    """For a person: ε and δ of a level of privacy."""
    return "off" if level == "off" else f"ε {PRIVACY_LEVELS[level]:g}, δ {json.dumps(DELTA)}"


def canonical(document: Any) -> bytes:
    """Sorted keys, no spaces, UTF-8: the same document gives the same bytes everywhere."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_contract(document: Any) -> Contract:
    """A checked contract from JSON values.

    Raises:
        InvalidContract: names the field, the value and the rule.
    """
    try:
        return Contract.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, ("contract", *first["loc"])))
        simple = first["input"] if isinstance(first["input"], str | int | float | bool) else None
        rule = first["msg"].removeprefix("Value error, ")
        raise InvalidContract(
            f"{rule}.", place=place, value=simple, remedy="Correct the contract and publish it again."
        ) from error
