"""Trying before joining: the office's page of invitations, and the page behind a link, which needs no account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import attempt, page
from federated.agreed.trials import SAYINGS

from . import selectors, services, trial_door
from .forms import TrialForm
from .statuses import TrialState

LOOK = {
    TrialState.OFFERED: ("mail", "info"),
    TrialState.TAKEN: ("download", "info"),
    TrialState.TRIED: ("circle-check", "ok"),
    TrialState.CONVINCED: ("handshake", "ok"),
    TrialState.OVER: ("hourglass", "mute"),
    TrialState.WITHDRAWN: ("undo-2", "mute"),
}


@require_http_methods(["GET", "POST"])
@page("manage_learning")
def trials(request: HttpRequest, pk: int) -> HttpResponse:
    """A programme's invitations with what came of them; a new link is shown once."""
    programme = selectors.programme(pk)
    form = TrialForm(request.POST if request.method == "POST" else None)
    address = ""
    if request.method == "POST" and form.is_valid():
        made, error = attempt(services.offer_trial, programme_id=pk, **form.cleaned_data)
        if error is None:
            address = request.build_absolute_uri(reverse("learning:try", args=[made[1]]))
            form = TrialForm()
        else:
            form.add_error(None, error.words)
    context = {
        "programme": programme,
        "federation": programme.federation,
        "form": form,
        "address": address,
        "key": trial_door.fingerprint_of_trials(programme.federation_id),
        "trials": [(trial, trial.state.label, *LOOK[trial.state]) for trial in selectors.trials(pk)],
    }
    return render(request, "learning/trials.html", context, status=422 if form.errors else 200)


@require_POST
@page("manage_learning")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    trial = services.withdraw_trial(trial_id=pk)
    messages.success(
        request, _("The trial of %(name)s has ended. A bundle that was loaded works until its day.") % {"name": trial.label}
    )
    return redirect("learning:trials", trial.programme_id)


@never_cache
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """What is offered, how it is tried, and the two buttons that send one word."""
    offer = trial_door.look(secret)
    said = request.POST.get("said")
    if request.method == "POST" and said in SAYINGS:
        trial_door.say(secret, said)
        messages.success(request, _("The office sees that. No figure was sent."))
        return redirect("learning:try", secret)
    context = {
        "offer": offer,
        "key": trial_door.fingerprint_of_trials(offer.federation_id),
        "secret": secret,
    }
    return render(request, "learning/try.html", context)


@never_cache
@require_GET
def bundle(request: HttpRequest, secret: str) -> HttpResponse:
    content = trial_door.bundle_of(secret, server=request.build_absolute_uri("/").rstrip("/"))
    headers = {"Content-Disposition": 'attachment; filename="dure-trial.zip"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)
