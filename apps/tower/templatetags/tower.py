from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def in_hours(duration: Any) -> Any:
    return f"{duration.total_seconds() / 3600:.1f} " + _("h")


@register.filter
def missing(line: Any) -> Any:
    """Of a schedule line, what was requested and has not come in good order."""
    return max(line.requested_quantity - line.good_quantity, 0)


@register.filter
def add_to(value: Any, more: Any) -> Any:
    """A sum of decimals; Django's own `add` takes whole numbers."""
    return float(value) + more
