"""Where the link of a firm's invitation leads: read, accept, name the administrator, in. Made for a phone first."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.common.errors import DomainError
from apps.tenancy.scope import identity

from . import firm_door
from .firm_door import InvitedFirm
from .forms import JoinFirmForm


@never_cache
@require_http_methods(["GET", "POST"])
def firm(request: HttpRequest, token: str) -> HttpResponse:
    """Reading lets nobody in: mail filters open links. A browser says that a page is shown, which most filters do not."""
    person = request.user if request.user.is_authenticated else None
    invited = firm_door.look(token, person=person)
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        firm_door.note_opened(token)
    if person is None and (invited.known_id is not None or invited.is_known):
        return _show(request, invited, state="sign-in")
    if person is not None:
        try:
            firm_door.check_person(invited, person)
        except DomainError as error:
            return _show(request, invited, state="other", error=error, status=error.status)
    form = JoinFirmForm(request.POST or None, invited=invited, person=person)
    if not form.is_valid():
        return _show(request, invited, state="form", form=form, status=422 if request.method == "POST" else 200)
    return _come_in(request, token, invited, form)


def _come_in(request: HttpRequest, token: str, invited: InvitedFirm, form: JoinFirmForm) -> HttpResponse:
    given = form.cleaned_data
    typed = {name: given.get(name) or "" for name in ("legal_name", "name_en", "name")}
    firm_id, _person_id = firm_door.come_in(
        token,
        invited,
        person=form.person,
        organization_id=form.organization_id,
        hashes=form.hashes,
        password=given.get("password1") or "",
        language=(get_language() or "ko")[:2],
        **typed,
    )
    if form.person is None:
        # The block was the whole transaction: the account stands now.
        with identity():
            login(request, authenticate(request, email=invited.email, password=given["password1"]))
    request.session["organization_id"] = firm_id
    request.session.cycle_key()
    messages.success(request, _("Your firm is in %(cluster)s now.") % {"cluster": invited.cluster})
    return redirect("joining:start")


def _show(request: HttpRequest, invited: InvitedFirm, *, state: str, status: int = 200, **more: Any) -> HttpResponse:
    context = {"invited": invited, "state": state, "sign_in": resolve_url(settings.LOGIN_URL), **more}
    return render(request, "joining/firm.html", context, status=status)
