"""What the order pages show, prepared for the templates."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tenancy.history import Change
from apps.tenancy.models import localized

from .statuses import ENDED, Closure, Collaboration, Fulfilment

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
    "change_open": (_("Change requested"), "message-square-diff", "warn"),
    Fulfilment.PARTLY_SHIPPED: (Fulfilment.PARTLY_SHIPPED.label, "truck", "info"),
    Fulfilment.SHIPPED: (Fulfilment.SHIPPED.label, "truck", "info"),
    Closure.SHORT: (Closure.SHORT.label, "package-minus", "mute"),
    Fulfilment.RECEIVED: (Fulfilment.RECEIVED.label, "package-check", "ok"),
    Fulfilment.PARTLY_RECEIVED: (Fulfilment.PARTLY_RECEIVED.label, "package-open", "info"),
}
TABS = {
    "all": _("All"),
    "unanswered": _("Unanswered"),
    "change_proposed": _("Change proposed"),
    "to_ship": _("To ship"),
    "late": _("Late"),
    "open": _("Open"),
    "draft": _("Drafts"),
}


def state_of(row: dict[str, Any]) -> str:
    """The one word a row shows: done and late come before open changes, those before what was agreed and shipped."""
    if row["fulfilment"] == Fulfilment.RECEIVED:
        return Fulfilment.RECEIVED
    if row["closure"] == Closure.SHORT:
        return Closure.SHORT
    ended = row["status"] in ENDED or row["status"] == Collaboration.DRAFT
    if row["due_date"] and row["due_date"] < timezone.localdate() and not ended:
        return "late"
    if row["open_change_side"]:
        return "change_open"
    if row["status"] == Collaboration.CONFIRMED and row["fulfilment"] != Fulfilment.OPEN:
        return row["fulfilment"]
    return row["status"]


def look_of_change(change: Change) -> tuple[Any, str, str]:
    """What an entry of the history says: the axis that moved, the agreement first."""
    facts = change.facts
    if "status" in change.changed:
        return LOOK[facts["status"]]
    if "open_change_side" in change.changed and facts["open_change_side"]:
        return LOOK["change_open"]
    if "closure" in change.changed and facts["closure"] == Closure.SHORT:
        return LOOK[Closure.SHORT]
    if "fulfilment" in change.changed and facts["fulfilment"] in LOOK:
        return LOOK[facts["fulfilment"]]
    return LOOK[facts["status"]]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A list row with its words in the reader's language."""
    row["state"] = state_of(row)
    row["state_label"], row["state_icon"], row["tone"] = LOOK[row["state"]]
    row["partner"] = localized(row["partner_legal_name"], row["partner_name_en"])
    row["part_label"] = localized(row["part_name"], row["part_name_en"])
    return row
