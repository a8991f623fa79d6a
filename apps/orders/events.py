"""What both firms hear of."""

from django.utils.translation import gettext_lazy as _

from apps.events.registry import EventType
from apps.tenancy.roles import Side

EVENTS = [
    EventType(
        "order.published",
        _("New order {label} from {partner}"),
        "file-plus",
        "info",
        "answer_order",
        Side.SUPPLIER,
        "orders:order",
    ),
    EventType("order.acknowledged", _("{partner} has opened order {label}"), "mail-open", "mute", url_name="orders:order"),
    EventType(
        "order.answered",
        _("{partner} confirmed order {label}"),
        "circle-check",
        "ok",
        "accept_proposal",
        Side.BUYER,
        "orders:order",
    ),
    EventType(
        "order.change_proposed",
        _("{partner} proposes a change to order {label}"),
        "message-square-diff",
        "warn",
        "accept_proposal",
        Side.BUYER,
        "orders:order",
    ),
    EventType(
        "order.proposal_accepted",
        _("{partner} accepted your change to order {label}"),
        "circle-check",
        "ok",
        "answer_order",
        Side.SUPPLIER,
        "orders:order",
    ),
    EventType(
        "order.proposal_declined",
        _("{partner} declined your change to order {label}; please answer again"),
        "undo-2",
        "warn",
        "answer_order",
        Side.SUPPLIER,
        "orders:order",
    ),
    EventType(
        "order.cancelled",
        _("{partner} cancelled order {label}"),
        "ban",
        "bad",
        "answer_order",
        Side.SUPPLIER,
        "orders:order",
    ),
    EventType(
        "order.reminded",
        _("Order {label} waits for your answer"),
        "alarm-clock",
        "warn",
        "answer_order",
        Side.SUPPLIER,
        "orders:order",
    ),
    EventType(
        "order.received", _("Goods of order {label} have been received"), "package-check", "ok", url_name="orders:order"
    ),
]
