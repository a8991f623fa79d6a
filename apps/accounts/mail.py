"""Mails about accounts: plain text, in the language of whoever reads them."""

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.common.dates import moment_text

from .models import Invitation


def mail_invitation(invitation: Invitation, secret: str) -> None:
    """The link, to the invited address alone. It says nothing of an account: the writer knows of none.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with translation.override(invitation.language), timezone.override("Asia/Seoul"):
        firm, inviter = one_line(invitation.organization.name), one_line(invitation.invited_by.name)
        until = moment_text(invitation.expires_at)
        lines = [
            _("Hello,"),
            "",
            _("%(inviter)s invites you to work for %(firm)s in Dure.") % {"inviter": inviter, "firm": firm},
            _("Roles: %(roles)s") % {"roles": ", ".join(invitation.role_labels)},
            "",
            _("Open this link to accept. It is yours alone, works once and ends on %(until)s:") % {"until": until},
            settings.PUBLIC_URL + reverse("accounts:join", args=[secret]),
            "",
            _("You did not expect this? Then do nothing, and nothing happens."),
        ]
        subject = _("Dure: %(firm)s invites you") % {"firm": firm}
        send_mail(subject, "\n".join(lines), None, [invitation.email])


def one_line(text: str) -> str:
    """A name as it may stand in a header: no line breaks."""
    return " ".join(text.split())
