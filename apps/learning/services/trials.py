"""A model is tried by firms that have not joined: offered by the office, loaded and answered by whoever has the link."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.core.files.storage import storages
from django.utils import timezone

from apps.tenancy.scope import atomic, require_scope, unscoped
from federated.agreed.keys import PrivateKey, derived_key, fingerprint, public_text
from federated.agreed.trials import write_trial

from ..exceptions import ModelForgotten, NothingToTry, TrialNotAgreed, UnknownProgramme, UnknownTrial
from ..models import ModelVersion, Programme, Trial
from .federations import hash_of
from .reporting import federation_secret
from .shared import common, own_federation

TRYING = "trials: a firm that has not joined is known by its link alone"


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
        secret_hash=hash_of(secret),
        created_by_id=require_scope().user_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return trial, secret


@atomic
def withdraw_trial(*, trial_id: int) -> Trial:
    """The link ends; a bundle that was loaded works until its day.

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


def key_of_trials(federation_id: int) -> PrivateKey:
    """Signs the federation's bundles; it is derived, and stored nowhere."""
    return derived_key(hmac.new(federation_secret(federation_id).encode(), b"trials", hashlib.sha256).digest())


def fingerprint_of_trials(federation_id: int) -> str:
    """What the invitation shows and the factory compares."""
    return fingerprint(public_text(key_of_trials(federation_id)))


def look(secret: str) -> Trial:
    """The invitation behind a link.

    Raises:
        UnknownTrial: none, or one that was withdrawn.
    """
    with unscoped(reason=TRYING):
        return _found(secret)


def is_offered(trial: Trial) -> bool:
    """Whether its bundle can be loaded: its time runs, and its model is still in use."""
    return trial.is_open and bool(trial.model.file) and trial.model.is_used


def bundle_of(secret: str, *, server: str) -> bytes:
    """The signed bundle; that it was loaded is noted once.

    Raises:
        UnknownTrial: no such invitation, its time is over, or its model is not in use any more.
    """
    with unscoped(reason=TRYING):
        trial = _found(secret)
        model = trial.model
        if not is_offered(trial):
            raise UnknownTrial(place="link")
        if trial.taken_at is None:
            Trial.objects.filter(pk=trial.pk).update(taken_at=timezone.now())
        with storages["learning"].open(model.file) as file:
            checkpoint = file.read()
        said = {
            **{"run": str(model.run_id), "server": server, "code": secret},
            **{"issued_at": timezone.now().isoformat(), "expires_at": trial.expires_at.isoformat()},
            "released": {name: value for name, value in model.figures.items() if name.startswith("unseen_")},
        }
        key = key_of_trials(trial.programme.federation_id)
        return write_trial(model.run.contract.document, checkpoint, key, said=said)


def say(secret: str, said: str) -> Trial:
    """The one word that a firm sends: "tried" or "convinced"; once said it stays.

    Raises:
        UnknownTrial
    """
    with unscoped(reason=TRYING):
        trial = _found(secret)
        field = f"{said}_at"
        if getattr(trial, field) is None:
            setattr(trial, field, timezone.now())
            trial.save(update_fields=[field])
        return trial


def _found(secret: str) -> Trial:
    rows = Trial.objects.select_related("programme__federation", "model__run__contract", "office")
    found = rows.filter(secret_hash=hash_of(secret), withdrawn_at=None).first()
    if found is None:
        raise UnknownTrial(place="link")
    return found
