"""The own account, and keys for programs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.tenancy.models import localized
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from . import services, stand_ins
from .forms import AwayForm, SettingsForm, TokenForm
from .identities import change_person
from .lists import TokenList
from .pages import attempt, page, show_beside
from .roles import role_labels


@require_POST
@page()
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another firm the person belongs to."""
    wanted = request.POST.get("organization", "")
    known = {str(pk) for pk, _name, _name_en in request.door.organizations}
    if wanted in known:
        request.session["organization_id"] = int(wanted)
        request.session.cycle_key()
    return redirect("web:today")


@require_http_methods(["GET", "POST"])
@page()
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        change_person(request.user.pk, **form.cleaned_data)
        messages.success(request, _("Your settings have been saved."))
        return redirect("accounts:settings")
    status = 422 if request.method == "POST" else 200
    firms = [(pk, localized(own, english)) for pk, own, english in request.door.organizations]
    context = {"form": form, "roles": role_labels(request.door.roles), "firms": firms}
    return render(request, "accounts/settings.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page()
def away(request: HttpRequest) -> HttpResponse:
    """Who sees the person's work while they are away, and whose work they see."""
    people = [(person.pk, person.name) for person in stand_ins.possible_stand_ins()]
    form = AwayForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        done, error = attempt(stand_ins.be_away, **form.told)
        if error is None:
            messages.success(request, _("%(name)s sees your work on these days.") % {"name": dict(people)[done.stand_in_id]})
            return redirect("accounts:away")
        show_beside(form, error)
    context = {"form": form, "people": people, "rows": stand_ins.own_stand_ins()}
    return render(request, "accounts/away.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@page()
def end_stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    stand_ins.end_stand_in(stand_in_id=pk)
    messages.success(request, _("Your work is yours alone again."))
    return redirect("accounts:away")


@require_http_methods(["GET", "POST"])
@page("manage_tokens")
def tokens(request: HttpRequest) -> HttpResponseBase:
    form = TokenForm(request.POST or None, acts=sorted(require_scope().acts))
    secret = None
    if request.method == "POST" and form.is_valid():
        created, error = attempt(services.create_token, **form.cleaned_data)
        if error is None:
            secret = created[1]
            form = TokenForm(acts=sorted(require_scope().acts))
        else:
            form.add_error(None, error.words)
    status = 422 if request.method == "POST" and secret is None else 200
    return answer(request, TokenList(request.GET), "accounts/tokens.html", status=status, form=form, secret=secret)


@require_POST
@page("manage_tokens")
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    services.revoke_token(token_id=pk)
    messages.success(request, _("The token has been revoked."))
    return redirect("accounts:tokens")
