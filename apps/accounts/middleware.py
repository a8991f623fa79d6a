"""The request's door, and the language and time zone it is answered in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from apps.common.errors import DomainError
from apps.common.problems import CONTENT_TYPE
from apps.common.rooms import shop_floor_acts
from apps.tenancy.scope import OutsideScope

from . import idempotency, tablets
from .door import Door, enter, enter_by_token

TABLET = "tablet"  # in the session of who acts at one (tablet_views.py)
AT_A_TABLET = ("/account/tablet/", "/account/sign-out/")
# Answers of 400 and more that keep what they wrote. Empty on purpose: sign-in attempts are counted in the cache.
KEEPS_ITS_WRITES: frozenset[str] = frozenset()


class LanguageMiddleware:
    """The person's own language; before sign-in the cookie, then what the browser asks for."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        token = "authorization" in request.headers
        person = None if token or not request.user.is_authenticated else request.user
        language = person.language if person else translation.get_language_from_request(request)
        zone = person.time_zone if person else "Asia/Seoul"
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class ScopeMiddleware:
    """Opens the scope and its transaction; every answer of 400 or more rolls back.

    ATOMIC_REQUESTS would open its transaction too late for this, and Django has turned an exception into an answer by the
    time it passes here: a plain `with atomic()` would commit the rows of a refused request.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self._answer_in_scope(request)
        if "authorization" in request.headers or request.user.is_authenticated:
            # Pages, the API's answers and papers belong to who asked: no cache on the way keeps them, nor the browser.
            response.headers["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ("Authorization", "Cookie"))
        return response

    def _answer_in_scope(self, request: Any) -> Any:
        request.door = None
        if "authorization" in request.headers and request.path.startswith("/api/"):
            return self._by_token(request)
        if not request.user.is_authenticated:
            return self.get_response(request)
        chosen = request.session.get("organization_id")
        source = "api" if request.path.startswith("/api/") else "screen"
        if TABLET in request.session:
            return self._at_a_tablet(request, chosen, source)
        with enter(user_id=request.user.pk, organization_id=chosen, source=source) as door:
            return self._answer(request, door, source)

    def _at_a_tablet(self, request: Any, organization_id: int, source: str) -> Any:
        """Acts of the shop floor alone; the account's own pages are closed there, and it locks itself."""
        tablet_id, minutes = request.session[TABLET]
        if request.path.startswith("/account/") and request.path not in AT_A_TABLET:
            return redirect("web:today")
        acts = shop_floor_acts()
        with enter(user_id=request.user.pk, organization_id=organization_id, source=source, limit_to=acts) as door:
            if door.organization_id == organization_id and tablets.is_in_use(tablet_id):
                request.session.set_expiry(minutes * 60)
                response = self._answer(request, door)
                if source == "screen":
                    add_never_cache_headers(response)  # "back" shows the next person nothing of the one before
                    response.headers["Refresh"] = f"{minutes * 60}; url={reverse('accounts:tablet')}"
                return response
        request.session.flush()
        return redirect("accounts:sign-in")

    def process_exception(self, request: Any, exception: Any) -> Any:
        return exception.response if isinstance(exception, idempotency.Answered) else None

    def _by_token(self, request: Any) -> Any:
        kind, _, secret = request.headers["authorization"].partition(" ")
        try:
            with enter_by_token(secret.strip() if kind.lower() == "bearer" else "") as (door, user):
                request.user = user
                request.by_token = True
                with translation.override(translation.get_language_from_request(request)):
                    return self._answer(request, door)
        except DomainError as error:
            return problem_answer(error)

    def _answer(self, request: Any, door: Door, source: str = "api") -> Any:
        from django.db import transaction

        request.door = door
        try:
            response = self.get_response(request)
            idempotency.remember(request, response)
        except DomainError as error:
            response = problem_answer(error)
        if response.streaming and not getattr(response, "opens_scope", False):
            # It would run after SET LOCAL has ended and silently yield no rows.
            raise OutsideScope(f"{request.path} streams its answer; a stream opens its own scope.")
        if response.status_code >= 400 and request.path not in KEEPS_ITS_WRITES:
            transaction.set_rollback(True)
        if source == "screen":
            idempotency.tell(request, response)
        return response


def problem_answer(error: DomainError) -> HttpResponse:
    from django.http import JsonResponse

    response = JsonResponse(error.problem(), status=error.status, content_type=CONTENT_TYPE)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
