"""Values that are shown once and kept nowhere."""

from typing import Any


class Secret(str):
    """A text that may be answered but not stored: `blanked` leaves it out of what is kept."""

    __slots__ = ()


def blanked(value: Any) -> Any:
    """The same data with every secret empty."""
    if isinstance(value, Secret):
        return ""
    if isinstance(value, dict):
        return {name: blanked(item) for name, item in value.items()}
    return [blanked(item) for item in value] if isinstance(value, list | tuple) else value
