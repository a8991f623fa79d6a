"""The one-time code of an empty installation: made, shown once to the operator, compared.

Whoever reads the server's log or its command line is its operator; nobody else may make the first firm.
"""

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone

from apps.common.secret import Secret
from apps.tenancy.scope import unscoped

from .exceptions import Begun
from .models import FirstCode

DAY_ONE = "day one: an empty installation has no firm and nobody"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
GROUPS, LETTERS = 3, 4  # 60 bits
LIVES = timedelta(days=7)
log = logging.getLogger(__name__)


def is_empty() -> bool:
    """Whether no firm is here yet; asked before any scope is open."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT joining_is_empty()")
        return bool(cursor.fetchone()[0])


def renew() -> Secret:
    """A new code in place of any before.

    Raises:
        Begun: a firm is here.
    """
    code = "-".join("".join(secrets.choice(ALPHABET) for _letter in range(LETTERS)) for _group in range(GROUPS))
    with unscoped(reason=DAY_ONE):
        if not is_empty():
            raise Begun
        FirstCode.objects.all().delete()
        FirstCode.objects.create(digest=digest_of(code))
    return Secret(code)


def made_at() -> datetime | None:
    """When the present code was made; None where none is valid."""
    with unscoped(reason=DAY_ONE):
        return FirstCode.objects.filter(made_at__gt=timezone.now() - LIVES).values_list("made_at", flat=True).first()


def is_right(digest: bytes) -> bool:
    """Whether this is the hash of the present code; inside `unscoped`."""
    kept = FirstCode.objects.filter(made_at__gt=timezone.now() - LIVES).values_list("digest", flat=True)
    return any(hmac.compare_digest(bytes(one), digest) for one in kept)


def digest_of(code: str) -> bytes:
    """However it was typed: small letters, without dashes, with spaces."""
    return hashlib.sha256("".join(code.upper().replace("-", " ").split()).encode()).digest()


def announce() -> None:
    """At the server's start: tell the operator the code, once; where one was told before, how to get another.

    Never stops a start: a database that is not there or not migrated is told elsewhere.
    """
    try:
        if not is_empty():
            return
        where = settings.PUBLIC_URL + reverse("joining:begin")
        if made_at():
            log.warning(
                "This installation is empty. Its one-time code was told before; `manage.py first_code` makes another."
            )
        else:
            log.warning("This installation is empty. Begin at %s with the one-time code %s", where, renew())
    except (DatabaseError, Begun) as error:
        log.warning("No one-time code was made: %s", str(error).splitlines()[0])
