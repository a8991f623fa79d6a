"""What the mails to firms say, in the language that was chosen for them."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.letters import Letter, one_line, send_letter
from apps.common.dates import moment_text

from .models import FirmInvitation


def mail_firm_invitation(invitation: FirmInvitation, secret: str) -> None:
    """The link, to the invited address alone.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with translation.override(invitation.language), timezone.override("Asia/Seoul"):
        office, cluster = one_line(invitation.office.name), one_line(str(invitation.cluster))
        firm = one_line(invitation.firm_name) or invitation.number
        until = f"{moment_text(invitation.expires_at)} {timezone.localtime(invitation.expires_at).tzname()}"
        letter = Letter(
            _("Dure: %(office)s invites %(firm)s") % {"office": office, "firm": firm},
            [
                _("%(office)s invites your firm into %(cluster)s in Dure.") % {"office": office, "cluster": cluster},
                _("Business registration number: %(number)s") % {"number": invitation.number},
                _("You will sign in with this address: %(email)s") % {"email": invitation.email},
                _("It takes a few minutes, on a phone too: read the terms, name yourself as administrator, done."),
            ],
            (settings.PUBLIC_URL + reverse("joining:firm", args=[secret]), _("Open the invitation")),
            rest=[
                _("The link works once and ends on %(until)s.") % {"until": until},
                _("You did not expect this? Then do nothing, and nothing happens."),
            ],
            house=office,
        )
        send_letter(invitation.email, letter)


def mail_reminder(invitation: FirmInvitation, next_step: object) -> None:
    """To a firm that has joined: its next step.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with translation.override(invitation.language):
        office, cluster = one_line(invitation.office.name), one_line(str(invitation.cluster))
        letter = Letter(
            _("Dure: your next step in %(cluster)s") % {"cluster": cluster},
            [
                _("%(office)s asks you to go on in %(cluster)s.") % {"office": office, "cluster": cluster},
                _("Next step: %(step)s") % {"step": next_step},
            ],
            (settings.PUBLIC_URL + reverse("joining:start"), _("Open the first days")),
            rest=[_("If you registered with %(email)s, you sign in with this address.") % {"email": invitation.email}],
            house=office,
        )
        send_letter(invitation.email, letter)
