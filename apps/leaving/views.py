"""Leaving a cluster: the firm's own page with what it takes along, and the firms for who looks after them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from apps.joining.clusters import managed
from apps.tenancy.models import Cluster
from apps.tenancy.scope import require_scope

from . import selectors, services
from .forms import LeaveForm, ObjectionForm, RemoveForm
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


@require_GET
@page("manage_clusters")
def firms(request: HttpRequest, pk: int) -> HttpResponse:
    """The firms of a cluster: suspended, leaving, and what each says to it."""
    cluster = managed(pk).cluster
    return render(request, "leaving/firms.html", {"cluster": cluster, "rows": _rows(cluster)})


@require_POST
@page("manage_clusters")
def firm(request: HttpRequest, pk: int, firm: int) -> HttpResponse:
    """Suspend, resume, remove, or take a removal back."""
    cluster = managed(pk).cluster
    act, form = request.POST.get("act", ""), RemoveForm(request.POST, auto_id=f"id_{firm}_%s")
    done: dict[str, tuple[Callable[..., Any], dict[str, Any], str]] = {
        "suspend": (services.set_suspended, {"is_suspended": True}, _("The firm is suspended.")),
        "resume": (services.set_suspended, {"is_suspended": False}, _("The firm takes part again.")),
        "back": (services.take_back, {}, _("The firm stays.")),
    }
    if act == "remove" and form.is_valid():
        done["remove"] = (services.remove, form.cleaned_data, _("The firm is told, and may object until its last day."))
    if act in done and _done(request, *done[act], cluster_id=pk, organization_id=firm):
        return redirect("leaving:firms", pk)
    context = {"cluster": cluster, "rows": _rows(cluster, {firm: form} if act == "remove" else {})}
    return render(request, "leaving/firms.html", context, status=422)


def _rows(cluster: Cluster, tried: dict[int, RemoveForm] | None = None) -> list[tuple[selectors.Part, RemoveForm]]:
    """Each firm with a form of its own, or the one that was sent."""
    found = []
    for part in selectors.parts(cluster):
        pk = part.membership.organization_id
        found.append((part, (tried or {}).get(pk) or RemoveForm(auto_id=f"id_{pk}_%s")))
    return found


def _done(request: HttpRequest, act: Callable[..., Any], values: dict[str, Any], told: str, **more: Any) -> bool:
    _made, error = attempt(act, **values, **more)
    if error is not None and error.status == 404:
        raise error
    (messages.success if error is None else messages.error)(request, told if error is None else error.words)
    return error is None
