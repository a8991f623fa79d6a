"""Cells of a supplier's lists: the line, its customer, pieces and days."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.dates import day_text, moment_text
from apps.orders.models import ScheduleLine
from apps.orders.services import Part
from apps.orders.statuses import REASONS
from apps.ui.columns import Value
from apps.ui.texts import ago, days_late, mark, quantity, unit

from .asked import CHANGE, COUNTER, NEW, Ask

KINDS = {
    NEW: (gettext_lazy("New"), "mail", "info"),
    COUNTER: (gettext_lazy("Counter-proposal"), "message-square-diff", "warn"),
    CHANGE: (gettext_lazy("Change asked for"), "calendar-clock", "warn"),
}


def line_url(pk: int) -> str:
    """A line on its order; "" where nobody of this firm sees it."""
    order = ScheduleLine.objects.filter(pk=pk).values_list("order_id", flat=True).first()
    return f"{reverse('orders:order', args=[order])}#line-{pk}" if order else ""


def place_of(line: ScheduleLine, part: Any, order: Any, customer: str) -> SafeString:
    """The part, which leads to the line on its order, with the order's number and the customer."""
    to = f"{reverse('orders:order', args=[order.pk])}#line-{line.pk}"
    return format_html(
        '<a class="cut" href="{}">{}</a><small class="mono">{}</small>'
        '<small class="by">{} · <span class="mono">{}-{}</span></small>',
        *(to, part.label, part.buyer_number, customer, order.number, line.line.position),
    )


def first(row: Ask) -> SafeString:
    return place_of(row.found.row, row.found.part, row.found.order, str(row.found.row.buyer.name))


FIRST = (
    Value(gettext_lazy("Part"), lambda row: row.found.part.label),
    Value(gettext_lazy("Part number"), lambda row: row.found.part.buyer_number),
    Value(gettext_lazy("Customer"), lambda row: str(row.found.row.buyer.name)),
    Value(gettext_lazy("Order"), lambda row: row.found.order.number),
    Value(gettext_lazy("Position"), lambda row: row.found.row.line.position, "number"),
)


def parts_text(parts: list[Part], code: str) -> str:
    """2,400 EA · 11/26, or its parts with a plus between them."""
    return " + ".join(f"{quantity(part.quantity)} {unit(code)} · {day_text(part.delivery_date)}" for part in parts)


def kind(row: Ask) -> SafeString:
    return mark(*KINDS[row.kind])


KIND = (Value(gettext_lazy("Kind"), lambda row: str(KINDS[row.kind][0])),)


def asked(row: Ask) -> SafeString:
    """What is asked for; where something was offered or promised, that below it, with the difference in days."""
    wanted = format_html("<b>{}</b>", parts_text(row.asked, row.found.unit))
    if not row.stands:
        return wanted
    words = _("we offered %(parts)s") if row.kind == COUNTER else _("we promised %(parts)s")
    late = days_late(row.asked_on, row.stands[-1].delivery_date)
    said = words % {"parts": parts_text(row.stands, row.found.unit)}
    return format_html('{} <small class="delta">{}</small><small class="why">{}{}</small>', wanted, late, said, _why(row))


def _why(row: Ask) -> str:
    change = row.found.change
    if change is None:
        return ""
    return f" · {change.get_reason_display()}" + (f" “{change.comment}”" if change.comment else "")


ASKED = (
    Value(gettext_lazy("Quantity asked for"), lambda row: sum(part.quantity for part in row.asked), "number"),
    Value(gettext_lazy("Unit"), lambda row: str(unit(row.found.unit))),
    Value(gettext_lazy("Day asked for"), lambda row: row.asked_on, "day"),
)


def due(row: Ask) -> SafeString:
    """By when to answer, and when it was asked: said in words, so that nobody reads it as how overdue it is."""
    if row.due_at is None:
        return mark_safe('<span class="mute">—</span>')
    since = row.found.waits_since
    return format_html(
        '<b class="{}">{}</b><small class="why">{}</small>',
        *(
            "t-bad" if row.is_overdue else "",
            moment_text(row.due_at),
            _("asked %(ago)s") % {"ago": ago(since)} if since else "",
        ),
    )


DUE = (
    Value(gettext_lazy("Answer due"), lambda row: row.due_at, "moment"),
    Value(gettext_lazy("Waits since"), lambda row: row.found.waits_since, "moment"),
)


def reply(row: Ask, *, form: str, to: str, here: str) -> SafeString:
    """The answers of one row: yes with one tap, or other parts with a reason."""
    line = f"{row.found.order.number}-{row.found.row.line.position} {row.found.part.buyer_number}"
    context = {
        "row": row,
        "reply": row.reply,
        "pk": row.line.id,
        "form": form,
        "line": line,
        "accept": f"{reverse('supplying:accept', args=[row.line.id])}{here}&seen={row.seen}",
        "answer": f"{to}{here}&seen={row.seen}",
        "reasons": REASONS,
        "is_change": row.kind == CHANGE,
        "may_accept": not row.is_past,
    }
    return mark_safe(render_to_string("supplying/_reply.html", context))
