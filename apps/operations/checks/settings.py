"""Settings and secrets. A secret is never shown, only what is wrong with it."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from ..findings import Look, check, fault, warning

LONG = 16  # a password of the database, drawn at random
PLACEHOLDER = re.compile(
    r"change.?me|placeholder|choose-one|<.*>|^(secret|password|passwort|dure|postgres|example|redis|admin|test)\d*$", re.I
)
HERE = {"127.0.0.1", "localhost", "::1"}


def weakness(secret: str, shortest: int) -> str:
    """What is wrong with a secret, in words; "" for nothing."""
    if not secret:
        return _("empty")
    if PLACEHOLDER.search(secret):
        return _("a placeholder")
    if len(secret) < shortest:
        return _("%(n)s characters") % {"n": len(secret)}
    return _("few different characters") if len(set(secret)) < 5 else ""


def _drawn(place: str, secret: str, shortest: int, remedy: str) -> Look:
    if wrong := weakness(secret, shortest):
        rule = _("drawn at random, at least %(n)s characters") % {"n": shortest}
        return fault(place, wrong, rule, remedy)
    return Look(place, _("set"))


@check("settings.secret_key")
def secret_key() -> Look:
    remedy = _(
        "Draw one: python -c 'import secrets; print(secrets.token_urlsafe(50))'. Sessions and mailed links end with it."
    )
    return _drawn("DURE_SECRET_KEY", settings.SECRET_KEY, 50, remedy)


@check("settings.database_password")
def database_password() -> Look:
    """Of the role that prepares the database, from which the others' are derived; and of those that were given."""
    remedy = _("Give the role a drawn password: ALTER ROLE … PASSWORD '…', and write it into the settings.")
    given = {"DATABASE_URL": unquote(urlsplit(settings.ADMIN_DATABASE_URL).password or "")}
    given |= {f"DATABASES[{name}]": one["PASSWORD"] for name, one in settings.DATABASES.items()}
    looks = [_drawn(place, secret, LONG, remedy) for place, secret in given.items()]
    return next((look for look in looks if look.remedy), looks[0])


@check("settings.redis_password")
def redis_password() -> Look:
    address = urlsplit(settings.REDIS_URL)
    if not address.password and address.hostname in HERE:
        return Look("REDIS_URL", _("without a password, on this machine only"))
    remedy = _("Set requirepass in Redis and write the password into REDIS_URL.")
    return _drawn("REDIS_URL", unquote(address.password or ""), LONG, remedy)


@check("settings.debug")
def debug() -> Look:
    if settings.DEBUG:
        return fault("DURE_DEBUG", "1", _("off: pages of errors would show code and settings"), _("Take DURE_DEBUG away."))
    return Look("DURE_DEBUG", _("off"))


@check("settings.public_url")
def public_url() -> Look:
    """What stands in mails leads to a host that is served, by https where it is not this machine."""
    address = urlsplit(settings.PUBLIC_URL)
    host: Any = address.hostname or ""
    if host not in [*settings.ALLOWED_HOSTS, *HERE]:
        rule = _("its host is one of DURE_HOSTS: links in mails lead there")
        return fault(
            "DURE_PUBLIC_URL", settings.PUBLIC_URL, rule, _("Write the host into DURE_HOSTS, or correct the address.")
        )
    if address.scheme != "https" and host not in HERE:
        rule = _("https, where it is not this machine")
        return fault("DURE_PUBLIC_URL", settings.PUBLIC_URL, rule, _("Set up TLS (docs/operations.md) and write https://."))
    return Look("DURE_PUBLIC_URL", settings.PUBLIC_URL)


@check("settings.operator")
def operator() -> Look:
    if not settings.OPERATOR_MAIL:
        rule = _("somebody is told when something fails")
        return warning("DURE_OPERATOR_MAIL", _("empty"), rule, _("Set DURE_OPERATOR_MAIL to an address that is read."))
    return Look("DURE_OPERATOR_MAIL", settings.OPERATOR_MAIL)
