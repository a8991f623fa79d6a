"""Leaving a cluster: the firm's own page with what it takes along, and the firms for who looks after them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from apps.joining.clusters import managed
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import selectors, services
from .exceptions import NotInCluster
from .forms import LeaveForm, ObjectionForm, RemoveForm
from .lists import DepartureList, PartList
from .open_things import open_things


@require_http_methods(["GET", "POST"])
@page("leave_clusters")
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """What leaving means, what is open, the last day; the data to take along."""
    part = selectors.own_part(pk)
    form, objection = LeaveForm(), ObjectionForm()
    if request.method == "POST":
        act = request.POST.get("act", "leave")
        form = LeaveForm(request.POST) if act == "leave" else form
        objection = ObjectionForm(request.POST) if act == "object" else objection
        own_id = require_scope().organization_id
        done: dict[str, tuple[Callable[..., Any], dict[str, Any], str]] = {
            "now": (services.leave_now, {}, _("Your firm has left the cluster.")),
            "back": (services.take_back, {"organization_id": own_id}, _("Your firm stays.")),
        }
        if act == "leave" and form.is_valid():
            done["leave"] = (services.leave, form.cleaned_data, _("The last day stands. Take your data along before."))
        if act == "object" and objection.is_valid():
            done["object"] = (services.object_to, {"text": objection.cleaned_data["objection"]}, _("The objection is read."))
        if act in done and _done(request, *done[act], cluster_id=pk):
            return redirect("leaving:leave", pk)
    context = {
        "part": part,
        "departure": selectors.open_departure(pk),
        "open": open_things(pk, part.organization_id) if part else [],
        "cluster_id": pk,
        "form": form,
        "objection": objection,
        "is_in": part is not None,
    }
    return render(request, "leaving/leave.html", context, status=422 if request.method == "POST" else 200)


@page("manage_clusters")
def firms(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The firms of a cluster: suspended, leaving, and what each says to it."""
    return answer(request, PartList(_of(request, pk)), "leaving/firms.html")


@page("view_members")
def departures(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who leaves a cluster, is suspended or has left, until when, and what is open with the own firm."""
    return answer(request, DepartureList(_of(request, pk)))


def _of(request: HttpRequest, pk: int) -> QueryDict:
    address = request.GET.copy()
    address["cluster"] = str(pk)
    return address


def _button(act: Callable[..., Any], told: Any, **values: Any) -> Callable[..., HttpResponseBase]:
    @require_POST
    @page("manage_clusters")
    def run(request: HttpRequest, pk: int, firm: int) -> HttpResponse:
        managed(pk)
        _done(request, act, values, str(told), cluster_id=pk, organization_id=firm)
        return redirect("leaving:firms", pk)

    return run


suspend = _button(services.set_suspended, gettext_lazy("The firm is suspended."), is_suspended=True)
resume = _button(services.set_suspended, gettext_lazy("The firm takes part again."), is_suspended=False)
stay = _button(services.take_back, gettext_lazy("The firm stays."))


@require_http_methods(["GET", "POST"])
@page("manage_clusters")
def remove(request: HttpRequest, pk: int, firm: int) -> HttpResponse:
    """The form that removes a firm: why, and until when."""
    cluster, form = managed(pk).cluster, RemoveForm(request.POST or None)
    part = next((one for one in selectors.parts(cluster) if one.organization_id == firm), None)
    if part is None:
        raise NotInCluster(place="firm", value=firm)
    told = _("The firm is told, and may object until its last day.")
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "organization_id": firm}
        if _done(request, services.remove, values, told, cluster_id=pk):
            return redirect("leaving:firms", pk)
    context = {"cluster": cluster, "part": part, "form": form}
    return render(request, "leaving/remove.html", context, status=422 if request.method == "POST" else 200)


def _done(request: HttpRequest, act: Callable[..., Any], values: dict[str, Any], told: str, **more: Any) -> bool:
    _made, error = attempt(act, **values, **more)
    if error is not None and error.status == 404:
        raise error
    (messages.success if error is None else messages.error)(request, told if error is None else error.words)
    return error is None
