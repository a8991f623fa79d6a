"""The first page of an empty installation: the code, then the first firm; closed for good once one is there."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.pages import show_beside
from apps.common.errors import DomainError
from apps.tenancy.scope import identity

from .begin import begin as begin_here
from .begin import check
from .exceptions import Begun, WrongCode
from .first_code import digest_of, is_empty
from .forms import BeginForm, CodeForm

TYPED = "first_code"  # the hash of what this browser typed; asked again when the firm is made


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    if not is_empty():
        raise Begun
    typed = bytes.fromhex(request.session.get(TYPED, ""))
    if not typed or "code" in request.POST:
        return _ask_code(request)
    try:
        check(typed)
    except WrongCode:  # renewed meanwhile
        del request.session[TYPED]
        return _ask_code(request)
    return _make(request, typed)


def _ask_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        if refused := ratelimit.consume_or_429(request, action="first_code", key="first"):
            return refused
        if form.is_valid():
            typed = digest_of(form.cleaned_data["code"])
            try:
                check(typed)
                request.session[TYPED] = typed.hex()
                return redirect("joining:begin")
            except WrongCode as error:
                show_beside(form, error)
    return _show(request, form, state="code")


def _make(request: HttpRequest, typed: bytes) -> HttpResponse:
    initial = {"language": (get_language() or "ko")[:2], "time_zone": settings.TIME_ZONE}
    form = BeginForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = dict(form.cleaned_data)
        password = given.pop("password1")
        given.pop("password2")
        try:
            _firm, made = begin_here(**given, password=password, digest=typed)
        except Begun:
            raise
        except DomainError as error:
            show_beside(form, error)
        else:
            with identity():
                login(request, authenticate(request, email=made.email, password=password))
            request.session.pop(TYPED, None)
            messages.success(request, _("Your installation has begun. This page leads you through the first days."))
            return redirect("joining:start")
    return _show(request, form, state="firm")


def _show(request: HttpRequest, form: Form, *, state: str) -> HttpResponse:
    context = {"form": form, "state": state}
    return render(request, "joining/begin.html", context, status=422 if request.method == "POST" else 200)
