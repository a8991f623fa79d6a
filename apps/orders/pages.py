"""What the order pages show, prepared for the templates."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.tenancy.history import Change
from apps.tenancy.models import localized
from apps.tenancy.roles import Side

from .models import PurchaseOrder
from .statuses import ATTENTION, AWAITS_SUPPLIER, ENDED, Closure, Collaboration, Fulfilment, awaits

# A state has always a word, an icon and a tone.
LOOK: dict[str, tuple[Any, str, str]] = {
    Collaboration.DRAFT: (Collaboration.DRAFT.label, "pencil", "mute"),
    Collaboration.PUBLISHED: (Collaboration.PUBLISHED.label, "mail", "info"),
    Collaboration.ACKNOWLEDGED: (Collaboration.ACKNOWLEDGED.label, "clock", "mute"),
    Collaboration.CHANGE_PROPOSED: (Collaboration.CHANGE_PROPOSED.label, "message-square-diff", "warn"),
    Collaboration.CONFIRMED: (Collaboration.CONFIRMED.label, "circle-check", "ok"),
    Collaboration.REJECTED: (Collaboration.REJECTED.label, "circle-x", "bad"),
    Collaboration.CANCELLED: (Collaboration.CANCELLED.label, "ban", "mute"),
    "late": (_("Late"), "triangle-alert", "bad"),
    "you_answer": (_("You must answer"), "message-square-warning", "warn"),
    "they_answer": (_("They must answer"), "hourglass", "info"),
    Fulfilment.PARTLY_SHIPPED: (Fulfilment.PARTLY_SHIPPED.label, "truck", "info"),
    Fulfilment.SHIPPED: (Fulfilment.SHIPPED.label, "truck", "info"),
    Closure.SHORT: (Closure.SHORT.label, "package-minus", "mute"),
    Fulfilment.RECEIVED: (Fulfilment.RECEIVED.label, "package-check", "ok"),
    Fulfilment.PARTLY_RECEIVED: (Fulfilment.PARTLY_RECEIVED.label, "package-open", "info"),
}
# What an act did with lines, as the history says it.
DONE: dict[str, tuple[Any, str, str]] = {
    "reminded": (_("Supplier reminded"), "alarm-clock", "info"),
    "asked": (_("Change requested"), "message-square-diff", "warn"),
    "countered": (_("Counter-proposal made"), "message-square-diff", "warn"),
    "request_accepted": (_("Request accepted"), "circle-check", "ok"),
    "request_rejected": (_("Request refused"), "circle-x", "bad"),
    "request_withdrawn": (_("Request withdrawn"), "undo-2", "mute"),
    "request_expired": (_("Request expired"), "clock", "mute"),
    "offer_accepted": (_("Offer accepted"), "circle-check", "ok"),
    "offer_declined": (_("Offer declined"), "circle-x", "bad"),
    Closure.SHORT: LOOK[Closure.SHORT],
    Collaboration.REJECTED: LOOK[Collaboration.REJECTED],
    Collaboration.CHANGE_PROPOSED: LOOK[Collaboration.CHANGE_PROPOSED],
    Collaboration.CONFIRMED: LOOK[Collaboration.CONFIRMED],
}
TABS = {
    "all": _("All"),
    "unanswered": _("Unanswered"),
    "change_proposed": _("Change proposed"),
    "to_ship": _("To ship"),
    "late": _("Late"),
    "later": _("Later than requested"),
    "open": _("Open"),
    "draft": _("Drafts"),
}


def states_of(row: dict[str, Any], side: Side) -> list[str]:
    """The words for an order or a line, to a reader of that side: late and a question may stand together. Of an order
    `unanswered_count` goes with it."""
    if row["fulfilment"] == Fulfilment.RECEIVED:
        return [Fulfilment.RECEIVED]
    if row["closure"] == Closure.SHORT:
        return [Closure.SHORT]
    if row["status"] in (*ENDED, Collaboration.DRAFT):
        return [row["status"]]
    late = ["late"] if row["due_date"] and row["due_date"] < timezone.localdate() else []
    waits_for = awaits(row["status"], row["open_change_side"], row.get("unanswered_count", 0))
    if waits_for and (row["open_change_side"] or row["status"] != Collaboration.PUBLISHED):
        return [*late, "you_answer" if waits_for in (side, "both") else "they_answer"]
    if late:
        return late
    if row["status"] == Collaboration.CONFIRMED and row["fulfilment"] != Fulfilment.OPEN:
        return [row["fulfilment"]]
    return [row["status"]]


def looks_of(row: dict[str, Any], side: Side) -> list[tuple[Any, str, str]]:
    return [LOOK[state] for state in states_of(row, side)]


def looks_of_order(row: dict[str, Any], lines: Sequence[Any], side: Side) -> list[tuple[Any, str, str]]:
    """Of an order as a whole: where some of its lines were refused, how many, and what the others wait for."""
    alive = {Collaboration(line.status) for line in lines if line.status not in ENDED}
    refused = sum(line.status == Collaboration.REJECTED for line in lines)
    if not refused or not alive:
        return looks_of(row, side)
    of_others = row | {"status": next(state for state in ATTENTION if state in alive)}
    words = gettext("Rejected: %(n)s of %(all)s lines") % {"n": refused, "all": len(lines)}
    return [*looks_of(of_others, side), (words, *LOOK[Collaboration.REJECTED][1:])]


def look_of_sent(change: Change) -> tuple[Any, str, str]:
    """The same of an order that counts as confirmed since it was sent."""
    if "is_draft" in change.changed and change.facts["status"] == Collaboration.CONFIRMED:
        return (_("Sent, counts as confirmed"), "circle-check", "ok")
    return look_of_change(change)


def look_of_change(change: Change) -> tuple[Any, str, str]:
    """What an entry of the history says: the axis that moved, a question first, then the agreement.

    An offer that waits again after a counter-proposal is not said to be proposed by who withdrew or refused that.
    """
    facts = change.facts
    if "open_change_side" in change.changed and facts["open_change_side"]:
        return (_("Change requested"), "message-square-diff", "warn")
    if "open_change_side" in change.changed and facts["status"] == Collaboration.CHANGE_PROPOSED:
        return (_("Offer awaits the buyer"), "message-square-diff", "warn")
    if "status" in change.changed:
        return LOOK[facts["status"]]
    if "closure" in change.changed and facts["closure"] == Closure.SHORT:
        return LOOK[Closure.SHORT]
    if "fulfilment" in change.changed and facts["fulfilment"] in LOOK:
        return LOOK[facts["fulfilment"]]
    return LOOK[facts["status"]]


def looks_of_done(names: Sequence[str]) -> tuple[str, str, str]:
    """The words for all that one act did with lines, with the look of what comes first."""
    _label, icon, tone = DONE[names[0]]
    return " · ".join(str(DONE[name][0]) for name in names), icon, tone


def shown(row: dict[str, Any], side: Side) -> dict[str, Any]:
    """A list row with its words in the reader's language: those of the line that it shows."""
    facts = {
        "status": row["line_status"],
        "fulfilment": row["line_fulfilment"],
        "closure": row["line_closure"],
        "due_date": row["line_due_date"],
        "open_change_side": row["line_change_side"],
    }
    row["states"] = looks_of(facts, side)
    row["tone"] = row["states"][0][2]
    row["partner"] = localized(row["partner_legal_name"], row["partner_name_en"])
    row["part_label"] = localized(row["part_name"], row["part_name_en"])
    return row


def open_rows(rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if row.schedule.status in AWAITS_SUPPLIER]


def asked_context(found: PurchaseOrder, rows: Sequence[Any]) -> dict[str, Any]:
    """The lines to answer, and below them those that were answered before."""
    asked = open_rows(rows)
    waiting = {row.schedule.pk for row in asked}
    return {
        "answer_rows": asked,
        "has_unread": any(row.schedule.status == Collaboration.PUBLISHED for row in asked),
        "shown": [(line, item) for line in found.shown_lines for item in line.schedule if item.pk not in waiting],
    }
