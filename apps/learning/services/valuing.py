"""What each member adds: the training once more without it, compared with the one that had all."""

from statistics import mean
from typing import Any

from django.db.models import F

from apps.tenancy.scope import atomic
from federated.agreed.contracts import Kind, read_contract
from federated.agreed.intervals import mean_interval

from ..exceptions import NothingToMeasure, PrivacyForbidsMeasuring, TooFewSites, UnknownModel
from ..models import Contribution, ModelVersion, Node, Run, SiteFigures
from ..statuses import RunState
from .registry import LEAST_FOR_QUARTILES, quartiles
from .runs import consenting, label_of, new_run, require_idle
from .shared import own_federation, tell

UNSEEN = "unseen_auprc"


@atomic
def measure_contributions(*, model_id: int) -> ModelVersion:
    """Queue one run for each site of a model that has none yet; they train one after another.

    Raises:
        UnknownModel, NotTheOffice, RunBusy
        PrivacyForbidsMeasuring: every run would take from the sites' budgets.
        TooFewSites: without one of them the contract's quorum is missed.
        NothingToMeasure: each site that consents has been left out already.
    """
    model = ModelVersion.objects.select_related("programme", "run__contract__programme").filter(pk=model_id).first()
    if model is None:
        raise UnknownModel(place="model", value=model_id)
    federation = own_federation(model.programme.federation_id)
    contract = model.run.contract
    if contract.document["privacy"] != "off":
        raise PrivacyForbidsMeasuring(place="privacy", value=contract.document["privacy"])
    require_idle(federation.pk)
    ready = [consent for consent in consenting(contract) if consent.node.name in model.run.nodes]
    fewest = read_contract(contract.document).fewest
    if len(ready) - 1 < fewest:
        raise TooFewSites(place="sites", value=f"{len(ready)} - 1 / {fewest}")
    done = set(Contribution.objects.filter(model=model).values_list("node_id", flat=True))
    left = [consent for consent in ready if consent.node_id not in done]
    if not left:
        raise NothingToMeasure(place="model", value=model.number)
    started = [new_run(contract, ready, valued=model, left_out=consent.node) for consent in left]
    tell("run.started", federation=federation, subject_id=started[0].pk, label=label_of(started[0]))
    return model


def record_contribution(run: Run, body: dict[str, Any]) -> None:
    """At the end of a run without one site: the gains of the others by its taking part; inside the job's scope."""
    model, node = run.valued, run.left_out
    assert model is not None
    assert node is not None
    with_all = _auprc_with_all(model)
    names = {n.pk: n.name for n in Node.objects.filter(pk__in=with_all)}
    gains = []
    for pk, value in with_all.items():
        without = body["sites"].get(names[pk], {}).get("metrics", {}).get("federated_auprc")
        if pk != node.pk and without is not None:
            gains.append(value - without)
    found = mean_interval(gains)
    Contribution.objects.update_or_create(
        model=model,
        node=node,
        defaults={
            "organization_id": node.organization_id,
            "office_id": model.office_id,
            "run": run,
            "others": len(gains),
            "gain": mean(gains) if gains else None,
            "low": found.low if found else None,
            "high": found.high if found else None,
        },
    )
    _tell_of_unseen(model)


def _auprc_with_all(model: ModelVersion) -> dict[int, float]:
    """Node id → AUPRC of the shared model at the end of the model's own run."""
    rows = SiteFigures.objects.filter(run_id=model.run_id, kind=Kind.FINISH).values_list("node_id", "figures")
    return {node: figures["federated_auprc"] for node, figures in rows if "federated_auprc" in figures}


def _tell_of_unseen(model: ModelVersion) -> None:
    """What sites got from a model that had not seen their rows, as quartiles: single sites stay hidden."""
    rows = SiteFigures.objects.filter(
        run__valued=model, run__state=RunState.FINISHED, run__left_out_id=F("node_id"), kind=Kind.FINISH
    )
    found = rows.values_list("figures", flat=True)
    values = [figures["federated_auprc"] for figures in found if "federated_auprc" in figures]
    if len(values) >= LEAST_FOR_QUARTILES:
        model.figures |= {"unseen_sites": len(values), UNSEEN: sum(values) / len(values), **quartiles(UNSEEN, values)}
        model.save(update_fields=["figures"])
