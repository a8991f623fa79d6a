"""What may be shared by a grant. An app declares its kinds, each with its words, in shares.py."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps


@cache
def kinds() -> dict[str, Any]:
    return _declared("SHARES")


def told_besides(kind: str) -> Callable[[Any], str] | None:
    """Of a kind that other rows tell of too, whether or not a grant stands: what they still tell, in words, by its grant; an
    app names it in shares.py."""
    found: Callable[[Any], str] | None = _declared("BESIDES").get(kind)
    return found


@cache
def _declared(what: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.shares"
        if config.name.startswith("apps.") and find_spec(name):
            found |= getattr(import_module(name), what, {})
    return found


def short(kind: str) -> str:
    """What a kind is called in a sentence: its words up to the colon, behind which stands what is shown of it."""
    return str(kinds().get(kind, kind)).partition(":")[0]
