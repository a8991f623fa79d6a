"""Where the link of an invitation leads: the reader of the mailbox makes an account, or accepts with the one they have."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.tenancy.roles import Role
from apps.tenancy.scope import identity

from . import invitations
from .door import enter_by_invitation
from .forms import JoinForm


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token) -> HttpResponse:
    """Reading changes nothing: mail filters open links."""
    return _accept(request, token, request.user) if request.user.is_authenticated else _join(request, token)


def _accept(request: HttpRequest, token, person) -> HttpResponse:
    with enter_by_invitation(token, user_id=person.pk) as invited:
        if person.email != invited.email:
            return _show(request, invited, state="other", status=403)
        if request.method == "GET":
            return _show(request, invited, state="accept")
        invitations.accept(invitation_id=invited.invitation_id, user=person)
    return _welcome(request, invited)


def _join(request: HttpRequest, token) -> HttpResponse:
    with enter_by_invitation(token, user_id=None) as invited:
        if invited.is_known:
            return _show(request, invited, state="sign-in")
        form = JoinForm(request.POST or None, email=invited.email, initial={"name": invited.name})
        if not form.is_valid():
            return _show(request, invited, state="new", form=form, status=422 if request.method == "POST" else 200)
        name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
        language = (get_language() or "ko")[:2]
        typed = {"name": name, "password": password, "language": language}
        invitations.join(invitation_id=invited.invitation_id, secret=token, **typed)
    # The block was the whole transaction: the account stands now.
    with identity():
        person = authenticate(request, email=invited.email, password=password)
        login(request, person)
    return _welcome(request, invited)


def _welcome(request: HttpRequest, invited) -> HttpResponse:
    request.session["organization_id"] = invited.organization_id
    request.session.cycle_key()
    messages.success(request, _("You work for %(firm)s now.") % {"firm": invited.firm})
    return redirect("web:today")


def _show(request: HttpRequest, invited, *, state, form=None, status=200) -> HttpResponse:
    roles = [str(Role(role).label) for role in invited.roles]
    context = {"invited": invited, "roles": roles, "state": state, "form": form, "sign_in": resolve_url(settings.LOGIN_URL)}
    return render(request, "accounts/join.html", context, status=status)
