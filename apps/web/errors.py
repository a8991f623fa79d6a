"""Error answers: problem details under /api/, a page for people, a fragment for htmx; always in the reader's language."""

import sys
from collections.abc import Iterable

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled

from apps.common.errors import DomainError
from apps.common.problems import CONTENT_TYPE, problem_json

RETRY_AFTER_S = "30"
BUSY_RETRY_AFTER_S = "5"
# PostgreSQL ended the statement by a limit of the role (`cluster/runtime/roles.py`), or to end a deadlock.
WAITED_TOO_LONG = (LockNotAvailable, QueryCanceled, DeadlockDetected)


def answer(request: HttpRequest, status: int, title: str, detail: str, remedy: str, code: str) -> HttpResponseBase:
    if request.path.startswith("/api/"):
        return problem_json(status, code, detail)
    context = {"status": status, "title": title, "detail": detail, "remedy": remedy, "code": code}
    template = "web/_problem.html" if getattr(request, "htmx", False) else "web/error.html"
    return render(request, template, context, status=status)


def readers_language(request: HttpRequest) -> str:
    """The person's, where the request got as far as to know the person; otherwise what cookie and browser ask for."""
    return getattr(request, "LANGUAGE_CODE", None) or translation.get_language_from_request(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    with translation.override(readers_language(request)):
        text, remedy = _("The request is malformed."), _("Go back and try again.")
        if isinstance(exception, RequestDataTooBig):
            text, remedy = _("The form holds more than is taken at once."), _("Send less; a large table comes as a file.")
        return plain(request, 400, _("Not understood"), text, remedy, "bad_request")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    text = _("Your role in this firm does not include this page.")
    return answer(request, 403, _("No access"), text, _("Ask the administrator of your firm for the role."), "forbidden")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    with translation.override(readers_language(request)):
        text = _("There is no such page, or it belongs to another firm.")
        remedy = _("Check the address, or use the search box.")
        return answer(request, 404, _("Not found"), text, remedy, "not_found")


def too_many(request: HttpRequest) -> HttpResponseBase:
    text = _("That was tried too often in a short time.")
    return answer(request, 429, _("Too many tries"), text, _("Wait a few minutes, then try again."), "too_many")


def method_not_allowed(request: HttpRequest, allowed: Iterable[str]) -> HttpResponseBase:
    """An address that only takes what a form sends, opened as a page: from a copied link, or after going back."""
    text = _("This address only takes what a form on a page sends; there is nothing to look at here.")
    response = answer(
        request,
        405,
        _("Not a page"),
        text,
        _("Open the page that has the button, and press it there."),
        "method_not_allowed",
    )
    response.headers["Allow"] = ", ".join(allowed)
    return response


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Without the template's context, the person and the database: whatever failed may fail again."""
    with translation.override(readers_language(request)):
        error = sys.exc_info()[1]
        if isinstance(getattr(error, "__cause__", None), WAITED_TOO_LONG):
            text = _("Somebody else is changing the same thing right now, or it took too long; nothing was saved.")
            response = plain(request, 503, _("Busy"), text, _("Wait a few seconds and try again."), "busy")
            response.headers["Retry-After"] = BUSY_RETRY_AFTER_S
            return response
        if isinstance(error, (OperationalError, InterfaceError)):
            text = _("The database does not answer at the moment; nothing was saved.")
            remedy = _("Wait half a minute and try again.")
            response = plain(request, 503, _("Just a moment"), text, remedy, "unavailable")
            response.headers["Retry-After"] = RETRY_AFTER_S
            return response
        text = _("Something failed on our side; nothing was saved.")
        remedy = _("Try again. If it fails once more, tell your administrator what you did and when.")
        return plain(request, 500, _("That went wrong"), text, remedy, "server_error")


def plain(request: HttpRequest, status: int, title: str, detail: str, remedy: str, code: str) -> HttpResponse:
    """A page that asks nothing of the request: no person, no session, no database."""
    if request.path.startswith("/api/"):
        return problem_json(status, code, detail)
    context = {"status": status, "title": title, "detail": detail, "remedy": remedy}
    is_part = request.headers.get("HX-Request") == "true"
    body = render_to_string("web/_problem.html" if is_part else "web/error.html", context)
    return HttpResponse(body, status=status, headers={"Content-Language": translation.get_language() or ""})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    text = _("This form is too old, or it was sent from another place.")
    return answer(request, 403, _("Form expired"), text, _("Reload the page and send it again."), "csrf_failed")


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponseBase:
    """A broken rule on a page; 422 with what to do. Forms catch theirs and show it beside the field."""
    if request.path.startswith("/api/"):
        return JsonResponse(error.problem(), status=error.status, content_type=CONTENT_TYPE)
    return answer(request, error.status, str(error.title), str(error.message), str(error.remedy), error.code)
