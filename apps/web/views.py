"""The shell's own pages: the first page of each role, search, the style guide, and the counts of the side bar."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.identities import change_person
from apps.accounts.pages import page
from apps.common import rooms
from apps.common.typed import shown, whole
from apps.joining.first_code import is_empty
from apps.joining.selectors import waiting_firms
from apps.joining.views import first_days
from apps.orders import selectors as orders
from apps.orders.exceptions import UnknownOrder
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tower.today import buyer_context, row_context, supplier_context
from apps.ui.answers import answer
from apps.ui.selectors import listing_named

from .lists import MemberList
from .members import members_context
from .samples import SampleList, samples

# Who holds one of these has orders to decide on; the first page of everybody else is made of their own lists.
TRADES = {"accept_proposal", "answer_order"}


def first_day(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """An empty installation begins: nobody could sign in there."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and is_empty():
            return redirect("joining:begin")
        return view(request, *args, **kwargs)

    return run


@require_GET
@first_day
@page()
def today(request: HttpRequest) -> HttpResponse:
    """The role's work: a buyer's exceptions, a supplier's answers due, a coordinator's members."""
    scope = require_scope()
    if "view_orders" not in scope.acts or not (scope.buys or scope.supplies):
        found = MemberList({})
        context = {
            "list": found,
            **members_context(found.members, waiting=waiting_firms()),
            **rooms.tiles(None),
            **first_days(),
        }
        return render(request, "web/today_coordinator.html", context)
    if row := request.GET.get("row"):
        return _today_row(request, row)
    if not scope.acts & TRADES:
        return render(request, "web/today_desk.html", _desk_context())
    side = orders.side_for_lists()
    view = request.GET.get("view", "")
    if side is Side.BUYER:
        context, template = buyer_context(view), "web/today_buyer.html"
    else:
        context, template = supplier_context(view), "web/today_supplier.html"
    part = request.GET.get("part")
    if part in ("figures", "timeline"):
        template = f"{template}#{part}"
    return render(request, template, context)


def _desk_context() -> dict[str, Any]:
    """What is theirs to do who neither buy nor sell: lists to work off, and figures."""
    acts = require_scope().acts
    lists = [listing_named(desk.listing)(QueryDict(desk.query)) for desk in rooms.desks(acts)]
    return {"lists": lists, "today": timezone.localdate(), **rooms.tiles(orders.side_for_lists()), **first_days()}


def _today_row(request: HttpRequest, order_id: str) -> HttpResponse:
    side, view = orders.side_for_lists(), request.GET.get("view", "")
    context = row_context(pk, side, view) if (pk := whole(order_id)) else None
    if context is None:
        raise UnknownOrder(place="order", value=shown(order_id))
    return render(request, "orders/_row.html", context)


@require_GET
@page()
def counts(request: HttpRequest) -> HttpResponse:
    """Numbers beside the navigation, fetched again after a live signal."""
    return JsonResponse(rooms.badges())


@require_GET
@page("view_members")
def members(request: HttpRequest) -> HttpResponseBase:
    return answer(request, MemberList(request.GET), "web/members.html")


@require_GET
@page("view_orders")
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()
    hits = rooms.search(text)
    return render(request, "web/search.html", {"text": text, "hits": hits, "shown": rooms.shown_hits(hits)})


@require_GET
@page()
def styleguide(request: HttpRequest) -> HttpResponseBase:
    """Every part of the kit and its states on one page, for whoever builds or runs Dure; it stands in the test matrix.

    Raises:
        Http404: where the installation does not show it.
    """
    if not settings.STYLE_GUIDE:
        raise Http404
    return answer(request, SampleList(request.GET), "web/styleguide.html", **samples())


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language: kept on the account, or in a cookie before sign-in."""
    code = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    response = redirect(target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/")
    if code in ("ko", "en"):
        if request.user.is_authenticated:
            change_person(request.user.pk, language=code)
        response.set_cookie("django_language", code, max_age=31536000, samesite="Lax")
        translation.activate(code)
    return response
