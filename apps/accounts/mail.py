"""What the mails about accounts say, in the language that is active."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.common.dates import moment_text

from .identities import reader_of
from .letters import Letter, one_line, send_letter
from .models import Invitation

SIGN_IN = "accounts:sign-in"


def mail_invitation(invitation: Invitation, secret: str) -> None:
    """The link, to the invited address alone, in the language of its account, otherwise in the chosen one.

    It says nothing of an account: by its language nobody but the reader of the mailbox learns of one.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    reader = reader_of(invitation.email)
    language, zone = (reader.language, reader.time_zone) if reader else (invitation.language, "Asia/Seoul")
    with translation.override(language), timezone.override(zone):
        firm, inviter = one_line(invitation.organization.name), one_line(invitation.invited_by.name)
        until = f"{moment_text(invitation.expires_at)} {timezone.localtime(invitation.expires_at).tzname()}"
        letter = Letter(
            _("Dure: %(firm)s invites you") % {"firm": firm},
            [
                _("%(inviter)s invites you to work for %(firm)s in Dure.") % {"inviter": inviter, "firm": firm},
                _("Roles: %(roles)s") % {"roles": ", ".join(invitation.role_labels)},
            ],
            (settings.PUBLIC_URL + reverse("accounts:join", args=[secret]), _("Open the invitation")),
            rest=[
                _("The link is yours alone, works once and ends on %(until)s.") % {"until": until},
                _("You did not expect this? Then do nothing, and nothing happens."),
            ],
            house=firm,
        )
        send_letter(invitation.email, letter)


def letter_of(kind: str, context: dict[str, Any]) -> Letter:
    """The mail of this name; those about passwords are named by allauth."""
    return {
        "password_reset_key": _reset,
        "unknown_account": _unknown,
        "password_reset": _changed,
        "password_changed": _changed,
        "address_link": _address_link,
        "address_taken": _address_taken,
        "address_asked": _address_asked,
        "address_changed": _address_changed,
    }[kind](context)


def _reset(context: dict[str, Any]) -> Letter:
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Letter(
        _("Dure: set a new password"),
        [_("Somebody asked for a new password for your account.")],
        (context["password_reset_url"], _("Set a new password")),
        rest=[
            _("The link works once, for %(hours)s hours. Until then your present password stays valid.") % {"hours": hours},
            _("If it was not you, do nothing: without this mail nobody can change your password."),
        ],
        name=context["user"].name,
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
            _("The password of your account has been changed; other devices are signed out."),
            _("From the address %(ip)s.") % {"ip": context["ip"]},
        ],
        (settings.PUBLIC_URL + reverse(SIGN_IN), _("Sign in")),
        rest=[_("If it was not you, set a new password at once under “Forgot your password?” and tell your administrator.")],
        name=context["user"].name,
    )


def _address_link(context: dict[str, Any]) -> Letter:
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return Letter(
        _("Dure: confirm your new address"),
        [_("You asked to sign in with %(address)s from now on.") % {"address": context["address"]}],
        (context["url"], _("Confirm the address")),
        rest=[
            _("The link works once, for %(hours)s hours. Until then your present address stays valid.") % {"hours": hours},
            _("You did not expect this? Then do nothing, and nothing happens."),
        ],
        name=context["user"].name,
    )


def _address_taken(context: dict[str, Any]) -> Letter:
    return Letter(
        _("Dure: this address has an account"),
        [
            _("Somebody wanted to sign in with this address, but it has an account already: yours."),
            _("If it was you, sign in with it; an account cannot take over the address of another."),
            _("If it was not you, do nothing."),
        ],
        (settings.PUBLIC_URL + reverse(SIGN_IN), _("Sign in")),
        name=context["user"].name,
    )


def _address_asked(context: dict[str, Any]) -> Letter:
    return Letter(
        _("Dure: another address is asked for"),
        [
            _("Somebody asked to change the address of your account from %(old)s to %(address)s.")
            % {"old": context["user"].email, "address": context["address"]}
        ],
        (settings.PUBLIC_URL + reverse("accounts:password"), _("Change password")),
        rest=[
            _("If it was you, open the link that was sent there. Until then nothing changes."),
            _("If it was not you, change your password at once: that ends the link and signs others out."),
        ],
        name=context["user"].name,
    )


def _address_changed(context: dict[str, Any]) -> Letter:
    return Letter(
        _("Dure: your address has been changed"),
        [
            _("Your account has the address %(address)s now; other devices are signed out.")
            % {"address": context["address"]},
            _("If it was not you, tell the administrator of your firm at once."),
        ],
        name=context["user"].name,
    )
