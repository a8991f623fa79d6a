"""Turns every error of the API into problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from .errors import DomainError, NotFound, path_of

CONTENT_TYPE = "application/problem+json"
REMEDIES = {
    400: gettext_lazy("Correct the request body."),
    401: gettext_lazy("Send a valid token: Authorization: Bearer <token>."),
    403: gettext_lazy("Ask an administrator of your firm for the role."),
    405: gettext_lazy("Use one of the methods in the Allow header."),
    406: gettext_lazy("Ask for application/json."),
    415: gettext_lazy("Send application/json."),
    429: gettext_lazy("Wait and try again."),
    503: gettext_lazy("Send it again in a few seconds; nothing was written."),
}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a DomainError keeps its own words, DRF's own errors get the same form."""
    if isinstance(error, Http404):
        error = NotFound()
    if isinstance(error, DomainError):
        response = Response(error.problem(), status=error.status)
    else:
        if isinstance(error, PermissionDenied):
            error = exceptions.PermissionDenied()
        handled = exception_handler(error, context)
        if handled is None:
            return None
        response = handled
        response.data = problem_of(error, response.status_code)
    response.content_type = CONTENT_TYPE
    return response


def problem_of(error: Any, status: int) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return {
            "type": "urn:dure:problem:invalid-value",
            "title": _("A value is not valid."),
            "status": status,
            "detail": _("Some values are not valid; each is named below."),
            "code": "invalid_value",
            "errors": list(flatten(error.detail)),
        }
    code = getattr(error, "default_code", "error")
    detail = str(getattr(error, "detail", error))
    return {
        "type": f"urn:dure:problem:{code.replace('_', '-')}",
        "title": detail,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"place": "", "value": None, "rule": detail, "remedy": str(REMEDIES.get(status, ""))}],
    }


def flatten(detail: Any, place: str = "") -> Any:
    """One entry per message of DRF's nested error detail; the place is a dotted path with row numbers from 0."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from flatten(inner, path_of(place, name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            if isinstance(inner, (dict, list)):
                yield from flatten(inner, f"{place}[{index}]")
            else:
                yield from flatten(inner, place)
    else:
        value = getattr(detail, "value", None)
        yield {"place": place, "value": value, "rule": str(detail), "remedy": _("Correct this value and send again.")}


def problem_json(status: int, code: str, detail: str) -> JsonResponse:
    """For answers given outside DRF (middleware, Django's own handlers)."""
    remedy = REMEDIES.get(status, "")
    body = {
        "type": f"urn:dure:problem:{code.replace('_', '-')}",
        "title": detail,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"place": "", "value": None, "rule": detail, "remedy": str(remedy)}],
    }
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
