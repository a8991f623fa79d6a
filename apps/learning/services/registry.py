"""Trained models with what they rest on."""

from collections.abc import Sequence
from statistics import quantiles
from typing import Any

from django.core.files.storage import storages
from django.db.models import Max
from django.utils import timezone

from apps.tenancy.scope import atomic
from federated.agreed.contracts import END_SHARES, SIDES, SITE_METRICS

from ..exceptions import ModelForgotten, NothingToRelease, NothingToRetire, UnknownModel
from ..models import ModelVersion, Node, Run
from .runs import consenting
from .shared import common, own_federation

LEAST_FOR_QUARTILES = 4
COMPARED = (
    *(f"{side}_{name}" for side in SIDES for name in SITE_METRICS),
    *("gain", "personal_gain", *END_SHARES),
)


def register_model(run: Run, body: dict[str, Any]) -> ModelVersion:
    """The end of a run: its last weights, under which contract, by whose consent, from which data."""
    programme = run.contract.programme
    latest = programme.models.aggregate(found=Max("number"))["found"] or 0
    return ModelVersion.objects.create(
        **common(run),
        run=run,
        programme=programme,
        number=latest + 1,
        file=run.checkpoint,
        file_hash=run.checkpoint_hash,
        contract_hash=run.contract.hash,
        consents={c.node.name: c.signature for c in consenting(run.contract) if c.node.name in run.nodes},
        data_hashes={name: site["fingerprint"] for name, site in body["sites"].items() if site.get("fingerprint")},
        figures=shown([site["metrics"] for site in body["sites"].values()]),
    )


@atomic
def release_model(*, model_id: int) -> ModelVersion:
    """Let the factories use a model; one that was rolled back may be released again.

    Raises:
        UnknownModel, NotTheOffice
        NothingToRelease: it is released already.
        ModelForgotten: its weights were deleted when the contract's time was over.
    """
    model = _own_model(model_id)
    if not model.file:
        raise ModelForgotten(place="model", value=model.number)
    if model.is_used:
        raise NothingToRelease(place="model", value=model.number)
    model.released_at, model.retired_at = timezone.now(), None
    model.save(update_fields=["released_at", "retired_at"])
    return model


@atomic
def retire_model(*, model_id: int) -> ModelVersion:
    """Roll back: factories use the one that was released before it, or none.

    Raises:
        UnknownModel, NotTheOffice
        NothingToRetire: it is not in use.
    """
    model = _own_model(model_id)
    if not model.is_used:
        raise NothingToRetire(place="model", value=model.number)
    model.retired_at = timezone.now()
    model.save(update_fields=["retired_at"])
    return model


def _own_model(model_id: int) -> ModelVersion:
    model = ModelVersion.objects.select_related("programme").filter(pk=model_id).first()
    if model is None:
        raise UnknownModel(place="model", value=model_id)
    own_federation(model.programme.federation_id)
    return model


def released_to(node: Node) -> list[ModelVersion]:
    """Models in use of the site's federation, the latest last; inside the enrolment's scope."""
    rows = ModelVersion.objects.filter(
        programme__federation_id=node.federation_id, released_at__isnull=False, retired_at=None
    )
    return list(rows.order_by("released_at"))


def read_weights(node: Node, run_id: int) -> bytes:
    """The shared weights of a released model, as an npz file; inside the enrolment's scope.

    Raises:
        UnknownModel: none that is released to this site.
    """
    model = next((row for row in released_to(node) if row.run_id == run_id), None)
    if model is None:
        raise UnknownModel(place="run", value=run_id)
    with storages["learning"].open(model.file) as file:
        return file.read()


def shown(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """What all members see of the sites' figures: means, and quartiles of AUPRC from four sites on."""
    found = means(rows, COMPARED)
    for name in ("federated_auprc", "local_auprc", "personal_auprc"):
        values = [row[name] for row in rows if name in row]
        if len(values) >= LEAST_FOR_QUARTILES:
            found |= quartiles(name, values)
    return found


def quartiles(name: str, values: Sequence[float]) -> dict[str, float]:
    """name_q1, name_q2, name_q3."""
    levels = quantiles(values, n=4, method="inclusive")
    return {f"{name}_{level}": round(value, 6) for level, value in zip(("q1", "q2", "q3"), levels, strict=True)}


def means(rows: Sequence[dict[str, float]], names: Sequence[str]) -> dict[str, float]:
    """Site-equal means of the figures that sites could give."""
    found = {}
    for name in names:
        values = [row[name] for row in rows if name in row]
        if values:
            found[name] = round(sum(values) / len(values), 6)
    return found
