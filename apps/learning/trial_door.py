"""Behind a trial's link: what it shows, the bundle and the one word, by functions of the database that know no other row."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import storages
from django.utils import timezone

from apps.common.doors import row_of
from apps.common.secret import digest_of
from apps.tenancy.models import localized
from federated.agreed.keys import PrivateKey, derived_key, fingerprint, public_text
from federated.agreed.trials import write_trial

from .exceptions import TrialOver, UnknownTrial
from .services.reporting import federation_secret
from .statuses import Process


@dataclass(frozen=True)
class Offer:
    """What a link leads to.

    Attributes:
        office: its name in the reader's language.
        is_offered: whether its bundle can be loaded: its time runs, its model is in use, the office has not ended it.
    """

    federation_id: int
    programme: str
    process: str
    office: str
    contract_number: int
    contract_hash: str
    expires_at: datetime
    tried_at: datetime | None
    convinced_at: datetime | None
    withdrawn_at: datetime | None
    is_offered: bool


def key_of_trials(federation_id: int) -> PrivateKey:
    """Signs the federation's bundles; it is derived, and stored nowhere."""
    return derived_key(hmac.new(federation_secret(federation_id).encode(), b"trials", hashlib.sha256).digest())


def fingerprint_of_trials(federation_id: int) -> str:
    """What the invitation shows and the factory compares."""
    return fingerprint(public_text(key_of_trials(federation_id)))


def look(secret: str) -> Offer:
    """
    Raises:
        UnknownTrial: no link has this secret.
    """
    row = row_of("SELECT * FROM learning_trial_door(%s)", [digest_of(secret)])
    if row is None:
        raise UnknownTrial(place="link")
    office = localized(row.pop("office"), row.pop("office_en"))
    return Offer(**row | {"office": office, "process": str(Process(row["process"]).label)})


def bundle_of(secret: str, *, server: str) -> bytes:
    """The signed bundle; that it was loaded is noted once.

    Raises:
        UnknownTrial
        TrialOver: its time is over, the office has ended it, or its model is not in use any more.
    """
    offer = look(secret)
    row = row_of("SELECT * FROM learning_trial_bundle(%s)", [digest_of(secret)])
    if row is None:
        raise TrialOver(place="link")
    with storages["learning"].open(row["file"]) as file:
        checkpoint = file.read()
    said = {
        **{"run": str(row["run_id"]), "server": server, "code": secret},
        **{"issued_at": timezone.now().isoformat(), "expires_at": offer.expires_at.isoformat()},
        "released": json.loads(row["released"]),
    }
    return write_trial(json.loads(row["document"]), checkpoint, key_of_trials(offer.federation_id), said=said)


def say(secret: str, said: str) -> Offer:
    """The one word that a firm sends: "tried" or "convinced"; once said it stays. It is taken after the last day too.

    Raises:
        UnknownTrial
        TrialOver: the office has ended it.
    """
    offer = look(secret)
    if offer.withdrawn_at is not None:
        raise TrialOver(place="link")
    row_of("SELECT learning_trial_say(%s, %s)", [digest_of(secret), said])
    return offer
