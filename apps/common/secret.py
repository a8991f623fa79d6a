"""Values that are shown once and kept nowhere."""

import hashlib
from typing import Any


class Secret(str):
    """A text that may be answered but not stored: `blanked` leaves it out of what is kept."""

    __slots__ = ()


def digest_of(secret: str) -> bytes:
    """The 32 bytes that are kept of a secret, by which it is known again."""
    return hashlib.sha256(secret.encode()).digest()


def blanked(value: Any) -> Any:
    """The same data with every secret empty."""
    if isinstance(value, Secret):
        return ""
    if isinstance(value, dict):
        return {name: blanked(item) for name, item in value.items()}
    return [blanked(item) for item in value] if isinstance(value, list | tuple) else value
