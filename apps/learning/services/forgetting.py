"""What sites sent is kept as long as the contract says, and no longer."""

from datetime import timedelta

from django.core.files.storage import storages
from django.utils import timezone

from ..models import Contribution, DriftReport, ModelVersion, Round, Run, SiteFigures
from ..statuses import RunState

OVER = (RunState.FINISHED, RunState.STOPPED, RunState.FAILED, RunState.PAUSED)


def forget_expired() -> int:
    """Delete weights, rounds, figures and flags of runs that ended longer ago than their contract keeps them.

    Inside a system job. A model in use stays until it is replaced or rolled back. Run and model keep number, contract,
    consents and hashes.

    Returns:
        How many runs were forgotten.
    """
    now, count = timezone.now(), 0
    rows = Run.objects.select_for_update(of=("self",)).select_related("contract")
    for run in rows.filter(state__in=OVER, ended_at__isnull=False, forgotten_at=None).order_by("pk"):
        if run.ended_at + timedelta(days=run.contract.document["retention_days"]) > now:
            continue
        model = ModelVersion.objects.filter(run=run).first()
        if model is not None and model.is_used:
            continue
        for kind in (SiteFigures, Round, DriftReport, Contribution):
            kind.objects.filter(run=run).delete()
        if model is not None:
            ModelVersion.objects.filter(pk=model.pk).update(file="", figures={})
        for file in filter(None, {run.checkpoint, run.good_checkpoint}):
            storages["learning"].delete(file)
        run.checkpoint, run.good_checkpoint, run.forgotten_at = "", "", now
        run.state = RunState.FINISHED if run.state == RunState.FINISHED else RunState.STOPPED
        run.save(update_fields=["checkpoint", "good_checkpoint", "forgotten_at", "state"])
        count += 1
    return count
