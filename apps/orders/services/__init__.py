"""Every change of an order: one function per act, each in one transaction, each heard by both firms."""

from .answering import Answer, accept_proposals, answer_order, confirm_as_asked, decline_proposals
from .asking import ask_for_changes
from .changing import accept_change, expire_change, reject_change, request_changes, withdraw_change
from .closing import close_lines
from .copying import Copied, copy_order
from .deciding import accept_offers, decline_offers
from .drafted import Drafted
from .drafting import MAX_LINES, Drafting, OrderLine, draft_order
from .fulfilling import close_short, refusal_of_closing, refusal_of_shipping
from .lifecycle import acknowledge_order, acknowledge_unread, cancel_order, remind_unanswered
from .publishing import publish_order, publish_orders
from .reminding import remind_supplier, remind_suppliers
from .replying import accept_asked, answer_lines, ask_read, counter_changes
from .revising import Wish, revise_order, stands
from .rewriting import discard_draft, may_be_rewritten, rewrite_order
from .shared import Part
from .together import Refusals
from .wishes import Change, refusal_by_way, refusal_of_change, refusal_of_reason

__all__ = [
    "MAX_LINES",
    "Answer",
    "Change",
    "Copied",
    "Drafted",
    "Drafting",
    "OrderLine",
    "Part",
    "Refusals",
    "Wish",
    "accept_asked",
    "accept_change",
    "accept_offers",
    "accept_proposals",
    "acknowledge_order",
    "acknowledge_unread",
    "answer_lines",
    "answer_order",
    "ask_for_changes",
    "ask_read",
    "cancel_order",
    "close_lines",
    "close_short",
    "confirm_as_asked",
    "copy_order",
    "counter_changes",
    "decline_offers",
    "decline_proposals",
    "discard_draft",
    "draft_order",
    "expire_change",
    "may_be_rewritten",
    "publish_order",
    "publish_orders",
    "refusal_by_way",
    "refusal_of_change",
    "refusal_of_closing",
    "refusal_of_reason",
    "refusal_of_shipping",
    "reject_change",
    "remind_supplier",
    "remind_suppliers",
    "remind_unanswered",
    "request_changes",
    "revise_order",
    "rewrite_order",
    "stands",
    "withdraw_change",
]
