"""Sign-in, passwords and sessions: allauth's views behind our addresses and templates, as the role app_identity."""

from typing import Any

from allauth.account import views as allauth
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic.edit import FormView

from apps.tenancy.scope import identity

from . import addresses, tablets
from .adapter import LOCKED
from .devices import remember_device
from .exceptions import OtherAccount
from .idempotency import answer_once
from .identity_forms import AddressForm, ChangePasswordForm, NewPasswordForm, ResetForm, SignInForm
from .pages import page
from .rights import end_rights
from .user_agents import device_name


class IdentityView(FormView):
    """In one transaction of app_identity; an answer of 400 or more rolls back, as everywhere."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with identity(), transaction.atomic("identity"):
            response = super().dispatch(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
            if response.status_code >= 400:
                transaction.set_rollback(True, using="identity")
        return response

    def form_invalid(self, form) -> HttpResponseBase:
        is_locked = any(error.code == LOCKED for error in form.non_field_errors().as_data())
        return self.render_to_response(self.get_context_data(form=form), status=429 if is_locked else 422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without allauth's, which would want its own addresses for sign-up and sign-in."""
        return {"next": get_next_redirect_url(self.request) or "", **FormView.get_context_data(self, **kwargs)}


class SignInView(IdentityView, allauth.LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A shared tablet leads back to its people."""
        return {"is_tablet": tablets.COOKIE in self.request.COOKIES, **super().get_context_data(**kwargs)}


class ResetView(IdentityView, allauth.PasswordResetView):
    """The same answer and a mail either way: who has an account here is nobody's business."""

    form_class = ResetForm
    template_name = "accounts/reset.html"
    success_url = reverse_lazy("accounts:reset-sent")

    def form_valid(self, form) -> HttpResponse:
        return answer_once(self.request, lambda: super(ResetView, self).form_valid(form), again=redirect(self.success_url))


class NewPasswordView(IdentityView, allauth.PasswordResetFromKeyView):
    form_class = NewPasswordForm
    template_name = "accounts/new_password.html"
    success_url = reverse_lazy("accounts:sign-in")

    def render_to_response(self, context, **kwargs: Any) -> HttpResponse:
        if self.reset_user is None:
            kwargs["status"] = 410
        return super().render_to_response({**context, "is_dead": self.reset_user is None}, **kwargs)

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password has been changed; other devices are signed out."))
        return response


class ChangePasswordView(IdentityView, allauth.PasswordChangeView):
    form_class = ChangePasswordForm
    template_name = "accounts/password.html"

    def form_valid(self, form) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, _("Your password has been changed; other devices are signed out."))
        return response


class ChangeAddressView(IdentityView):
    """The same answer whether anybody has the address: who does is told in their mailbox."""

    form_class = AddressForm
    template_name = "accounts/address.html"
    success_url = reverse_lazy("accounts:settings")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Counted before anything is said: the tries of the person, and those for one mailbox."""
        key = request.POST.get("email", "").strip().lower() or str(request.user.pk)
        return ratelimit.consume_or_429(request, action="change_address", key=key) or super().post(request)

    def form_valid(self, form) -> HttpResponse:
        address = form.cleaned_data["email"]
        addresses.ask_to_change(self.request.user.pk, address=address)
        messages.success(
            self.request,
            _("A link goes to %(address)s. Until you use it, you sign in with the present address.") % {"address": address},
        )
        return super().form_valid(form)


@require_http_methods(["GET", "POST"])
@page()
def confirm_address(request: HttpRequest, token) -> HttpResponse:
    """Where the link to a new address leads. Reading changes nothing: mail filters open links."""
    try:
        address = addresses.asked_address(token, request.user)
    except OtherAccount as error:
        return render(request, "accounts/other_account.html", {"error": error}, status=error.status)
    if request.method == "GET":
        return render(request, "accounts/confirm_address.html", {"address": address})
    person = addresses.change(token, user_id=request.user.pk, session_key=request.session.session_key)
    messages.success(request, _("You sign in with %(address)s from now on.") % {"address": person.email})
    response = redirect("accounts:settings")
    remember_device(request, response, person.email)
    return response


@require_GET
def reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/reset_sent.html")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session in this browser; its other tabs and their sockets follow."""
    person = request.user.pk
    with identity():
        if person is not None:
            UserSession.objects.filter(session_key=request.session.session_key).delete()
        logout(request)
        if person is not None:
            end_rights(person)  # now that the session is gone; Django's signal comes before
    response = redirect("accounts:sign-in")
    response.headers["Clear-Site-Data"] = '"storage"'  # what was typed and never sent, on a machine that others use
    return response


@require_http_methods(["GET", "POST"])
@page()
def sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in; one or all others can be ended. Each end counts at once, so no transaction."""
    with identity():
        UserSession.objects.create_from_request(request)  # this session is listed however it was opened
        found = UserSession.objects.purge_and_list(request.user)
        others = [session for session in found if not session.is_current()]
        if request.method == "POST":
            chosen = request.POST.get("session")
            ended = [session for session in others if chosen is None or str(session.pk) == chosen]
            get_adapter().end_sessions(ended)
            end_rights(request.user.pk)
            messages.success(request, _("Signed out there."))
            return redirect("accounts:sessions")
    found.sort(key=lambda session: (not session.is_current(), -session.last_seen_at.timestamp()))
    rows = [(session, device_name(session.user_agent), session.is_current()) for session in found]
    return render(request, "accounts/sessions.html", {"rows": rows, "others": others})
