"""Sign-in, the own account, the firm's people, and keys for programs."""

from functools import partial

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.tenancy.roles import Role
from apps.tenancy.scope import identity, require_scope

from . import selectors, services
from .forms import PersonForm, SettingsForm, SignInForm, TokenForm
from .identities import change_person
from .pages import attempt, page


class SignInView(auth_views.LoginView):
    """E-mail and password; five wrong tries lock this address from this place for a quarter of an hour."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        user = form.get_user()
        change_person(user.pk, last_login=timezone.now())
        return super().form_valid(form)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response


def locked_out(request, *args, **kwargs):
    """Answer of the rate limit."""
    text = _("Too many wrong tries. Wait 15 minutes, or ask your administrator for a new password.")
    form = SignInForm(request)
    return render(request, "accounts/sign_in.html", {"form": form, "locked": text}, status=429)


@require_POST
def sign_out(request):
    """End the session in this browser; its other tabs and their sockets follow."""
    if request.user.is_authenticated:
        # Until the commit another request may have read the old row back into the cache.
        transaction.on_commit(partial(request.session._cache.delete, request.session.cache_key))
    logout(request)
    return redirect("accounts:sign-in")


@require_POST
@page()
def switch(request):
    """Act for another firm the person belongs to."""
    wanted = request.POST.get("organization", "")
    known = {str(pk) for pk, _name, _name_en in request.door.organizations}
    if wanted in known:
        request.session["organization_id"] = int(wanted)
        request.session.cycle_key()
    return redirect("web:today")


@require_http_methods(["GET", "POST"])
@page()
def settings(request):
    changes_password = "new_password1" in request.POST
    form = SettingsForm(None if changes_password else request.POST or None, instance=request.user)
    password_form = PasswordChangeForm(request.user, request.POST if changes_password else None)
    if changes_password and password_form.is_valid():
        with identity():
            update_session_auth_hash(request, password_form.save())
        messages.success(request, _("Your password has been changed; other devices are signed out."))
        return redirect("accounts:settings")
    if request.method == "POST" and form.is_valid():
        change_person(request.user.pk, **form.cleaned_data)
        messages.success(request, _("Your settings have been saved."))
        return redirect("accounts:settings")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "password_form": password_form, "roles": _role_labels(request.door.roles)}
    return render(request, "accounts/settings.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page("manage_tokens")
def tokens(request):
    form = TokenForm(request.POST or None, acts=sorted(require_scope().acts))
    secret = None
    if request.method == "POST" and form.is_valid():
        created, error = attempt(services.create_token, **form.cleaned_data)
        if error is None:
            secret = created[1]
            form = TokenForm(acts=sorted(require_scope().acts))
        else:
            form.add_error(None, f"{error.message} {error.remedy}")
    status = 422 if request.method == "POST" and secret is None else 200
    context = {"form": form, "secret": secret, "tokens": selectors.own_tokens(), "now": timezone.now()}
    return render(request, "accounts/tokens.html", context, status=status)


@require_POST
@page("manage_tokens")
def revoke_token(request, pk):
    services.revoke_token(token_id=pk)
    messages.success(request, _("The token has been revoked."))
    return redirect("accounts:tokens")


@require_http_methods(["GET", "POST"])
@page("manage_people")
def people(request):
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _added, error = attempt(_add_person, **form.cleaned_data)
        if error is None:
            messages.success(request, _("%(name)s can sign in now.") % {"name": form.cleaned_data["name"]})
            return redirect("accounts:people")
        form.add_error(error.place if error.place in form.fields else None, f"{error.message} {error.remedy}")
    roles = selectors.roles_by_user()
    rows = [(row, _role_labels(roles.get(row.user_id, ()))) for row in selectors.colleagues()]
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/people.html", {"rows": rows, "form": form}, status=status)


def _add_person(*, name, email, title, password, roles):
    user = services.find_or_create_person(email=email, name=name, password=password)
    services.add_person(organization_id=require_scope().organization_id, user=user, roles=roles, title=title)


def _role_labels(roles):
    return [str(Role(role).label) for role in sorted(roles)]
