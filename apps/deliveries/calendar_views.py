"""What is due, in a person's own calendar: a file once, or an address that the calendar reads again by itself."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from apps.accounts.calendar_addresses import make_calendar_address, own_calendar_address, withdraw_calendar_address
from apps.accounts.door import enter_by_calendar
from apps.accounts.exceptions import NoCalendarAddress
from apps.accounts.pages import page
from apps.orders import selectors as orders
from apps.tenancy.checks import require_act
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

from . import due

ACT, TYPE = "view_deliveries", "text/calendar; charset=utf-8"


@require_GET
@page(ACT)
def due_calendar(request: HttpRequest) -> HttpResponse:
    """What is due, for the calendar of a phone or a desk, as it is now."""
    content = due.due_calendar(orders.side_for_lists(request.GET.get("side")))
    shown = {"Content-Disposition": content_disposition_header(as_attachment=True, filename="dure-deliveries.ics")}
    return HttpResponse(content, content_type=TYPE, headers=shown)


@require_http_methods(["GET", "POST"])
@page("manage_tokens")
def my_calendar(request: HttpRequest) -> HttpResponse:
    """The person's own address, made or renewed here. Like other keys it is none of a shared tablet's business."""
    require_act(ACT)
    secret = make_calendar_address(acts=[ACT]) if request.method == "POST" else None
    address = f"{settings.PUBLIC_URL}{reverse('deliveries:calendar-feed', args=[secret])}" if secret else ""
    opened = "webcal" + address.removeprefix("https").removeprefix("http") if address else ""
    context = {"found": own_calendar_address(), "address": address, "opened": opened, "sides": own_sides()}
    return render(request, "deliveries/calendar.html", context)


@require_POST
@page("manage_tokens")
def withdraw(request: HttpRequest) -> HttpResponse:
    withdraw_calendar_address()
    messages.success(request, _("The address has been withdrawn."))
    return redirect("deliveries:calendar")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Read by a calendar, which signs in nowhere: the secret says whose it is.

    It asks each time whether anything has changed, and is told so without the events; nothing on the way keeps them.
    """
    with enter_by_calendar(secret) as (door, user):
        if ACT not in door.scope.acts:
            raise NoCalendarAddress
        if refused := ratelimit.consume_or_429(request, action="calendar", key=str(user.pk), limit_get=True):
            return refused
        with translation.override(user.language), timezone.override(user.time_zone):
            content = due.due_calendar(*own_sides())
    tag = quote_etag(due.version_of(content))
    answer = get_conditional_response(request, etag=tag) or HttpResponse(content, content_type=TYPE)
    for name, value in {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}.items():
        answer.headers[name] = value
    return answer


def own_sides() -> list[Side]:
    scope = require_scope()
    return [side for side, is_own in ((Side.BUYER, scope.buys), (Side.SUPPLIER, scope.supplies)) if is_own]
