"""Every change of an order: one function per act, each in one transaction, each heard by both firms."""

from .answering import Answer, Part, accept_proposals, answer_order, decline_proposals
from .drafting import MAX_LINES, OrderLine, discard_draft, draft_order
from .lifecycle import acknowledge_order, add_received, cancel_order, publish_order, remind_unanswered

__all__ = [
    "MAX_LINES",
    "Answer",
    "OrderLine",
    "Part",
    "accept_proposals",
    "acknowledge_order",
    "add_received",
    "answer_order",
    "cancel_order",
    "decline_proposals",
    "discard_draft",
    "draft_order",
    "publish_order",
    "remind_unanswered",
]
