"""The kinds of events. An app declares its own in events.py; the relay and the inbox read them here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from apps.tenancy.roles import Side

ASKING = frozenset({"info", "warn", "bad"})  # tones of what leaves something to do
OTHER_SIDE = "other"  # the side of the relation that did not act
OWN_SIDE = "own"  # the side that acted, or for which a task did


@dataclass(frozen=True)
class EventType:
    """One kind of event.

    Attributes:
        name: past tense, with the subject's app, for example "order.published".
        text: what the inbox says, with the placeholders {label} and {partner}, and those that `words` gives.
        icon, tone: how it looks; tone is one of ok, warn, bad, info, mute.
        notify_act: people who hold this act are told; None tells nobody.
        notify_side: the side whose people are told, OTHER_SIDE or OWN_SIDE; None for private events.
        url_name: the page of the subject, which takes the subject's id.
        words: what a label means, where it holds more than a name: placeholder → words in the reader's language.
        takes_away: something is not shown any more, so that lists are fetched again even where somebody is at work in them.
    """

    name: str
    text: Any
    icon: str
    tone: str = "info"
    notify_act: str | None = None
    notify_side: Side | str | None = None
    url_name: str = ""
    takes_away: bool = False
    words: Callable[[str], Mapping[str, str]] | None = None

    def told(self, label: str, partner: str = "") -> str:
        """What the inbox says of one, in the reader's language."""
        found = self.words(label) if self.words else {"label": label}
        return str(self.text).format(**{"partner": partner, **found})

    @property
    def asks(self) -> bool:
        """Whether it leaves something to do: good news and news without weight do not."""
        return self.tone in ASKING


@cache
def event_types() -> dict[str, EventType]:
    found: dict[str, EventType] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.events"
        if config.name.startswith("apps.") and config.name != "apps.events" and find_spec(name):
            found.update({kind.name: kind for kind in import_module(name).EVENTS})
    return found


def gone(name: str) -> dict[str, bool]:
    """What the message of an event says besides: that it takes something away, where it does."""
    kind = event_types().get(name)
    return {"gone": True} if kind is not None and kind.takes_away else {}
