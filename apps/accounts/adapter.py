"""What Dure wants otherwise than allauth: no sign-up, our addresses and mails, and how wrong tries are counted.

Three counts, in one spelling of the address: of an account (5), of a place over all accounts (30), and of a browser from
which the account has signed in before (10). A known browser is counted by itself alone: neither a neighbour behind the same
address nor somebody who tries the account from elsewhere locks it out. A new browser that is locked out has the mailed link.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from .devices import known_device, remember_device
from .letters import send_letter
from .mail import SIGN_IN, letter_of
from .models import User

LOCKED = "too_many_login_attempts"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "enter_current_password": _("This is not your present password."),
        LOCKED: _("Too many wrong tries. Wait 15 minutes, or set a new password by mail."),
    }

    def is_open_for_signup(self, request: Any) -> Any:
        return False

    def is_ajax(self, request: Any) -> Any:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> Any:
        """Our views say what has happened."""

    def respond_user_inactive(self, request: Any, user: Any) -> Any:
        return redirect(SIGN_IN)

    def get_password_change_redirect_url(self, request: Any) -> Any:
        return reverse("accounts:settings")

    def get_reset_password_from_key_url(self, key: Any) -> Any:
        """By the configured address: what a request calls itself must not stand in a mail."""
        return reset_address(*key.split("-", 1))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        kind = template_prefix.rpartition("/")[2]
        person = context.get("user") or User.objects.filter(email=email.lower()).first()
        with translation.override(person.language if person else translation.get_language()):
            send_letter(email, letter_of(kind, {**context, "user": person}))

    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> Any:
        return _account(credentials)

    def pre_authenticate(self, request: Any, **credentials: Any) -> Any:
        account = _account(credentials)
        device = known_device(request, account)
        limits = {"login_failed_device": device} if device else {"login_failed_place": None, "login_failed": account}
        used: list[ratelimit.RateLimitUsage] = []
        for action, key in limits.items():
            usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if usage is None:
                for taken in used:
                    taken.rollback()
                raise self.validation_error(LOCKED)
            used.append(usage)
        self._login_failed_rl_usage = ratelimit.RateLimitUsage([single for usage in used for single in usage.usage])

    def post_login(self, request: Any, user: Any, **kwargs: Any) -> Any:
        response = super().post_login(request, user, **kwargs)
        remember_device(request, response, user.email.lower())
        return response


def reset_address(uid: str, token: str) -> str:
    return settings.PUBLIC_URL + reverse("accounts:reset-password-key", args=[uid, token])


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip().lower()
