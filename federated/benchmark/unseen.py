"""Leave one site out: what a new member may expect of a model that never saw its rows, and what each member adds."""

from ..agreed.arrays import Array
from ..agreed.intervals import mean_interval
from ..models.defect import DefectModel, risks
from ..use.metrics import score
from .cases import Case, Result, train_together


def fedtab_unseen(case: Case) -> Result:
    """The risks of each site's test rows by the model of all other sites.

    Returns:
        extra: `value` of the site to the others: the mean of their gains in AUPRC by its taking part, with a 95 % interval
        over them.
    """
    with_all = _auprc(case, case.together[1])
    given: dict[str, Array] = {}
    extra: dict[str, dict[str, float | str]] = {}
    for name, part in case.parts.items():
        _model, own = train_together(case.contract, case.parts, left_out=name)
        given[name] = risks(case.contract, own[name], part.test)
        without = _auprc(case, own)
        gains = [with_all[other] - value for other, value in without.items() if other != name]
        if found := mean_interval(gains):
            extra[name] = {"value": found.mean, "value_low": found.low, "value_high": found.high}
    return Result(given, case.contract.rounds, extra=extra)


def _auprc(case: Case, own: dict[str, DefectModel]) -> dict[str, float]:
    found = {}
    for name, part in case.parts.items():
        value = score(part.test.labels, risks(case.contract, own[name], part.test))["auprc"]
        if value is not None:
            found[name] = value
    return found
