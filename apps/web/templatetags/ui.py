"""Words, dates and numbers as people read them, and the small parts of the interface."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.dates import day_text, moment_text
from apps.common.rooms import Tile
from apps.common.svg import sparkline
from apps.common.units import UNITS
from apps.events.selectors import last_position, unread_count
from apps.tenancy.models import localized

register = template.Library()


class FormTokenNode(CsrfTokenNode):
    """Django's token, and a key of this form alone: sent twice, it acts once (`accounts/idempotency.py`)."""

    def render(self, context: Any) -> str:
        token = super().render(context)
        return format_html('{}<input type="hidden" name="form_key" value="{}">', token, uuid4().hex) if token else token


@register.tag("csrf_token")
def csrf_token(parser: Any, token: Any) -> FormTokenNode:
    return FormTokenNode()


# Django's Korean catalogue writes "금요일" even for the short weekday; our own catalogue has the short words.
SHORT_WEEKDAYS = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


@register.inclusion_tag("web/_status.html")
def status(label: Any, icon: Any, tone: Any) -> dict[str, Any]:
    return {"label": label, "icon": icon, "tone": tone}


@register.inclusion_tag("web/_tile.html")
def tile(
    title: Any, value: Any, url: Any, note: Any = "", note_value: Any = "", tone: Any = "", icon: Any = "", trend: Any = None
) -> dict[str, Any]:
    """A figure with what stands behind it: one click to the list that it counts."""
    return {
        "title": title,
        "value": value,
        "url": url,
        "note": note,
        "note_value": note_value,
        "tone": tone,
        "icon": icon,
        "spark": sparkline(trend) if trend and any(trend) else None,
    }


@register.inclusion_tag("web/_tile.html")
def tile_of(figure: Tile) -> dict[str, Any]:
    """A figure that a room adds to the first page."""
    return vars(figure)


register.filter("day", day_text)
register.filter("moment", moment_text)


@register.filter
def ago(value: Any) -> str:
    """How old something is, in the largest fitting unit."""
    if not value:
        return "—"
    minutes = max(int((timezone.now() - value).total_seconds() // 60), 0)
    if minutes == 0:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day ago", "%(n)s days ago", minutes // 1440) % {"n": minutes // 1440}


@register.filter
def quantity(value: Any) -> str:
    """1,200 or 2.5: thousands apart, no needless zeros."""
    if value is None:
        return "—"
    number = Decimal(value).normalize()
    return f"{number:,f}".replace("-", "−")


@register.filter
def plain(value: Any) -> str:
    """A number for an input's value or an attribute: 1200 or 2.5, never localized."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


@register.filter
def unit(code: Any) -> Any:
    return UNITS[code].label if code in UNITS else code


@register.filter
def money(value: Any, currency: Any) -> str:
    symbol = {"KRW": "₩", "USD": "$", "EUR": "€"}.get(currency, f"{currency} ")
    places = 0 if currency in ("KRW", "JPY") else 2
    return f"{symbol}{Decimal(value):,.{places}f}".replace("-", "−")


@register.filter
def days_late(promised: Any, requested: Any) -> Any:
    """+5 or −2: days between two dates, empty when equal or unknown."""
    if not promised or not requested or promised == requested:
        return ""
    days = (promised - requested).days
    return (f"+{days}" if days > 0 else f"−{-days}") + _("d")


@register.simple_tag(takes_context=True)
def other_language(context: Any) -> dict[str, Any]:
    now = (translation.get_language() or "ko")[:2]
    code, label = ("en", "English") if now == "ko" else ("ko", "한국어")
    return {"code": code, "label": label}


@register.simple_tag
def logo(size: Any = 26) -> str:
    return format_html(
        '<svg width="{0}" height="{0}" viewBox="0 0 26 26" aria-hidden="true">'
        '<rect width="26" height="26" rx="7" class="mark-ground"/><circle cx="8" cy="13" r="3.2" class="mark-node"/>'
        '<circle cx="18" cy="8" r="2.4" class="mark-node"/><circle cx="18" cy="18" r="2.4" class="mark-node"/>'
        '<path d="M8 13 18 8M8 13l10 5" class="mark-edge"/></svg>',
        size,
    )


@register.filter
def words(text: Any) -> list[str]:
    return text.split()


@register.filter
def unlocal(value: Any) -> str:
    """A number for an SVG attribute: a point, no thousands."""
    return f"{value:g}" if isinstance(value, float) else str(value)


@register.simple_tag
def own_name(door: Any) -> str:
    """The firm the person acts for, in the reader's language."""
    for pk, legal_name, name_en in door.organizations:
        if pk == door.organization_id:
            return localized(legal_name, name_en)
    return ""


@register.simple_tag
def unread() -> int:
    return unread_count()


@register.simple_tag
def live_position() -> int:
    """Where this page stands in the stream of events, for the catch-up after a reconnect."""
    return last_position()
