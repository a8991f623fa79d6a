"""The methods and regimes that are compared; each gives the risks of every site's test rows."""

from ..engine import train_alone
from ..models.defect import risks
from ..rows.table import join
from . import rivals
from .cases import Case, Method, Result, megabytes
from .personal import fedtab_personal


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
    return Result(given, case.contract.rounds, megabytes(case.contract, model), model)


METHODS: dict[tuple[str, str], Method] = {
    ("fedtab", "local"): fedtab_local,
    ("fedtab", "pooled"): fedtab_pooled,
    ("fedtab", "federated"): fedtab_federated,
    ("fedtab", "personal"): fedtab_personal,
    ("xgboost", "local"): rivals.xgboost_local,
    ("xgboost", "pooled"): rivals.xgboost_pooled,
    ("xgboost", "federated"): rivals.xgboost_federated,
    ("logreg", "local"): rivals.logreg_local,
    ("logreg", "pooled"): rivals.logreg_pooled,
    ("logreg", "federated"): rivals.logreg_federated,
}
