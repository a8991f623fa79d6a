"""Mails about the own account, in the reader's language; as text, and as a page for those who read mail so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

SIGN_IN = "accounts:sign-in"


@dataclass(frozen=True)
class Letter:
    """What a mail says.

    Attributes:
        paragraphs: plain sentences, in order; the link stands after the first.
        link: address and label of the one thing to do, or None.
    """

    subject: str
    paragraphs: Sequence[str]
    link: tuple[str, str] | None = None


def send_letter(address: str, letter: Letter) -> None:
    """Send in the language that is active.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    first, *others = letter.paragraphs
    address_line = [f"{letter.link[1]}:\n{letter.link[0]}"] if letter.link else []
    mail = EmailMultiAlternatives(letter.subject, "\n\n".join([first, *address_line, *others]), None, [address])
    context = {"letter": letter, "first": first, "others": others}
    mail.attach_alternative(render_to_string("accounts/letter.html", context), "text/html")
    mail.send()


def letter_of(kind: str, context: dict[str, Any]) -> Letter:
    """The mail that allauth calls by this name."""
    return {
        "password_reset_key": _reset,
        "unknown_account": _unknown,
        "password_reset": _changed,
        "password_changed": _changed,
    }[kind](context)


def _reset(context: dict[str, Any]) -> Letter:
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Letter(
        _("Dure: set a new password"),
        [
            _("%(name)s, somebody asked for a new password for your account. Open this address to set one.")
            % {"name": context["user"].name},
            _("The link works once, for %(hours)s hours. Until then your present password stays valid.") % {"hours": hours},
            _("If it was not you, do nothing: without this mail nobody can change your password."),
        ],
        (context["password_reset_url"], _("Set a new password")),
    )


def _unknown(context: dict[str, Any]) -> Letter:
    return Letter(
        _("Dure: no account for this address"),
        [
            _("Somebody asked for a new password for this address, but there is no account with it."),
            _("If it was you, try the address at which you were invited, or ask the administrator of your firm."),
            _("If it was not you, do nothing."),
        ],
    )


def _changed(context: dict[str, Any]) -> Letter:
    return Letter(
        _("Dure: your password has been changed"),
        [
            _("%(name)s, the password of your account has been changed; other devices are signed out.")
            % {"name": context["user"].name},
            _("From the address %(ip)s.") % {"ip": context["ip"]},
            _("If it was not you, set a new password at once under “Forgot your password?” and tell your administrator."),
        ],
        (settings.PUBLIC_URL + reverse(SIGN_IN), _("Sign in")),
    )
