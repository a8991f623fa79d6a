"""The states of an order line: three independent axes, who may move them, and who must answer."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Side


class Collaboration(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("New, unread")
    ACKNOWLEDGED = "acknowledged", _("Awaiting answer")
    CHANGE_PROPOSED = "change_proposed", _("Change proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")
    CANCELLED = "cancelled", _("Cancelled")


class Fulfilment(models.TextChoices):
    OPEN = "open", _("Not shipped")
    PARTLY_SHIPPED = "partly_shipped", _("Partly shipped")
    SHIPPED = "shipped", _("Shipped")
    PARTLY_RECEIVED = "partly_received", _("Partly received")
    RECEIVED = "received", _("Received")


class Closure(models.TextChoices):
    OPEN = "open", _("Open")
    COMPLETE = "closed_complete", _("Complete")
    SHORT = "closed_short", _("Closed short")


class ChangeState(models.TextChoices):
    OPEN = "open", _("Awaits an answer")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    COUNTERED = "countered", _("Answered by a counter-proposal")


class ConfirmationState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    SUPERSEDED = "superseded", _("Superseded")


class Reason(models.TextChoices):
    """Why a side wants something else. The first two are a buyer's alone, who asks for an earlier day: `reasons_to_ask`."""

    LINE_STOP = "line_stop", _("Line stops")
    NEEDED = "needed", _("Needed earlier")
    MATERIAL = "material", _("Material late")
    TOOLING = "tooling", _("Tool repair")
    CAPACITY = "capacity", _("Capacity")
    QUALITY = "quality", _("Quality hold")
    TRANSPORT = "transport", _("Transport")
    DEMAND = "demand", _("Demand changed")
    OTHER = "other", _("Other")


URGENT = (Reason.LINE_STOP, Reason.NEEDED)
REASONS = [choice for choice in Reason.choices if choice[0] not in URGENT]


def reasons_to_ask(side: Side | None) -> list[tuple[str, Any]]:
    """What a form offers a side that asks for a change."""
    return list(Reason.choices) if side is Side.BUYER else REASONS


AWAITS_SUPPLIER = (Collaboration.PUBLISHED, Collaboration.ACKNOWLEDGED)
ENDED = (Collaboration.REJECTED, Collaboration.CANCELLED)


def awaits(status: str, open_change_side: str, unanswered: int = 0) -> str:
    """Who must answer: a side, both, or nobody. An open counter-proposal awaits the supplier.

    Args:
        unanswered: of an order, how many of its lines wait for the supplier, whatever the gravest of them waits for.
    """
    buyer = status == Collaboration.CHANGE_PROPOSED or open_change_side in (Side.SUPPLIER, "both")
    supplier = status in AWAITS_SUPPLIER or unanswered > 0 or open_change_side in (Side.BUYER, "both")
    if buyer and supplier:
        return "both"
    return "buyer" if buyer else "supplier" if supplier else ""


# (from, to) -> the side that may do it. The order's state is the one of its line that needs attention most.
TRANSITIONS: dict[tuple[Collaboration, Collaboration], Side] = {
    (Collaboration.DRAFT, Collaboration.PUBLISHED): Side.BUYER,
    (Collaboration.DRAFT, Collaboration.CONFIRMED): Side.BUYER,  # where the firms agreed that what is sent is confirmed
    (Collaboration.PUBLISHED, Collaboration.ACKNOWLEDGED): Side.SUPPLIER,
    (Collaboration.PUBLISHED, Collaboration.CONFIRMED): Side.SUPPLIER,
    (Collaboration.PUBLISHED, Collaboration.CHANGE_PROPOSED): Side.SUPPLIER,
    (Collaboration.PUBLISHED, Collaboration.REJECTED): Side.SUPPLIER,
    (Collaboration.PUBLISHED, Collaboration.CANCELLED): Side.BUYER,
    (Collaboration.ACKNOWLEDGED, Collaboration.CONFIRMED): Side.SUPPLIER,
    (Collaboration.ACKNOWLEDGED, Collaboration.CHANGE_PROPOSED): Side.SUPPLIER,
    (Collaboration.ACKNOWLEDGED, Collaboration.REJECTED): Side.SUPPLIER,
    (Collaboration.ACKNOWLEDGED, Collaboration.CANCELLED): Side.BUYER,
    (Collaboration.ACKNOWLEDGED, Collaboration.PUBLISHED): Side.BUYER,  # written anew by a revision
    (Collaboration.CHANGE_PROPOSED, Collaboration.PUBLISHED): Side.BUYER,
    (Collaboration.CHANGE_PROPOSED, Collaboration.CONFIRMED): Side.BUYER,
    (Collaboration.CHANGE_PROPOSED, Collaboration.ACKNOWLEDGED): Side.BUYER,
    (Collaboration.CHANGE_PROPOSED, Collaboration.CANCELLED): Side.BUYER,
}
ATTENTION = [
    Collaboration.DRAFT,
    Collaboration.CHANGE_PROPOSED,
    Collaboration.PUBLISHED,
    Collaboration.ACKNOWLEDGED,
    Collaboration.REJECTED,
    Collaboration.CONFIRMED,
    Collaboration.CANCELLED,
]
