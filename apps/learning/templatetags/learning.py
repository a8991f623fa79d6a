from typing import Any

from django import template

from apps.learning.feature_lines import number_text

register = template.Library()
ABSENT = (None, "")  # the second is what a template makes of a figure that a site could not give


@register.filter
def figure(value: Any) -> str:
    """Three places, or a dash."""
    return "—" if value in ABSENT else f"{value:.3f}"


@register.filter
def signed(value: Any) -> str:
    """+0.012 or −0.003."""
    return "—" if value in ABSENT else f"{value:+.3f}".replace("-", "−")


@register.filter
def percent(value: Any) -> str:
    return "—" if value in ABSENT else f"{value * 100:.0f} %"


@register.filter
def percent_fine(value: Any) -> str:
    return "—" if value in ABSENT else f"{value * 100:.1f} %"


@register.filter
def bound(value: Any) -> str:
    """290 of 290.0, or a dash."""
    return number_text(value) or "—"


@register.filter
def megabytes(value: Any) -> str:
    return f"{value / 1e6:.1f} MB"


@register.filter
def seconds(value: Any) -> str:
    return f"{value:.1f} s"


@register.filter
def short_hash(value: Any) -> str:
    return value[:12]


@register.filter
def item(mapping: Any, key: Any) -> Any:
    return mapping.get(key)
