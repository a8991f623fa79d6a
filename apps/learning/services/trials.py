"""A model is tried by firms that have not joined: the office offers it and ends it. Behind the link: `trial_door`."""

import secrets
from datetime import timedelta

from django.utils import timezone

from apps.common.secret import digest_of
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import ModelForgotten, NothingToTry, TrialNotAgreed, UnknownProgramme, UnknownTrial
from ..models import ModelVersion, Programme, Trial
from .shared import common, own_federation


@atomic
def offer_trial(*, programme_id: int, label: str, days: int) -> tuple[Trial, str]:
    """An invitation to try the model in use, and the secret of its link, which is kept nowhere.

    Raises:
        UnknownProgramme, NotTheOffice
        NothingToTry: no model is in use.
        TrialNotAgreed: the contract of its run does not allow it.
        ModelForgotten
    """
    programme = Programme.objects.filter(pk=programme_id).first()
    if programme is None:
        raise UnknownProgramme(place="programme", value=programme_id)
    own_federation(programme.federation_id)
    used = ModelVersion.objects.filter(programme=programme, released_at__isnull=False, retired_at=None)
    model = used.select_related("run__contract").order_by("-released_at").first()
    if model is None:
        raise NothingToTry(place="programme", value=programme.name)
    if not model.run.contract.document.get("trials"):
        raise TrialNotAgreed(place="contract", value=f"v{model.run.contract.number}")
    if not model.file:
        raise ModelForgotten(place="model", value=model.number)
    secret = secrets.token_urlsafe(32)
    trial = Trial.objects.create(
        **common(programme),
        programme=programme,
        model=model,
        label=label,
        secret_hash=digest_of(secret),
        created_by_id=require_scope().user_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return trial, secret


@atomic
def withdraw_trial(*, trial_id: int) -> Trial:
    """The trial ends, and its link says so. A bundle that was loaded asks nobody and works until its day.

    Raises:
        UnknownTrial, NotTheOffice
    """
    trial = Trial.objects.select_related("programme").select_for_update(of=("self",)).filter(pk=trial_id).first()
    if trial is None:
        raise UnknownTrial(place="trial", value=trial_id)
    own_federation(trial.programme.federation_id)
    if trial.withdrawn_at is None:
        trial.withdrawn_at = timezone.now()
        trial.save(update_fields=["withdrawn_at"])
    return trial
