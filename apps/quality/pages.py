"""What the inspection pages show, prepared for the templates."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Tile
from apps.learning.models import LotRisk
from apps.tenancy.history import Change
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from . import selectors
from .models import InspectionLot, NonConformance
from .statuses import Decision, LotStatus

LOOK: dict[str, tuple[Any, str, str]] = {
    LotStatus.OPEN: (LotStatus.OPEN.label, "microscope", "info"),
    "overdue": (_("Overdue"), "triangle-alert", "bad"),
    Decision.ACCEPTED: (Decision.ACCEPTED.label, "circle-check", "ok"),
    Decision.REJECTED: (Decision.REJECTED.label, "circle-x", "bad"),
    Decision.SPECIAL: (Decision.SPECIAL.label, "badge-alert", "warn"),
}
TABS = {
    "open": _("To inspect"),
    "risk": _("By risk"),
    "overdue": _("Overdue"),
    "rejected": _("With rejects"),
    "all": _("All"),
}


def first_page(side: Side | None) -> list[Tile]:
    """The lots that wait for an inspector who answers no order; one statement."""
    acts = require_scope().acts
    if side is not Side.BUYER or "accept_proposal" in acts or "decide_inspection" not in acts:
        return []
    found, page = selectors.counts(side), reverse("quality:list")
    waits = ngettext("lot waits for you", "lots wait for you", found["open"])
    late = Tile(
        gettext("Overdue"),
        found["overdue"],
        f"{page}?view=overdue",
        ngettext("past its ten days", "past their ten days", found["overdue"]),
        found["overdue"] > 0,
        "bad",
        "triangle-alert",
        is_own=True,
    )
    return [
        Tile(gettext("To inspect"), found["open"], page, waits, icon="microscope", is_own=True),
        late,
    ]


def state_of(lot: InspectionLot, today: date | None = None) -> str:
    if lot.status == LotStatus.OPEN:
        return "overdue" if lot.due_on < (today or timezone.localdate()) else LotStatus.OPEN
    return Decision.REJECTED if lot.rejected_quantity else Decision.ACCEPTED


def look_of_change(change: Change) -> tuple[Any, str, str]:
    """What an entry of a lot's history says."""
    if not change.facts["decided_quantity"]:
        return LOOK[LotStatus.OPEN]
    return LOOK[Decision.REJECTED if "rejected_quantity" in change.changed else Decision.ACCEPTED]


def look_of_record(_change: Change) -> tuple[Any, str, str]:
    """The one state of a non-conformance: it was found."""
    return (_("Found"), "circle-x", "bad")


def countdown(lot: InspectionLot, today: date | None = None) -> str:
    """How many of the ten days are left, or how many have passed since."""
    if lot.status != LotStatus.OPEN:
        return ""
    days = (lot.due_on - (today or timezone.localdate())).days
    if days < 0:
        return ngettext("%(n)s day over", "%(n)s days over", -days) % {"n": -days}
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


def shown(lot: InspectionLot, side: Side, risk: LotRisk | None = None) -> dict[str, Any]:
    """A list row with its words in the reader's language."""
    look = LOOK[state_of(lot)]
    partner = lot.supplier if side is Side.BUYER else lot.buyer
    words = {"states": [look], "tone": look[2], "countdown": countdown(lot), "risk": risk}
    return {"lot": lot, "partner": partner.name, **words}


def who_found(record: NonConformance, side: Side) -> str:
    """The inspector's name for colleagues, the firm's for the other side."""
    decision = record.decision
    if side is Side.BUYER and decision is not None and decision.created_by is not None:
        return decision.created_by.name
    return record.buyer.name
