"""Pages of shared tablets: registered at the device, unlocked by a person's code, locked again; and the own code."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.common.errors import DomainError
from apps.tenancy.scope import identity

from . import tablets as services
from .pages import attempt, page, show_beside
from .tablet_forms import CodeForm, TabletForm, UnlockForm

BACKEND = "apps.accounts.backends.EmailBackend"
SESSION = "tablet"  # (id, minutes) in the session of who acts there


@require_http_methods(["GET", "POST"])
@page("manage_people")
def tablets(request: HttpRequest) -> HttpResponse:
    """The firm's shared tablets; the form makes this very device one, and signs the administrator out of it."""
    form = TabletForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _made, secret = services.register(**form.cleaned_data)
        logout(request)
        response = redirect("accounts:tablet")
        response.set_cookie(
            services.COOKIE,
            secret,
            max_age=services.KEPT_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response
    context = {"tablets": services.tablets(), "form": form}
    return render(request, "accounts/tablets.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@page("manage_people")
def revoke_tablet(request: HttpRequest, pk: int) -> HttpResponse:
    found = services.revoke(tablet_id=pk)
    messages.success(request, _("%(name)s is no tablet of your firm any more.") % {"name": found.name})
    return redirect("accounts:tablets")


@never_cache
@require_http_methods(["GET", "POST"])
def tablet(request: HttpRequest) -> HttpResponse:
    """Locked: who comes chooses their name and types their code. Whoever was here is out."""
    if SESSION in request.session:
        logout(request)
    here = services.here(request)
    form = UnlockForm(request.POST or None, people=here.people)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            person = services.person_of(request, here, user_id=form.cleaned_data["person"], code=form.cleaned_data["code"])
        except DomainError as error:
            show_beside(form, error)
            status = error.status
        else:
            with identity():
                login(request, person, backend=BACKEND)
            request.session["organization_id"] = here.organization_id
            request.session[SESSION] = [here.tablet_id, here.lock_minutes]
            request.session.set_expiry(here.lock_minutes * 60)
            return redirect("web:today")
    return render(request, "accounts/tablet.html", {"here": here, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@page()
def code(request: HttpRequest) -> HttpResponse:
    """The own short code for the firm's tablets, set with the password."""
    form = CodeForm(request.POST or None, request=request)
    if request.method == "POST":
        # Whoever sits at an open session does not guess the password here: wrong ones are counted.
        action, key = "tablet_own_code", str(request.user.pk)
        usage = ratelimit.consume(request, app="allauth.account", action=action, key=key)
        if usage is None:
            return ratelimit.respond_429(request)
        with identity():  # the password is compared there
            is_valid = form.is_valid()
        if "oldpassword" not in form.errors:
            usage.rollback()
        if is_valid:
            _done, error = attempt(services.set_code, user_id=request.user.pk, code=form.cleaned_data["code"])
            if error is None:
                messages.success(request, _("Your code for shared tablets is set."))
                return redirect("accounts:settings")
            show_beside(form, error)
    return render(request, "accounts/code.html", {"form": form}, status=422 if request.method == "POST" else 200)
