"""Browsers that have signed in before. Their wrong tries are counted apart, so nobody is locked out by another's tries.

A browser keeps a signed cookie with a number of its own and a digest for each account that signed in there (a terminal in a
hall serves several). It proves nothing but that; whoever steals it still needs the password and has ten tries.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "dure_device"
SALT = "accounts.device"
KEPT_S = 180 * 24 * 3600
MOST_ACCOUNTS = 8


def known_device(request: HttpRequest, account: str) -> str | None:
    """The browser's own number when this account has signed in from it, otherwise None."""
    number, accounts = _read(request)
    return number if _digest(account) in accounts else None


def remember_device(request: HttpRequest, response: HttpResponseBase, account: str) -> None:
    """This account has signed in from this browser."""
    number, accounts = _read(request)
    own = _digest(account)
    kept = [own, *(other for other in accounts if other != own)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps([number or secrets.token_urlsafe(12), kept], salt=SALT),
        max_age=KEPT_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        number, accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_S)
    except signing.BadSignature:
        return "", []
    return number, accounts


def _digest(account: str) -> str:
    return salted_hmac(SALT, account).hexdigest()[:16]
