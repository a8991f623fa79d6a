"""The personal step without rows held out for it: cross-fitting.

The training rows of every site are folded; for each fold the run and each site's training alone are repeated without it.
So every training row gets a score from models that never saw it, the site chooses and calibrates on those, and the models
trained on all rows are used with that choice. The test rows are touched by the scoring only.
"""

import numpy as np

from ..agreed.arrays import Array
from ..rows.partition import Parts, neighbours
from ..site.site import train_alone
from ..use.decisions import choose, compare, fit_calibration
from ..use.deployment import Deployment
from ..use.verdicts import proof_of, usual_alarm
from .cases import Case, Result, megabytes, train_together

FOLDS = 3


def fedtab_personal(case: Case) -> Result:
    contract, scores = case.contract, cross_fitted(case)
    labels = {name: part.train.labels.astype(float) for name, part in case.parts.items()}
    chosen = {name: choose(labels[name], scores[name], seed=contract.training.seed) for name in case.parts}
    held = {name: scores[name][chosen[name]] for name in case.parts}
    # Sums of gradient and Hessian over the sites give the same fit as the rows together.
    shared = fit_calibration(np.concatenate(list(held.values())), np.concatenate(list(labels.values())))
    own = {name: fit_calibration(held[name], labels[name], shared) for name in case.parts}
    given: dict[str, Array] = {}
    extra: dict[str, dict[str, float | str]] = {}
    model, together = case.together
    for name, part in case.parts.items():
        # Every second row proposes, the others prove; nothing is held out, so that this is a little too kind.
        scored, known = own[name].risks(held[name]), labels[name]
        proof = proof_of(scored[::2], known[::2], scored[1::2], known[1::2])
        used = Deployment(together[name], case.alone[name], chosen[name], own[name], proof)
        given[name] = used.risks(contract, part.test)
        gain = gain_over(used.logits(contract, part.test, "local"), given[name], part.test.labels)
        seen = proof.verdicts().seen(given[name], part.test.labels, usual_alarm())
        extra[name] = {"model": chosen[name], **seen, **gain}
    return Result(given, contract.rounds, megabytes(contract, model, contract.rounds), model=model, extra=extra)


def gain_over(alone: Array, used: Array, labels: Array) -> dict[str, float | str]:
    """AUPRC of the model in use less that of the site's own, with a paired 95 % interval over the test rows."""
    found = compare(labels.astype(float), alone, used)
    return {"gain": found.difference, "gain_low": found.low, "gain_high": found.high} if found else {}


def cross_fitted(case: Case) -> dict[str, dict[str, Array]]:
    """Site → candidate → (training rows,) logits of models that did not see the row."""
    folds = {name: neighbours(part.train.labels, FOLDS) for name, part in case.parts.items()}
    found = {name: {key: np.zeros(len(part.train)) for key in case.contract.choices} for name, part in case.parts.items()}
    for fold in range(FOLDS):
        parts = {}
        for name, part in case.parts.items():
            inside = folds[name] == fold
            parts[name] = Parts(part.train.take(~inside), part.train.take(inside), part.train.take(inside))
        _model, together = train_together(case.contract, parts)
        for name, part in parts.items():
            both = Deployment(together[name], train_alone(name, case.contract, part.train))
            for key in case.contract.choices:
                found[name][key][folds[name] == fold] = both.logits(case.contract, part.test, key)
    return found
