"""News by mail: one short mail for all that is new, with a link to each thing."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.letters import Letter, send_letter

from .models import Notification
from .selectors import InboxEntry, inbox_entry

GRAVEST = {"bad": 0, "warn": 1, "info": 2}


def send_news(user: Any, firm: Any, notifications: Sequence[Notification]) -> None:
    """Write and send the mail of one firm, in the person's language and time zone.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with translation.override(user.language), timezone.override(user.time_zone):
        entries = [inbox_entry(row) for row in notifications]
        send_letter(user.email, news_letter(user, firm, entries))


def news_letter(user: Any, firm: Any, entries: Sequence[InboxEntry]) -> Letter:
    """One thing stands there with its page behind the button; several are a list, and the button opens the inbox."""
    count = len(entries)
    told = [(address_of(entry), entry.text) for entry in entries]
    inbox = (settings.PUBLIC_URL + reverse("events:inbox"), _("Open the inbox"))
    # A list of mails is read by its subjects: the gravest thing is named, not how many there are.
    first = min(entries, key=lambda entry: GRAVEST.get(entry.kind.tone, len(GRAVEST))).text
    subject = _("Dure: %(text)s") % {"text": first}
    if count > 1:
        more = ngettext("Dure: %(text)s, and %(n)s more", "Dure: %(text)s, and %(n)s more", count - 1)
        subject = more % {"text": first, "n": count - 1}
    return Letter(
        subject,
        [told[0][1]] if count == 1 else [],
        (told[0][0], _("Open in Dure")) if count == 1 else inbox,
        entries=told if count > 1 else (),
        name=user.name,
        house=firm.name,
        role_news_off=settings.PUBLIC_URL + reverse("accounts:settings"),
    )


def address_of(entry: InboxEntry) -> str:
    path = reverse(entry.kind.url_name, args=[entry.subject_id]) if entry.kind.url_name else reverse("events:inbox")
    return settings.PUBLIC_URL + path
