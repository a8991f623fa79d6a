"""The inbox: what this person should look at, newest first."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.ui.columns import Column, Value, custom, moment, states, text
from apps.ui.filters import Filters, moments
from apps.ui.listing import Listing
from apps.ui.templatetags.icons import lucide

from . import selectors
from .models import Notification

READ = (pgettext_lazy("news", "Read"), "check", "mute")
UNREAD = (pgettext_lazy("news", "Unread"), "mail", "info")


class InboxFilters(Filters):
    came_from = moments("created_at", gettext_lazy("Came in from"), "gte")
    came_until = moments("created_at", gettext_lazy("Came in until"), "lte")


class InboxList(Listing):
    """Each line is a button: opening it marks it as read."""

    name = "inbox"
    url_name = "events:inbox"
    title = gettext_lazy("Inbox")
    act = "read_inbox"
    renewal = "inbox from:body delay:300ms"
    default_view = "all"
    default_sort = "-when"
    page_size = 30
    filters = InboxFilters
    has_buttons = True
    empty = gettext_lazy("Nothing has come in yet. New orders and answers appear here at once.")

    def lead(self) -> str:
        return _("What your partners did and you should look at.")

    def views(self) -> Sequence[tuple[str, Any]]:
        return (("all", _("All news")), ("unread", UNREAD[0]))

    def rows(self) -> QuerySet[Notification]:
        found = selectors.notifications()
        return found.filter(read_at=None) if self.view == "unread" else found

    def prepare(self, found: list[Any]) -> list[selectors.InboxEntry]:
        return [selectors.inbox_entry(row) for row in found]

    def key(self, row: Any) -> int:
        return row.id

    def columns(self) -> Sequence[Column]:
        news = (Value(_("News"), lambda row: row.text),)
        return (
            custom("news", _("News"), self._news, news, css="first wrap", is_fixed=True),
            text("partner", _("Partner"), "partner", is_shown=False),
            states("state", _("State"), lambda row: [READ if row.is_read else UNREAD]),
            moment("when", _("Came in"), "created_at", sort="created_at"),
        )

    def _news(self, row: selectors.InboxEntry) -> SafeString:
        button = '<span class="t-{}">{}</span> <button class="link" form="{}" formaction="{}">{}</button>'
        to, words = reverse("events:open", args=[row.id]), row.text if row.is_read else format_html("<b>{}</b>", row.text)
        return format_html(button, row.kind.tone, lucide(row.kind.icon, size=18), self.form_id, to, words)
