"""What a site gains: the shared model, its own, and the one it chose, on rows that none of them has seen."""

from dataclasses import replace

import numpy as np

from ..agreed.contracts import CHOICES, SITE_METRICS, Contract
from ..rows.partition import Parts
from ..rows.table import Rows
from . import metrics
from .decisions import Calibration, choose, compare, fit_calibration
from .deployment import Deployment, shared_deployment
from .verdicts import Proof, proof_of, usual_alarm


def settle(contract: Contract, deployment: Deployment, parts: Parts) -> Deployment:
    """Choose between the shared model, the site's own and both together, and calibrate the choice, on validation rows; keep
    what test rows prove of it."""
    held = parts.validation
    if not len(held):
        return replace(deployment, proof=_proof(contract, deployment, parts))
    labels = held.labels.astype(np.float64)
    scores = {choice: deployment.logits(contract, held, choice) for choice in contract.choices}
    choice = choose(labels, scores, seed=contract.training.seed)
    calibration = calibrated(contract, deployment, held, choice)
    deployment = replace(deployment, choice=choice, calibration=calibration)
    return replace(deployment, proof=_proof(contract, deployment, parts))


def _proof(contract: Contract, deployment: Deployment, parts: Parts) -> Proof:
    held, test = parts.validation, parts.test
    risks = [deployment.risks(contract, rows) for rows in (held, test)]
    return proof_of(risks[0], held.labels, risks[1], test.labels, test.lots)


def calibrated(contract: Contract, deployment: Deployment, held: Rows, choice: str) -> Calibration:
    """One candidate's calibration on validation rows; before there are any, what the sites agreed on."""
    shared = shared_deployment(deployment.model).calibration
    if not len(held):
        return shared
    # A model of the site's own is calibrated from scratch: what the others agreed on says nothing about it.
    start = None if choice == "local" else shared
    return fit_calibration(deployment.logits(contract, held, choice), held.labels.astype(np.float64), start)


def certificate(contract: Contract, deployment: Deployment, held: Rows, test: Rows) -> dict[str, float]:
    """Figures of the test rows, of each model with a calibration of its own on the validation rows.

    Returns:
        test_rows, test_positives; federated_*, local_*, personal_* (the choice) for each of SITE_METRICS;
        choice (its place in CHOICES); gain, gain_low, gain_high (AUPRC of the shared model less the own one's, with a paired
        95 % interval), personal_gain likewise for the choice; inspect, and missed_promise, false_promise where `ok` and
        `defect` are given, at the usual shares and the usual alarm, whatever the site has set for its own use; test_lots:
        how many lots with defects prove them, where the contract has lots; effort_saved. A figure that the site cannot have
        is absent.
    """
    labels = test.labels.astype(np.float64)
    risks = {
        choice: calibrated(contract, deployment, held, choice).risks(deployment.logits(contract, test, choice))
        for choice in ("federated", "local")
    }
    risks["personal"] = deployment.risks(contract, test)
    found: dict[str, float | None] = {"test_rows": len(test), "test_positives": test.positives}
    for name, values in risks.items():
        scored = metrics.score(labels, values)
        found |= {f"{name}_{key}": scored[key] for key in SITE_METRICS}
    for name, better in (("gain", "federated"), ("personal_gain", "personal")):
        if compared := compare(labels, risks["local"], risks[better]):
            found |= {name: compared.difference, f"{name}_low": compared.low, f"{name}_high": compared.high}
    verdicts = deployment.proof.verdicts()
    found |= {"choice": CHOICES.index(deployment.choice), **verdicts.promised(risks["personal"], usual_alarm())}
    if contract.tells_lots:
        found["test_lots"] = verdicts.defects
    found["effort_saved"] = metrics.effort_saved(labels, risks["personal"])
    return {name: float(value) for name, value in found.items() if value is not None}
