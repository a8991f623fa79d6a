"""Signed calls of programs count once: their time lies close to ours, and within that time none is taken twice."""

import hashlib
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from federated.agreed.signing import TOLERANCE_S

from ..exceptions import ClockOff, InvalidSignature, Replayed


def check_time(at: str) -> None:
    """
    Raises:
        InvalidSignature: no time with its zone.
        ClockOff: further from this server's clock than the tolerance.
    """
    try:
        off = timezone.now() - datetime.fromisoformat(at)
    except (ValueError, TypeError) as error:
        raise InvalidSignature(place="Dure-Time") from error
    if abs(off) > timedelta(seconds=TOLERANCE_S):
        raise ClockOff(place="Dure-Time", value=f"{abs(off).total_seconds() / 60:.0f} min")


def take_once(content: bytes) -> None:
    """Remember what was signed, its time included, for as long as `check_time` would let it pass.

    Raises:
        Replayed: it was taken before.
    """
    digest = hashlib.sha256(content).hexdigest()
    if not cache.add(f"signed:{digest}", 1, 2 * TOLERANCE_S):
        raise Replayed(place="Dure-Signature")
