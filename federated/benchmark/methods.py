"""The methods and regimes that are compared; each gives the risks of every site's test rows."""

from ..agreed.contracts import PRIVATE_BOOSTING
from ..models.defect import risks
from ..rows.table import join
from ..site.site import train_alone
from ..use.deployment import shared_deployment
from . import rivals
from .cases import Case, Method, Result, megabytes
from .personal import fedtab_personal, gain_over
from .unseen import fedtab_unseen


def fedtab_local(case: Case) -> Result:
    return Result({name: risks(case.contract, case.alone[name], part.test) for name, part in case.parts.items()})


def fedtab_pooled(case: Case) -> Result:
    training = case.contract.training.model_copy(update={"head_pull": 1.0, "proximal": 0.0})
    agreed = case.contract.model_copy(update={"training": training})
    model = train_alone("all", agreed, join([part.train for part in case.parts.values()]))
    return Result({name: risks(agreed, model, part.test) for name, part in case.parts.items()})


def fedtab_federated(case: Case) -> Result:
    model, own = case.together
    given = {name: risks(case.contract, own[name], part.test) for name, part in case.parts.items()}
    rounds = case.contract.rounds
    return Result(given, rounds, megabytes(case.contract, model, rounds), case.course.reached(), model)


def held_local(case: Case) -> Result:
    return Result({n: risks(case.contract, used.alone or used.model, case.parts[n].test) for n, used in case.held.items()})


def held_federated(case: Case) -> Result:
    used = {name: shared_deployment(found.model) for name, found in case.held.items()}
    return Result({name: found.risks(case.contract, case.parts[name].test) for name, found in used.items()})


def held_personal(case: Case) -> Result:
    given = {name: found.risks(case.contract, case.parts[name].test) for name, found in case.held.items()}
    extra: dict[str, dict[str, float | str]] = {}
    for name, found in case.held.items():
        test = case.parts[name].test
        gain = gain_over(found.logits(case.contract, test, "local"), given[name], test.labels)
        extra[name] = {"model": found.choice, **gain}
    return Result(given, extra=extra)


def fedtab_relative(regime: Method) -> Method:
    """Values also as distances from each site's own medians, for sensors that are not calibrated alike."""

    def method(case: Case) -> Result:
        return regime(Case(case.set, case.contract.model_copy(update={"relative": True}), case.parts))

    return method


def fedtab_private(level: str, regime: Method = fedtab_federated) -> Method:
    """Trees with random cuts, with record-level privacy at every site."""

    def method(case: Case) -> Result:
        training = case.contract.training.model_copy(update={"rounds": 0})
        update = {"privacy": level, "training": training, "boosting": PRIVATE_BOOSTING}
        return regime(Case(case.set, case.contract.model_copy(update=update), case.parts))

    return method


METHODS: dict[tuple[str, str], Method] = {
    ("fedtab", "local"): fedtab_local,
    ("fedtab", "pooled"): fedtab_pooled,
    ("fedtab", "federated"): fedtab_federated,
    ("fedtab", "personal"): fedtab_personal,
    ("fedtab", "unseen"): fedtab_unseen,
    ("fedtab-held", "local"): held_local,
    ("fedtab-held", "federated"): held_federated,
    ("fedtab-held", "personal"): held_personal,
    ("fedtab-relative", "federated"): fedtab_relative(fedtab_federated),
    ("fedtab-relative", "personal"): fedtab_relative(fedtab_personal),
    ("fedtab-eps8", "federated"): fedtab_private("eps-8"),
    ("fedtab-eps8", "personal"): fedtab_private("eps-8", fedtab_personal),
    ("fedtab-eps3", "federated"): fedtab_private("eps-3"),
    ("xgboost", "local"): rivals.xgboost_local,
    ("xgboost", "pooled"): rivals.xgboost_pooled,
    ("xgboost", "federated"): rivals.xgboost_federated,
    ("logreg", "local"): rivals.logreg_local,
    ("logreg", "pooled"): rivals.logreg_pooled,
    ("logreg", "federated"): rivals.logreg_federated,
}
