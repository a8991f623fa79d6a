"""Pages of the own sites."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, log_of, page, show_beside
from apps.tenancy import selectors as tenancy
from apps.tenancy import sites as services
from apps.tenancy.checks import require_act
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer

from .closing import close_site, uses_of
from .forms import SiteForm
from .history import look_of_site, site_history
from .lists import SiteList

NEW = {"time_zone": "Asia/Seoul", "receives": True, "ships": True, "produces": True}


def _first_values() -> dict[str, Any]:
    """A firm's first site is its plant, most often: then nothing has to be typed."""
    is_first = not tenancy.every_own_site().exists()
    return NEW | ({"code": "P1", "name": _("Main plant")} if is_first else {})


@require_http_methods(["GET", "POST"])
@page("view_partners")
def sites(request: HttpRequest) -> HttpResponseBase:
    """The own sites; the form adds one."""
    form = SiteForm(request.POST or None, initial=_first_values()) if "manage_sites" in require_scope().acts else None
    if request.method == "POST":
        require_act("manage_sites")
        if form is not None and form.is_valid():
            made, error = attempt(services.open_site, **form.cleaned_data)
            if error is None:
                messages.success(request, _("%(name)s has been added.") % {"name": made})
                return redirect("partners:sites")
            show_beside(form, error)
    status = 422 if request.method == "POST" else 200
    return answer(request, SiteList(request.GET), "partners/sites.html", status=status, form=form)


@require_http_methods(["GET", "POST"])
@page("view_partners")
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site: what it is, what keeps it open, what happened to it; administrators change it."""
    found = _site(pk)
    form = None
    if "manage_sites" in require_scope().acts and found.closed_at is None:
        initial = {name: getattr(found, name) for name in services.COLUMNS}
        form = SiteForm(request.POST or None, initial=initial)
    if request.method == "POST":
        require_act("manage_sites")
        if form is not None and form.is_valid():
            changed, error = attempt(services.change_site, site_id=pk, **form.cleaned_data)
            if error is None:
                messages.success(request, _("The changes to %(name)s have been saved.") % {"name": changed})
                return redirect("partners:site", pk)
            show_beside(form, error)
            found = _site(pk)
    changes, deeds = site_history(found)
    context = {
        "site": found,
        "form": form,
        "uses": uses_of(found) if form is not None else [],
        "can": require_scope().acts,
        "history": log_of(changes, tenancy.own_organization(), look_of_site, deeds),
    }
    return render(request, "partners/site.html", context, status=422 if request.method == "POST" else 200)


def _site(pk: int) -> Site:
    found = tenancy.every_own_site().filter(pk=pk).first()
    if found is None:
        raise UnknownOwnSite(place="site", value=pk)
    return found


def _button(service: Any, text: Any) -> Any:
    @require_POST
    @page("manage_sites")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        done, error = attempt(service, site_id=pk)
        if error is not None and error.status == 404:
            raise error
        if error is None:
            messages.success(request, text % {"name": done})
        else:
            messages.error(request, error.words)
        return redirect("partners:site", pk)

    return run


close = _button(close_site, gettext_lazy("%(name)s has been closed."))
reopen = _button(services.reopen_site, gettext_lazy("%(name)s is open again."))
