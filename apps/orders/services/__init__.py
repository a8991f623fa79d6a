"""Every change of an order: one function per act, each in one transaction, each heard by both firms."""

from .answering import Answer, accept_proposals, answer_order, confirm_as_asked, decline_proposals
from .changing import (
    Change,
    accept_change,
    expire_change,
    refusal_of_change,
    reject_change,
    request_changes,
    withdraw_change,
)
from .drafting import MAX_LINES, OrderLine, discard_draft, draft_order, may_be_rewritten, rewrite_order
from .fulfilling import close_short, refusal_of_closing, refusal_of_shipping
from .lifecycle import acknowledge_order, acknowledge_unread, cancel_order, publish_order, remind_unanswered
from .shared import Part

__all__ = [
    "MAX_LINES",
    "Answer",
    "Change",
    "OrderLine",
    "Part",
    "accept_change",
    "accept_proposals",
    "acknowledge_order",
    "acknowledge_unread",
    "answer_order",
    "cancel_order",
    "close_short",
    "confirm_as_asked",
    "decline_proposals",
    "discard_draft",
    "draft_order",
    "expire_change",
    "may_be_rewritten",
    "publish_order",
    "refusal_of_change",
    "refusal_of_closing",
    "refusal_of_shipping",
    "reject_change",
    "remind_unanswered",
    "request_changes",
    "rewrite_order",
    "withdraw_change",
]
