"""What the frame of every page shows of the person, the firm and the stream of events."""

from typing import Any

from django import template
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.common.dates import moment_text
from apps.events.selectors import last_position, unread_count
from apps.tenancy.models import localized
from apps.ui.templatetags.icons import lucide

HERE = mark_safe(' aria-current="page"')

register = template.Library()


@register.simple_tag
def entry(row: Any) -> SafeString:
    """One entry of the navigation; it stands at the side and in the menu of a phone."""
    item = row["item"]
    count = ""
    if item.count:
        shape = '<b class="count" data-count="{}" title="{}" hidden></b><span class="vh">{}</span>'
        count = format_html(shape, item.count, item.counts or item.label, item.counts)
    return format_html(
        '<a href="{}" data-go="{}"{}>{}<span>{}</span>{}</a>',
        row["url"],
        item.key,
        HERE if row["is_here"] else "",
        lucide(item.icon, size=18),
        item.label,
        count,
    )


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


@register.simple_tag
def own_name(door: Any) -> str:
    """The firm the person acts for, in the reader's language."""
    for pk, legal_name, name_en in door.organizations:
        if pk == door.organization_id:
            return localized(legal_name, name_en)
    return ""


@register.simple_tag
def printed_at() -> str:
    """When a page was made, for paper."""
    return moment_text(timezone.now())


@register.simple_tag
def unread() -> int:
    return unread_count()


@register.simple_tag
def live_position() -> int:
    """Where this page stands in the stream of events, for the catch-up after a reconnect."""
    return last_position()
