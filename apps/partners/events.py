"""What the other firm hears of requests and terms. The label is the name of the firm that acted."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import OTHER_SIDE, EventType

ACT, REQUEST, RELATION = "manage_relations", "partners:request", "partners:relation"


def _of_relation(name: str, text: object, icon: str, tone: str = "info") -> EventType:
    return EventType(f"relation.{name}", text, icon, tone, ACT, OTHER_SIDE, RELATION)


EVENTS = [
    EventType("request.made", _("{label} asks for a trading relation"), "handshake", "info", ACT, url_name=REQUEST),
    EventType("request.accepted", _("{label} agreed to trade with you"), "circle-check", "ok", ACT, url_name=REQUEST),
    EventType("request.declined", _("{label} declined the trading relation"), "ban", "warn", ACT, url_name=REQUEST),
    EventType(
        "request.withdrawn", _("{label} took the request for a relation back"), "undo-2", "mute", ACT, url_name=REQUEST
    ),
    _of_relation("proposed", _("{partner} proposes other terms"), "scale"),
    _of_relation("agreed", _("{partner} agreed to the terms that you proposed"), "circle-check", "ok"),
    _of_relation("refused", _("{partner} declined the terms that you proposed"), "ban", "warn"),
    _of_relation("suspended", _("{partner} suspended the trading relation: no new orders"), "circle-pause", "warn"),
    _of_relation("resumed", _("{partner} resumed the trading relation"), "circle-play", "ok"),
    _of_relation("ended", _("{partner} ended the trading relation: no new orders, open ones go on"), "circle-off", "warn"),
]
