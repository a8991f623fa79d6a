"""ok, defect, inspect: ok only while few defects pass, defect only while few good rows are called one, both proven by rows
that neither the model nor any choice has seen. What they cannot prove is not said, and why not.

Where there are lots, one row of each proves, so that each lot weighs the same: the shares are means over lots, and a lot
full of defects that pass counts once.

The shares hold for rows that are drawn as the held-out ones were; drift ends that (drift.py).
"""

import math
from dataclasses import dataclass, field

import numpy as np

from ..agreed.arrays import Array

OK, DEFECT, INSPECT = "ok", "defect", "inspect"
MIDDLE = 0.5  # nothing more likely good than not is a defect, and the other way round: so limits never cross
CANDIDATES = 40  # limits that the validation rows propose for `defect`


@dataclass(frozen=True)
class Shares:
    """What verdicts promise; where there are lots, in the mean over lots that hold such rows.

    Attributes:
        missed: of all defects, the most that may pass as ok.
        false: of the rows called defect, the most that may be good.
        doubt: each promise is broken with this probability at most, over the rows that happened to be held out.
    """

    missed: float = 0.1
    false: float = 0.2
    doubt: float = 0.1

    @property
    def least_defects(self) -> int:
        """Held-out defects without which nothing can be ok, even if none of them has a low risk."""
        return math.ceil(math.log(self.doubt) / math.log(1 - self.missed))


PROMISED = Shares()
USUAL_COST = 10.0  # of a miss, in false alarms, where a site has set nothing


@dataclass(frozen=True)
class Verdicts:
    """
    Attributes:
        ok_below: a row below this risk is ok; None where no row may be.
        defect_from: a row from this risk on is a defect; None likewise. Never below `ok_below`.
        defects: how many held-out defects, of different lots where there are lots, prove the first.
        rows: how many rows were held out; 0 where the site keeps no proof.
        by_lot: the shares are means over lots.
    """

    ok_below: float | None = None
    defect_from: float | None = None
    defects: int = 0
    shares: Shares = PROMISED
    rows: int = 0
    by_lot: bool = False

    def of(self, risks: Array, alarms: Array) -> Array:
        """(n,) of "ok", "defect", "inspect".

        Args:
            alarms: (n,) bool; no row with an alarm is ok, whatever its risk proves.
        """
        ok = np.zeros(len(risks), dtype=bool) if self.ok_below is None else risks < self.ok_below
        defect = np.zeros(len(risks), dtype=bool) if self.defect_from is None else risks >= self.defect_from
        return np.where(defect, DEFECT, np.where(ok & ~alarms, OK, INSPECT))

    def judge(self, risks: Array, alarm_from: float) -> tuple[Array, Array]:
        """(n,) bool of alarms and (n,) verdicts that agree: a defect is an alarm, and nothing with an alarm is ok."""
        alarms = risks >= alarm_from
        verdicts = self.of(risks, alarms)
        return alarms | (verdicts == DEFECT), verdicts

    def promised(self, risks: Array, alarm_from: float) -> dict[str, float]:
        """For a certificate: the share of rows (n,) left to inspection, and the promises that could be given."""
        found = {"inspect": float((self.judge(risks, alarm_from)[1] == INSPECT).mean())}
        if self.ok_below is not None:
            found["missed_promise"] = self.shares.missed
        if self.defect_from is not None:
            found["false_promise"] = self.shares.false
        return found

    def seen(self, risks: Array, labels: Array, alarm_from: float, lots: Array | None = None) -> dict[str, float]:
        """What came of them on labelled rows (n,): share of rows to inspect, of the defects that passed as ok, of the rows
        called defect that were good. A share of nothing is absent.

        Args:
            lots: (n,) of text; where the promises are means over lots, so are the two shares.
        """
        _alarms, verdicts = self.judge(risks, alarm_from)
        lots = lots if self.by_lot else None
        found = {"inspect": float((verdicts == INSPECT).mean())}
        if (is_defect := labels == 1).any():
            found["missed"] = _share(verdicts == OK, is_defect, lots)
        if (called := verdicts == DEFECT).any():
            found["false"] = _share(labels == 0, called, lots)
        return found


def _share(hits: Array, among: Array, lots: Array | None) -> float:
    """Of the rows (n,) bool that are meant, the share of hits (n,) bool; where there are lots, the mean of theirs."""
    if lots is None:
        return float(hits[among].mean())
    _names, places = np.unique(lots[among], return_inverse=True)
    places = places.reshape(-1)
    return float((np.bincount(places, hits[among]) / np.bincount(places)).mean())


