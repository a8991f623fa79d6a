"""News by mail: one short mail for all that is new, with a link to each thing."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Notification
from .selectors import InboxEntry, inbox_entry


def send_news(user: Any, notifications: Sequence[Notification]) -> None:
    """Write and send the mail, in the person's language and time zone.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with translation.override(user.language), timezone.override(user.time_zone):
        entries = [inbox_entry(row) for row in notifications]
        count = len(entries)
        subject = ngettext("Dure: %(n)s piece of news", "Dure: %(n)s pieces of news", count) % {"n": count}
        if count == 1:
            subject = _("Dure: %(text)s") % {"text": entries[0].text}
        lines = [f"{user.name},", "", *(f"- {entry.text}\n  {address_of(entry)}" for entry in entries), ""]
        lines.append(_("You get this mail because your role includes these things. Switch it off under Account."))
        lines.append(settings.PUBLIC_URL + reverse("accounts:settings"))
        # A subject is one line: a text from before the rule of characters must not hold up all other news.
        send_mail(" ".join(subject.split()), "\n".join(lines), None, [user.email])


def address_of(entry: InboxEntry) -> str:
    path = reverse(entry.kind.url_name, args=[entry.subject_id]) if entry.kind.url_name else reverse("events:inbox")
    return settings.PUBLIC_URL + path
