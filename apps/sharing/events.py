"""What the other firm hears of a grant: who acted, and of which share."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType

from .told import words_of

_HEARD: dict[str, Any] = {"notify_act": "manage_sharing", "words": words_of}

EVENTS = [
    EventType("grant.proposed", _("{label} proposes a grant, please agree or refuse: {share}"), "share-2", "info", **_HEARD),
    EventType("grant.agreed", _("{label} agreed to the grant that you proposed: {share}"), "circle-check", "ok", **_HEARD),
    EventType(
        "grant.revoked",
        _("{label} ended a grant, nothing more is shared by it: {share}"),
        "ban",
        "warn",
        **_HEARD,
        takes_away=True,
    ),
]
