"""A write with an `Idempotency-Key` may be sent again: it is done once and answered the same for 24 hours.

The key is taken once the act is granted, so that a repeated request needs the same right as the first, now; its row is
written in the transaction of the act. A second request with the key waits on the unique index until the first commits,
then gets its answer; if the first was refused, nothing was kept and the second is tried as new.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db import connections
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer

from apps.common.errors import Conflict, DomainError
from apps.common.secret import blanked

from .models import IdempotentRequest

HEADER = "Idempotency-Key"
WRITES = ("POST", "PUT", "PATCH", "DELETE")
BODILESS = (204, 205)
FORM_KEY = "form_key"
OPEN_FORM_S = 24 * 3600
ANSWERED_S = 600
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


class AlreadyDone(Conflict):
    code = "already_done"
    title = _("This form was sent twice.")
    rule = _("It was done the first time, and nothing was done again.")
    remedy = _("Open the page again to see how it stands. What is shown only once, such as a token, is made anew there.")


class Answered(Exception):
    """The request was answered before; ScopeMiddleware gives `response` instead of doing it again."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__("answered before")


def claim(request: Any) -> None:
    """Take the key of a request that the person may make: called once its act is granted, before anything is done.

    Raises:
        Answered: it was done before.
        KeyInvalid, KeyReused: the key does not fit this request.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method not in WRITES:
        return
    if not 1 <= len(key) <= 80 or not key.isascii() or not key.isprintable():
        raise KeyInvalid(place=HEADER, value=key[:100])
    digest = digest_of(request.method, request.get_full_path(), request.body)
    known = _take(request, key, digest)
    if known is None:
        return
    if bytes(known.digest) != digest:
        raise KeyReused(place=HEADER, value=key)
    headers = {"Idempotency-Replayed": "true"}
    if known.status in BODILESS:
        raise Answered(HttpResponse(status=known.status, headers=headers))
    raise Answered(JsonResponse(known.answer, status=known.status, safe=False, headers=headers))


def claim_form(request: Any) -> None:
    """Take the key that a page's form carries (`csrf_token` of `web/templatetags/ui.py`): a double click acts once.

    The same form sent with other values, after going back, is another request.

    Raises:
        Answered: it was done before; the same page follows.
        AlreadyDone: it was done before, and its answer is shown once.
        KeyInvalid: the key is none of ours.
    """
    if (form := _form(request)) is None:
        return
    known = _take(request, *form)
    if known is None:
        return
    if not known.answer:
        raise AlreadyDone(value=request.path)
    for level, text in known.answer["messages"]:
        messages.add_message(request, level, text)
    raise Answered(HttpResponseRedirect(known.answer["location"]))


def answer_once(request: Any, act: Callable[[], HttpResponse], *, again: HttpResponse) -> HttpResponse:
    """What `act` answers to a form of somebody who is not signed in: the key is kept in the cache, with no person or firm.

    A form that is refused, or fails, may be sent again.

    Args:
        again: the answer to a form that was done before.

    Raises:
        KeyInvalid: the key is none of ours.
    """
    if (form := _form(request)) is None:
        return act()
    if not cache.add(form[0], True, OPEN_FORM_S):
        return again
    is_done = False
    try:
        response = act()
        is_done = response.status_code < 400
    finally:
        if not is_done:
            cache.delete(form[0])
    return response


def tell(request: Any, response: Any) -> None:
    """Say in a cookie whether the page's form was taken ("key-1") or not ("key-0"); the browser keeps it until it knows."""
    key = request.POST.get(FORM_KEY) if request.method == "POST" else None
    if key is None or not re.fullmatch("[0-9a-f]{32}", key):
        return
    is_taken = response.status_code < 400
    response.set_cookie(
        "answered", f"{key}-{is_taken:d}", max_age=ANSWERED_S, samesite="Lax", secure=request.is_secure(), httponly=False
    )


def _form(request: Any) -> tuple[str, bytes] | None:
    """The name under which the key of a page's form is kept, and what the form says; None where it carries none."""
    key = request.POST.get(FORM_KEY) if request.method == "POST" else None
    if key is None:
        return None
    if not re.fullmatch("[0-9a-f]{32}", key):
        raise KeyInvalid(place=FORM_KEY, value=key[:100])
    fields = [pair for pair in sorted(request.POST.lists()) if pair[0] not in (FORM_KEY, "csrfmiddlewaretoken")]
    files = [(name, file.name, file.size) for name, file in sorted(request.FILES.items())]
    digest = digest_of(request.method, request.get_full_path(), json.dumps([fields, files]).encode())
    return f"form:{key}:{digest.hex()[:16]}", digest


def digest_of(method: str, path: str, body: bytes) -> bytes:
    """What makes two requests the same."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).digest()


def _take(request: Any, key: str, digest: bytes) -> IdempotentRequest | None:
    """Insert the key's row; the row that is there already, once whoever wrote it has committed."""
    owner = {"organization_id": request.door.organization_id, "user_id": request.user.pk}
    with connections["default"].cursor() as cursor:
        cursor.execute(INSERT, [owner["organization_id"], owner["user_id"], key, digest])
        row = cursor.fetchone()
    request.idempotent_id = row[0] if row else None
    return None if row else IdempotentRequest.objects.get(**owner, key=key)


def remember(request: Any, response: Any) -> None:
    """Keep the answer of a request that took its key and went well, without what is shown once."""
    taken = getattr(request, "idempotent_id", None)
    if taken is None or response.status_code >= 400:
        return
    answer = None
    if "Location" in response.headers:
        told = [(message.level, str(message.message)) for message in request._messages._queued_messages]
        answer = {"location": response.headers["Location"], "messages": told}
    elif hasattr(response, "data") and response.status_code not in BODILESS and response.content:
        answer = json.loads(JSONRenderer().render(blanked(response.data)))
    IdempotentRequest.objects.filter(pk=taken).update(status=response.status_code, answer=answer)
