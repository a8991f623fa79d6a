"""A model to try before joining: contract, shared model and what the invitation says, signed by the federation's office.

It holds no figure of a site but those that all members see, and works until its day. Whoever tries it needs no account; what
goes back is one word, and only when a person sends it.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .contracts import Contract, canonical, read_contract
from .errors import FederatedError
from .keys import PrivateKey, fingerprint
from .sealed_files import seal, unseal

FILES = ("contract.json", "model.npz", "trial.json")
OF_A_RUN = ("state_", "notes")  # of a checkpoint: what a run goes on from, which whoever tries the model needs not
TOLERANCE = timedelta(minutes=5)  # between the two clocks
ASK_AGAIN = "Ask the office that invited you for a new one."
LOAD_AGAIN = f"{ASK_AGAIN} If this machine's clock stood wrong, set it right and load the bundle again from the link."
SAYINGS = ("tried", "convinced")


@dataclass(frozen=True)
class Trial:
    """
    Attributes:
        model: an npz file of the shared model.
        server: address of the web application; code: the invitation's, which says no firm's name.
        released: figures that all members see, by name.
        key: fingerprint of the key that signed.
    """

    contract: Contract
    model: bytes
    run: str
    server: str
    code: str
    issued_at: datetime
    expires_at: datetime
    released: dict[str, float]
    key: str


def write_trial(document: Any, checkpoint: bytes, key: PrivateKey, *, said: dict[str, Any]) -> bytes:
    """
    Args:
        document: of the contract. checkpoint: the model's file, of which only the model goes along.
        said: run, server, code, issued_at and expires_at (ISO 8601 with the zone), released.
    """
    model = _without_state(checkpoint)
    return seal(dict(zip(FILES, (canonical(document), model, canonical(said)), strict=True)), key)


def read_trial(content: bytes, *, key: str = "") -> Trial:
    """A bundle, whether its time runs or not: see check_moment.

    Args:
        key: fingerprint of the key that must have signed it; any where empty.

    Raises:
        FederatedError: changed, or signed by another key.
    """
    files, signer = unseal(content, FILES, remedy=ASK_AGAIN)
    found = fingerprint(signer)
    if key and found != key:
        raise FederatedError(
            "The bundle is signed by the key that the invitation names.",
            place="key",
            value=found,
            remedy="Take the bundle from the invitation's own page, or ask the office by telephone.",
            code="other_key",
        )
    said = json.loads(files["trial.json"])
    issued, expires = (datetime.fromisoformat(said[name]) for name in ("issued_at", "expires_at"))
    return Trial(
        read_contract(json.loads(files["contract.json"])),
        files["model.npz"],
        said["run"],
        said["server"],
        said["code"],
        issued,
        expires,
        said["released"],
        found,
    )


def check_moment(found: Trial, now: datetime) -> None:
    """
    Raises:
        FederatedError: the bundle is over, or the clock stands before its beginning.
    """
    if now >= found.expires_at:
        raise FederatedError(
            "The time to try this model is over.",
            place="bundle",
            value=found.expires_at.isoformat(),
            remedy=LOAD_AGAIN,
            code="trial_over",
        )
    if now < found.issued_at - TOLERANCE:
        raise FederatedError(
            "This machine's clock stands before the bundle was made.",
            place="clock",
            value=now.astimezone(UTC).isoformat(timespec="seconds"),
            remedy="Set the clock right, and try again.",
            code="clock_off",
        )


def _without_state(checkpoint: bytes) -> bytes:
    """The npz file without what only a run needs."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(checkpoint)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if not name.startswith(OF_A_RUN):
                new.writestr(name, old.read(name))
    return buffer.getvalue()
