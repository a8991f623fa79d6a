"""Reads the table of a supplier's counter-proposals: rows of an answer, with what the buyer asks for as the request."""

from typing import Any

from django.http import QueryDict

from apps.tenancy.roles import Side
from apps.tenancy.terms import Way

from .forms import AnswerRow, typed_portions
from .models import ChangeRequest, PurchaseOrder, ScheduleLine


def counterable(order: PurchaseOrder) -> list[tuple[Any, ScheduleLine, ChangeRequest]]:
    """Lines of which the buyer asks for a change, each with it; none where lines are not negotiated."""
    if order.agreed.way != Way.FULL:
        return []
    return [
        (line, schedule, change)
        for line in order.shown_lines
        for schedule in line.schedule
        for change in schedule.open_changes
        if change.side == Side.BUYER and not change.is_counter
    ]


def counter_rows(order: PurchaseOrder, data: QueryDict | None = None) -> list[AnswerRow]:
    """The table of what may be offered instead of changes; prefilled with what is asked for, or with what was typed."""
    rows = []
    for line, schedule, change in counterable(order):
        wanted = [(f"{quantity.normalize():f}", day.isoformat()) for quantity, day in change.parts]
        row = AnswerRow(line, schedule, typed_portions(schedule, data) or wanted, offer=wanted)
        if data is not None:
            row.reason = data.get(f"reason-{schedule.pk}", "")
            row.comment = data.get("comment", "")[:500]
        rows.append(row)
    return rows
