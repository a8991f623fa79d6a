"""What the order pages show, prepared for the templates."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.svg import timeline
from apps.tenancy.models import localized
from apps.tenancy.roles import Side

from . import selectors
from .statuses import ENDED, Collaboration, Fulfilment

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
    Fulfilment.RECEIVED: (Fulfilment.RECEIVED.label, "package-check", "ok"),
    Fulfilment.PARTLY_RECEIVED: (Fulfilment.PARTLY_RECEIVED.label, "package-open", "info"),
}
TABS = {
    "all": _("All"),
    "unanswered": _("Unanswered"),
    "change_proposed": _("Change proposed"),
    "late": _("Late"),
    "open": _("Open"),
    "draft": _("Drafts"),
}


def state_of(row: dict[str, Any]) -> str:
    """The one word a row shows: received and late come before what was agreed."""
    if row["fulfilment"] == Fulfilment.RECEIVED:
        return Fulfilment.RECEIVED
    ended = row["status"] in ENDED or row["status"] == Collaboration.DRAFT
    if row["due_date"] and row["due_date"] < timezone.localdate() and not ended:
        return "late"
    if row["status"] == Collaboration.CONFIRMED and row["fulfilment"] == Fulfilment.PARTLY_RECEIVED:
        return Fulfilment.PARTLY_RECEIVED
    return row["status"]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A list row with its words in the reader's language."""
    row["state"] = state_of(row)
    row["state_label"], row["state_icon"], row["tone"] = LOOK[row["state"]]
    row["partner"] = localized(row["partner_legal_name"], row["partner_name_en"])
    row["part_label"] = localized(row["part_name"], row["part_name_en"])
    return row


def attention_context(side: Side, view: str) -> dict[str, Any]:
    """The first page of a buyer or supplier: figures, what needs a decision, the timeline; four queries."""
    rows = selectors.orders_needing_attention(side)
    if view in ("unanswered", "change_proposed", "late"):
        rows = rows.filter(selectors.views()[view])
    found = [shown(row) for row in selectors.with_partners(list(rows[:12]))]
    counts = selectors.counts(side)
    tabs = [(name, TABS[name], counts[name]) for name in ("unanswered", "change_proposed", "late")]
    return {
        "side": side,
        "rows": found,
        "counts": counts,
        "tabs": tabs,
        "view": view,
        "trend": selectors.published_per_week(side),
        "timeline": timeline([row for row in found if row["requested_date"]], timezone.localdate()),
        "today": timezone.localdate(),
    }
