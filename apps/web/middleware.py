"""Security headers; input that no view could use; broken rules, and addresses that are no pages, turned into answers that
people can read."""

import logging
from decimal import DecimalException
from typing import Any

from django.db import DataError
from django.http import Http404, HttpResponseNotAllowed
from django.utils.translation import gettext as _

from apps.common.errors import DomainError, InvalidParameter
from apps.common.typed import MAX_WHOLE, fault_of, shown

from .errors import bad_request, domain_error, method_not_allowed

logger = logging.getLogger(__name__)

# No inline script or style anywhere; the socket goes to the page's own host only.
POLICY = (
    "default-src 'self'; img-src 'self' data:; connect-src 'self' {socket}; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
# Headers that we read ourselves: compared, signed or looked up, so ASCII.
OUR_HEADERS = ("authorization", "idempotency-key", "dure-")
# A number that no column holds, a text that PostgreSQL refuses, a structure without end.
UNUSABLE = (DataError, DecimalException, OverflowError, RecursionError)


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
        response.headers.setdefault("Content-Security-Policy", POLICY.format(socket=socket))
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


class DomainErrorMiddleware:
    """A DomainError that no view has caught, and Django's empty answer to a method that an address does not take."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return method_not_allowed(request, response.headers["Allow"].split(", "))
        return response

    def process_exception(self, request: Any, exception: Any) -> Any:
        return domain_error(request, exception) if isinstance(exception, DomainError) else None


class InputMiddleware:
    """Looks at addresses, headers and form fields before any view; what a view still stumbles over is a 400 too.

    Bodies of JSON are looked at by their parser (`apps.common.parsing`).
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        if any(isinstance(value, int) and value > MAX_WHOLE for value in kwargs.values()):
            raise Http404
        try:
            _check_headers(request)
            _check_fields(request.GET)
            if request.method == "POST" and not request.path.startswith("/api/"):
                _check_fields(request.POST)
        except DomainError as error:
            return domain_error(request, error)
        return None

    def process_exception(self, request: Any, exception: Any) -> Any:
        if not isinstance(exception, UNUSABLE) and not _is_endless_number(exception):
            return None
        logger.warning("Unusable input at %s: %s", request.path, type(exception).__name__, exc_info=exception)
        return bad_request(request)


def _is_endless_number(error: Exception) -> bool:
    """`int()` of more than 4,300 digits: a plain ValueError, told from a mistake of ours by CPython's words alone."""
    return type(error) is ValueError and "integer string conversion" in str(error)


def _check_headers(request: Any) -> None:
    """
    Raises:
        InvalidParameter: a header of ours is not ASCII.
    """
    for name, value in request.headers.items():
        if name.lower().startswith(OUR_HEADERS) and not value.isascii():
            rule = _("This header consists of ASCII characters.")
            raise InvalidParameter(rule, place=name, value=shown(value), remedy=_("Correct this value and send again."))


def _check_fields(fields: Any) -> None:
    """
    Raises:
        InvalidParameter: a field, or the name of one, cannot be stored.
    """
    for name, values in fields.lists():
        for text in (name, *values):
            if rule := fault_of(text):
                remedy = _("Correct this value and send again.")
                raise InvalidParameter(rule, place=shown(name), value=shown(text), remedy=remedy)
