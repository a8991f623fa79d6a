"""Every reply against what was asked, before anything uses it: arrays, counts, figures, and how far an update goes.

What breaks a rule becomes the site's error, with the rule and the remedy, and the run goes on with the others. A site is
told of its fault with the next request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..agreed.contracts import Contract, Kind
from ..agreed.errors import InvalidUpdate
from ..agreed.keys import is_signed_short, point_of
from ..agreed.messages import Reply, Request
from ..privacy.masks import statement
from .figures import check_figures
from .shapes import RELEASE, check_arrays

# Of sites of about the same rows an honest update is at most twice as long as the others' median.
FAR, MOST_FOR_ROWS, LEAST_NORM = 10.0, 10.0, 1e-9
MOST_ROWS = 2**31 - 1
LONGEST_TEXT, LONGEST_S = 1000, 86_400.0
ROWS = "Restart dure-factory at this site after the run; rows that were added count from the next run on."
FAR_REMEDY = "Look for values out of range at this site with `dure-factory check`, and compare units with the contract."


@dataclass
class Known:
    """What a site has said before in this run.

    Attributes:
        rows: training rows, told first.
        held: validation rows, told first.
    """

    rows: int | None = None
    held: int | None = None


@dataclass
class Inspection:
    """Of one run. What sites said before is kept in memory only: a run that is taken up again learns it anew.

    Attributes:
        signers: site → its countersigning key in OpenSSH format, of those whom the web application knows.
    """

    contract: Contract
    signers: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def of(self, request: Request, replies: Sequence[Reply]) -> list[Reply]:
        """The replies, each that breaks a rule as an error; `faults` then holds whom to tell what next."""
        found = [self._one(request, _readable(reply)) for reply in replies]
        if request.kind is Kind.TRAIN and not self.contract.masked:
            found = _without_far(request, found)
        # Who was not asked now is still to be told.
        told = {site: fault for site, fault in self.faults.items() if not request.is_for(site)}
        self.faults = told | {reply.site: reply.error for reply in found if reply.error}
        return found

    def _one(self, request: Request, reply: Reply) -> Reply:
        if reply.error:
            return Reply(reply.site, error=reply.error, seconds=reply.seconds)
        try:
            known = self.known.get(reply.site, Known())
            self._check_rows(request, reply, known)
            check_arrays(self.contract, request, reply)
            if request.kind is Kind.KEY:
                self._check_signed(request, reply)
            metrics = check_figures(self.contract, request.kind, reply, known.held)
        except InvalidUpdate as error:
            return Reply(reply.site, error=f"{error.code}: {error}", seconds=reply.seconds)
        if request.kind is not Kind.CALIBRATE:
            known.rows = reply.examples if known.rows is None else known.rows
        if known.held is None and "rows" in metrics:
            known.held = int(metrics["rows"])
        self.known[reply.site] = known
        return replace(reply, metrics=metrics)

    def _check_rows(self, request: Request, reply: Reply, known: Known) -> None:
        least = 0 if request.kind in (Kind.RANGE, Kind.COUNT, Kind.FINISH) else 1
        if not least <= reply.examples <= MOST_ROWS:
            raise InvalidUpdate(f"A reply rests on {least} to {MOST_ROWS} rows.", value=reply.examples, remedy=RELEASE)
        told = known.held if request.kind is Kind.CALIBRATE else known.rows
        if told is not None and reply.examples > told:
            rule = f"A site has no more rows in a run than it told first, {told}."
            raise InvalidUpdate(rule, value=reply.examples, remedy=ROWS, code="rows_changed")

    def _check_signed(self, request: Request, reply: Reply) -> None:
        """The other sites would refuse what is not signed: one site would end the trees of all."""
        key, signer, signature = (reply.arrays[name].tobytes() for name in ("key", "signer", "signature"))
        said = statement(request.run, request.contract_hash, reply.site, key)
        is_own = reply.site not in self.signers or point_of(self.signers[reply.site]) == signer
        if not (is_own and is_signed_short(signer, said, signature)):
            rule = "A site signs its key for masks with the key that it countersigns contracts with."
            raise InvalidUpdate(rule, value="another signature", remedy=RELEASE, code="key_not_signed")


def _readable(reply: Reply) -> Reply:
    """Without what nobody could store or show; these two are no reason to refuse a reply."""
    seconds = reply.seconds if 0 <= reply.seconds <= LONGEST_S else 0.0
    return replace(reply, seconds=seconds, error=reply.error[:LONGEST_TEXT])


def _without_far(request: Request, replies: list[Reply]) -> list[Reply]:
    """An update that goes more than ten times as far as half of the others do not go is named and does not count.

    A site of many rows takes more steps and goes farther: up to ten times the others' rows are allowed for.
    """
    good = {reply.site: reply for reply in replies if not reply.error}
    norms = update_norms(request, list(good.values()))
    found = []
    for reply in replies:
        others = [site for site in norms if site != reply.site]
        usual = float(np.median([norms[site] for site in others])) if others else 0.0
        if reply.site in norms and usual > LEAST_NORM:
            rows = float(np.median([good[site].examples for site in others]))
            most = FAR * min(max(1.0, reply.examples / rows), MOST_FOR_ROWS)
            times = norms[reply.site] / usual
            if times > most:
                rule = f"An update goes at most {most:.0f} times as far as the others' median."
                error = InvalidUpdate(rule, value=f"{times:.3g} times", remedy=FAR_REMEDY, code="too_far")
                reply = Reply(reply.site, error=f"{error.code}: {error}", seconds=reply.seconds)
        found.append(reply)
    return found


def update_norms(request: Request, replies: Sequence[Reply]) -> dict[str, float]:
    """Site → how far its weights lie from those that were sent out."""
    before = request.arrays["weights"].astype(np.float64)
    return {reply.site: float(np.linalg.norm(reply.arrays["weights"] - before)) for reply in replies}
