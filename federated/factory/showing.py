"""A contract as a plant manager reads it."""

from ..agreed.contracts import Contract
from ..agreed.plain import sentences
from .speech import say


def describe(contract: Contract) -> str:
    """All that is signed, in the language spoken."""
    return "\n".join(("  " if one.is_item else "") + _said(one.text, one.values) for one in sentences(contract))


def _said(text: str, values: dict[str, object]) -> str:
    return say(text).format(**values) if values else say(text)
