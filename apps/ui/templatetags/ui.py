"""Words, dates and numbers as people read them, and the small parts of the interface."""

from typing import Any
from uuid import uuid4

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.common.dates import clock_text, day_text, moment_text
from apps.common.rooms import Tile
from apps.common.svg import sparkline

from .. import texts

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


@register.inclusion_tag("ui/_tile.html")
def tile(
    title: Any,
    value: Any,
    url: Any,
    note: Any = "",
    note_value: Any = "",
    is_marked: Any = False,
    tone: Any = "",
    icon: Any = "",
    trend: Any = None,
) -> dict[str, Any]:
    """A figure with what stands behind it: one click to the list that it counts.

    Args:
        note: words below the figure, without its number.
        note_value: another number that the words count.
        is_marked: the words bear the icon in its tone.
    """
    return {
        "title": title,
        "value": value,
        "url": url,
        "note": note,
        "note_value": note_value,
        "is_marked": is_marked or note_value,
        "tone": tone,
        "icon": icon,
        "spark": sparkline(trend) if trend and any(trend) else None,
    }


@register.inclusion_tag("ui/_tile.html")
def tile_of(figure: Tile) -> dict[str, Any]:
    """A figure that a room adds to the first page."""
    return {"note_value": "", **vars(figure)}


register.filter("day", day_text)
register.filter("moment", moment_text)
register.filter("clock", clock_text)
for text in (texts.ago, texts.quantity, texts.plain, texts.unit, texts.money, texts.days_late):
    register.filter(text.__name__, text)
register.simple_tag(texts.mark, name="status")


@register.filter
def words(text: Any) -> list[str]:
    return text.split()


@register.filter
def unlocal(value: Any) -> str:
    """A number for an SVG attribute: a point, no thousands."""
    return f"{value:g}" if isinstance(value, float) else str(value)
