from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def share(score: Any, name: Any) -> Any:
    """A share of the lines in percent, one place."""
    value = score.share(name)
    return "—" if value is None else f"{value * 100:.1f} %"


@register.filter
def ppm(score: Any) -> Any:
    return "—" if score.ppm is None else f"{score.ppm:,.0f}"


@register.filter
def hours(score: Any) -> Any:
    value = score.response_hours
    return "—" if value is None else f"{value:.1f} " + _("h")


@register.filter
def in_hours(duration: Any) -> Any:
    return f"{duration.total_seconds() / 3600:.1f} " + _("h")


@register.simple_tag(takes_context=True)
def figure(context: Any, value: Any, measure: Any) -> Any:
    """A figure; in a month of one relation it opens to what it counts: lines, rejected lots, or answered orders."""
    if not context.get("opens") or value == "—":
        return value
    pk, month, side = context["relation"].pk, context["month"], context["side"]
    if measure == "ppm":
        address = f"{reverse('quality:list')}?{urlencode({'side': side, 'view': 'all', 'relation': pk, 'month': month})}"
    elif measure == "answers":
        address = f"{reverse('tower:answers', args=[pk])}?{urlencode({'side': side, 'month': month})}"
    else:
        query = urlencode({"side": side, "month": month, "measure": measure})
        address = f"{reverse('tower:lines', args=[pk])}?{query}"
    return format_html('<a href="{}">{}</a>', address, value)


@register.filter
def missing(line: Any) -> Any:
    """Of a schedule line, what was requested and has not come in good order."""
    return max(line.requested_quantity - line.good_quantity, 0)


@register.filter
def add_to(value: Any, more: Any) -> Any:
    """A sum of decimals; Django's own `add` takes whole numbers."""
    return float(value) + more
