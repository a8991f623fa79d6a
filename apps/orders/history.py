"""What happened to an order, as deeds: who, which line, what was and what is, and why.

`TOLD` names every column that people care about, `SILENT` those that are left out on purpose; a walk fails on a column that
stands in neither.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.dates import day_text
from apps.tenancy.history import Deed, deeds_of

from .models import ChangeRequest, Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine

TOLD: dict[Any, dict[str, Any]] = {
    PurchaseOrder: {
        "supplier_number": _("Supplier's order number"),
        "contact_name": _("Buyer in charge"),
        "note": _("Note to the supplier"),
        "amount": _("Value"),
    },
    PurchaseOrderLine: {"unit": _("Unit"), "unit_price": _("Unit price")},
    ScheduleLine: {
        "requested_quantity": _("Requested quantity"),
        "requested_date": _("Requested date"),
        "confirmed_quantity": _("Confirmed quantity"),
        "confirmed_date": _("Confirmed date"),
        "proposed_date": _("Offered date"),
        "shipped_quantity": _("Shipped"),
        "received_quantity": _("Received"),
        "rejected_quantity": _("Rejected by inspection"),
        "closed_short_reason": _("Reason for closing the rest"),
        "rejected_reason": _("Reason for the rejection"),
        "rejected_comment": _("Comment"),
    },
    Confirmation: {
        "quantity": _("Answer: quantity"),
        "delivery_date": _("Answer: day"),
        "reason": _("Answer: reason"),
        "comment": _("Answer: comment"),
    },
    ChangeRequest: {
        "quantity": _("Asked for: quantity"),
        "delivery_date": _("Asked for: day"),
        "reason": _("Asked for: reason"),
        "comment": _("Asked for: comment"),
        "state": _("Request"),
    },
}
KEYS = {"id", "relation", "buyer", "supplier", "is_draft", "created_at", "created_by"}
SILENT: dict[Any, set[str]] = {
    # Axes and dates that follow from the lines are said by the entry's own words; counters and the first line are derived.
    PurchaseOrder: KEYS
    | {"status", "fulfilment", "closure", "open_change_side", "requested_date", "promised_date", "due_date", "revision"}
    | {"line_count", "unanswered_count", "part_number", "part_name", "part_name_en", "quantity", "unit", "reminded_on"}
    | {"published_at", "answer_due_at", "answered_at"}  # moments of the entries themselves
    | {"number", "order_date", "currency", "receiving_site"},  # written once
    PurchaseOrderLine: KEYS | {"order", "position", "partner_part"},
    ScheduleLine: KEYS
    | {"order", "line", "sequence", "over_tolerance", "status", "answered_quantity"}
    | {"first_confirmed_date", "otif_base_date", "received_on"},
    Confirmation: KEYS | {"schedule_line", "state", "is_automatic"},
    ChangeRequest: KEYS
    | {"schedule_line", "side", "is_counter", "old_quantity", "old_date", "part_quantities", "part_dates"}
    | {"answer_due_at", "is_automatic"},
}


def deeds(order: PurchaseOrder) -> list[dict[str, Any]]:
    """Told values of an order and all that hangs on it, the oldest first; five queries."""
    positions = {item.pk: line.position for line in order.shown_lines for item in line.schedule}
    lines = {line.pk: line.position for line in order.shown_lines}
    answers = {"schedule_line_id__in": list(positions)}
    found = [
        *((None, deed) for deed in _of(PurchaseOrder, first=False, pgh_obj_id=order.pk)),
        *((lines.get(deed.row_id), deed) for deed in _of(PurchaseOrderLine, first=False, order_id=order.pk)),
        *((positions.get(deed.row_id), deed) for deed in _of(ScheduleLine, first=False, order_id=order.pk)),
        *((positions[d.facts["schedule_line_id"]], d) for d in _of(Confirmation, keep=("schedule_line_id",), **answers)),
        *((positions[d.facts["schedule_line_id"]], d) for d in _of(ChangeRequest, keep=("schedule_line_id",), **answers)),
    ]
    return [
        {
            "at": deed.at,
            "user_id": deed.user_id,
            "line": position,
            "label": TOLD[deed.model][deed.column],
            "old": None if deed.old is None else shown_value(deed.model, deed.column, deed.old),
            "new": shown_value(deed.model, deed.column, deed.new),
        }
        for position, deed in found
    ]


def _of(model: Any, **options: Any) -> list[Deed]:
    return deeds_of(model, tuple(TOLD[model]), **options)


def shown_value(model: Any, column: str, value: Any) -> str:
    """A value as people read it: numbers without needless zeros, days and choices in their language."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_text(value)
    choices = dict(model._meta.get_field(column).flatchoices)
    return str(choices.get(value, value))
