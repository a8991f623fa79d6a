"""A write with an `Idempotency-Key` may be sent again: it is done once and answered the same for 24 hours.

The key's row is written in the transaction of the act. A second request with the key waits on the unique index until the
first commits, then gets its answer; if the first was refused, nothing was kept and the second is tried as new.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _

from apps.common.errors import DomainError

from .models import IdempotentRequest

HEADER = "Idempotency-Key"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
INSERT = """
    INSERT INTO accounts_idempotentrequest (organization_id, user_id, key, digest, created_at)
    VALUES (%s, %s, %s, %s, now()) ON CONFLICT (organization_id, user_id, key) DO NOTHING RETURNING id
"""


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    title = _("This idempotency key belongs to another request.")
    rule = _("One key stands for one request: the same method, path and body.")
    remedy = _("Use a new key for a new request.")


class KeyInvalid(DomainError):
    code = "idempotency_key_invalid"
    status = 400
    title = _("The idempotency key is not valid.")
    rule = _("A key has 1 to 80 visible ASCII characters.")
    remedy = _("Use a UUID.")


@contextmanager
def once(request: HttpRequest) -> Iterator[HttpResponse | None]:
    """Yields the earlier answer when this request was answered before, otherwise None."""
    request.idempotent_id = None  # type: ignore[attr-defined]
    key = request.headers.get(HEADER)
    if key is None or request.method not in WRITES or not request.path.startswith("/api/"):
        yield None
        return
    if not 1 <= len(key) <= 80 or not key.isascii() or not key.isprintable():
        raise KeyInvalid(place=HEADER, value=key[:100])
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    organization_id = request.door.organization_id  # type: ignore[attr-defined]
    if organization_id is None:
        yield None
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(INSERT, [organization_id, request.user.pk, key, digest])
        row = cursor.fetchone()
    if row:
        request.idempotent_id = row[0]  # type: ignore[attr-defined]
        yield None
        return
    known = IdempotentRequest.objects.get(organization_id=organization_id, user_id=request.user.pk, key=key)
    if bytes(known.digest) != digest:
        raise KeyReused(place=HEADER, value=key)
    yield JsonResponse(known.answer, status=known.status, safe=False, headers={"Idempotency-Replayed": "true"})


def remember(request: Any, response: HttpResponseBase, *, is_repeat: bool) -> None:
    """Keep the answer of a request that went well."""
    if request.idempotent_id is None or is_repeat or response.status_code >= 400:
        return
    answer = json.loads(response.content) if getattr(response, "content", b"") else None
    IdempotentRequest.objects.filter(pk=request.idempotent_id).update(status=response.status_code, answer=answer)