@dataclass(frozen=True)
class Proof:
    """Risks that one site's held-out rows got from the model in use; they stay at the site.

    Attributes:
        proposed, proposed_labels: (m,) of the validation rows, which chose and calibrated the model.
        risks, labels: (n,) of the test rows, which nothing has seen.
        lots: (n,) numbers of their lots; rows of one lot resemble each other and prove no more than one of them.
    """

    proposed: Array = field(default_factory=lambda: np.zeros(0))
    proposed_labels: Array = field(default_factory=lambda: np.zeros(0))
    risks: Array = field(default_factory=lambda: np.zeros(0))
    labels: Array = field(default_factory=lambda: np.zeros(0))
    lots: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def verdicts(self, shares: Shares = PROMISED) -> Verdicts:
        """Limits that keep the promises."""
        ok_below, defects = self.ok_below(shares)
        return Verdicts(ok_below, self.defect_from(shares), defects, shares, len(self.risks), self.by_lot)

    @property
    def by_lot(self) -> bool:
        """Whether any two rows are of one lot: then each lot proves, and is promised for, once."""
        return len(np.unique(self.lots)) < len(self.lots)

    def ok_below(self, shares: Shares) -> tuple[float | None, int]:
        """The risk of the k-th defect from below, k as great as the promise allows; and how many defects there are.

        One defect of each lot counts: it lies below a limit with the mean of the lots' shares as its probability, and this
        mean is what is bounded, not the share of all defects. The share below the k-th of n so drawn follows a
        Beta(k, n − k + 1): a tolerance limit (Wilks 1941), exact whatever the risks are, and the same as Clopper & Pearson's
        (1934) bound of k − 1 misses among n.
        """
        found = np.sort(self._independent(self.labels == 1))
        most = at_most(np.arange(len(found)), len(found), shares.missed) <= shares.doubt
        k = int(most.sum())  # the distribution function rises: the places that hold are the first ones
        # Fewer rows that are ok miss no more defects.
        return (min(MIDDLE, float(found[k - 1])) if k else None), len(found)

    def defect_from(self, shares: Shares) -> float | None:
        """The lowest risk of a sequence from which on so few rows are good.

        The validation rows say in which order limits are tried; the test rows try them one by one, each by the exact
        binomial test, until one fails: then all that held are right at once (fixed-sequence testing, Angelopoulos et al.
        2021, arXiv:2110.01052).
        """
        found = None
        for limit in self._sequence(shares):
            called = self.risks >= limit
            if not self._holds(called, shares):
                break
            found = limit
        return found

    def _holds(self, called: Array, shares: Shares) -> bool:
        good = self._independent(called, self.labels == 0)
        return bool(len(good)) and bool(at_most(good.sum(), len(good), shares.false) <= shares.doubt)

    def _sequence(self, shares: Shares) -> list[float]:
        """First the limit that the validation rows speak for most, then lower ones."""
        order = np.argsort(-self.proposed, kind="stable")
        order = order[self.proposed[order] >= MIDDLE]
        risks, good = self.proposed[order], np.cumsum(self.proposed_labels[order] == 0)
        last = np.flatnonzero(np.r_[np.diff(risks) != 0, True]) if len(risks) else np.zeros(0, dtype=np.int64)
        if not len(last):
            return []
        doubts = at_most(good[last], last + 1, shares.false)
        best = int(len(doubts) - 1 - np.argmin(doubts[::-1]))
        lower = last[best:]
        return [float(risk) for risk in risks[lower[:: max(1, len(lower) // CANDIDATES)]]]

    def _independent(self, which: Array, values: Array | None = None) -> Array:
        """Of the rows (n,) bool that are meant: their risks, or values (n,), of one row of each lot, drawn alike."""
        places = np.flatnonzero(which)
        _lots, first = np.unique(self.lots[places], return_index=True)
        return (self.risks if values is None else values)[places[first]]


NOTHING = Proof()


def usual_alarm() -> float:
    """The risk from which a row is an alarm where a site has set nothing."""
    return cost_threshold(USUAL_COST)


def cost_threshold(ratio: float) -> float:
    """The risk from which an alarm costs less than the miss it may prevent, if a miss costs `ratio` false alarms."""
    return 1 / (1 + ratio)


def at_most(found: Array, count: Array | int, share: float) -> Array:
    """Probabilities of so many hits or fewer among `count` rows that are hits with this probability; of one shape, (n,)."""
    from scipy.special import bdtr  # an idle node does without

    return bdtr(found, count, share)


def proof_of(proposed: Array, proposed_labels: Array, risks: Array, labels: Array, lots: Array | None = None) -> Proof:
    """
    Args:
        proposed, proposed_labels: (m,). risks, labels: (n,). lots: (n,) of text; None where each row is one of its own.
    """
    # One row of each lot counts: the first in an order that says nothing of the rows.
    order = np.random.default_rng(0).permutation(len(risks))
    numbers = np.arange(len(risks)) if lots is None else np.unique(lots, return_inverse=True)[1].reshape(-1)
    return Proof(proposed, proposed_labels.astype(np.int8), risks[order], labels[order].astype(np.int8), numbers[order])
