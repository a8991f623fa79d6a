from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import template

from apps.orders import services
from apps.orders.models import ScheduleLine
from apps.orders.pages import LOOK, looks_of
from apps.tenancy.prices import are_hidden
from apps.tenancy.roles import Side
from apps.ui.texts import mark

register = template.Library()


@register.filter
def over_share(terms: Any) -> Any:
    """The over-delivery tolerance in per cent, without zeros at its end: 5 %, 2.5 %."""
    return f"{terms.over_tolerance * 100:f}".rstrip("0").rstrip(".") + " %"


@register.filter
def hides_prices(order: Any) -> bool:
    """Whether the reader sees no prices of this order's relation."""
    return are_hidden(order)


@register.filter
def days_later(day: date, count: int) -> str:
    """For a date field."""
    return (day + timedelta(days=count)).isoformat()


@register.inclusion_tag("orders/_states.html", takes_context=True)
def line_status(context: Any, line: Any) -> Any:
    """The state of one schedule line, as the reader's side says it; pages without a side are a buyer's."""
    open_change = line.open_changes[0].side if getattr(line, "open_changes", None) else ""
    facts = {
        "status": line.status,
        "fulfilment": line.fulfilment,
        "closure": line.closure,
        "open_change_side": open_change,
        "due_date": line.confirmed_date or line.requested_date,
    }
    return {"states": looks_of(facts, Side(context.get("side") or Side.BUYER))}


@register.simple_tag
def state_sample(state: Any) -> Any:
    """One state as it looks, for the style guide."""
    return mark(*LOOK[state])


@register.filter
def stands(schedule: ScheduleLine) -> tuple[Decimal, date]:
    """What a revision of a line starts from."""
    return services.stands(schedule)
