"""Clusters: founded, firms invited and looked after, texts published and accepted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, page, show_beside
from apps.common.errors import DomainError
from apps.tenancy import selectors
from apps.tenancy.checks import require_act
from apps.tenancy.models import Cluster, ClusterMembership
from apps.tenancy.roles import Role
from apps.ui.answers import answer

from . import agreements, clusters, desk, firms, pasted, weeks
from .exceptions import NoSuchCluster
from .forms import AgreementForm, ClusterForm, InviteFirmForm
from .lists import ClusterList, FirmList

Kind = ClusterMembership.Kind


@require_http_methods(["GET", "POST"])
@page("manage_clusters")
def cluster_list(request: HttpRequest) -> HttpResponseBase:
    """The clusters of the firm; the form founds one."""
    form = ClusterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = clusters.found(**form.cleaned_data)
        except DomainError as error:
            show_beside(form, error)
        else:
            messages.success(request, _("%(cluster)s is founded. Now invite its firms.") % {"cluster": made})
            return redirect("joining:cluster", made.pk)
    is_office = Role.COORDINATOR in selectors.roles_in_use()
    status = 422 if request.method == "POST" else 200
    found = ClusterList(request.GET)
    return answer(request, found, "joining/clusters.html", status=status, form=form, is_office=is_office)


@page("manage_clusters")
def cluster(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far each firm has come, and its next step."""
    address = request.GET.copy()
    address["cluster"] = str(pk)
    found = FirmList(address)
    context = {
        "cluster": found.cluster,
        "funnel": desk.funnel(found.firms),
        "count": len(found.firms),
        "weeks": partial(weeks.of, pk),  # a part of the list alone does not show them
    }
    return answer(request, found, "joining/cluster.html", **context)


def _kinds(found: Cluster) -> list[str]:
    """A led cluster without a lead asks for it first."""
    needs_lead = found.kind == Cluster.Kind.LED and found.lead_id is None
    return [str(Kind.LEAD), str(Kind.SUPPLIER)] if needs_lead else [str(Kind.SUPPLIER)]


@require_http_methods(["GET", "POST"])
@page("manage_clusters")
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """One firm or a list; a list with one bad row invites nobody, names every bad row and stays on the page."""
    found = clusters.managed(pk).cluster
    is_led = found.kind == Cluster.Kind.LED
    form = InviteFirmForm(
        request.POST or None, kinds=_kinds(found), is_led=is_led, initial={"language": request.user.language}
    )
    faults: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = pasted.read(given["rows"])
        if not given["rows"].strip():
            asked = [firms.Asked(given["number"], given["email"], given["name"], given.get("vendor_code", ""))]
        options = {"kind": given["kind"], "language": given["language"]}
        invited, error = attempt(firms.invite_firms, cluster_id=pk, firms=asked, **options)
        if error is None:
            count = len(invited)
            told = ngettext("%(n)s firm is invited by mail.", "%(n)s firms are invited by mail.", count) % {"n": count}
            messages.success(request, told)
            return redirect("joining:cluster", pk)
        faults = _tell(form, error)
    context = {"cluster": found, "form": form, "faults": faults, "trades": is_led and found.lead_id is not None}
    return render(request, "joining/invite.html", context, status=422 if request.method == "POST" else 200)


def _tell(form: InviteFirmForm, error: DomainError) -> list[dict[str, Any]]:
    """Refusals of rows are a list of their own; what is about a field stands there."""
    rows = [one for one in (error, *error.others) if one.place.startswith("rows[")]
    for one in (error, *error.others):
        if one not in rows:
            show_beside(form, one)
    if rows:
        count = len(rows)
        text = ngettext(
            "%(n)s row cannot be invited; nobody was invited.", "%(n)s rows cannot be invited; nobody was invited.", count
        )
        form.add_error("rows", text % {"n": count})
    rows.sort(key=lambda one: _line(one.place))
    return [{"line": _line(one.place), "value": one.value, "words": one.words} for one in rows]


def _line(place: str) -> int:
    return int(place[5:].partition("]")[0])


@require_POST
@page("manage_clusters")
def remind_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Every firm that has a next step and was not written to within a day."""
    count = len(firms.remind(cluster_id=pk))
    told = ngettext("%(n)s firm is written to.", "%(n)s firms are written to.", count) % {"n": count}
    messages.success(request, told if count else _("Every firm has been written to within a day."))
    return redirect("joining:cluster", pk)


def _button(act: Callable[[int, int], Any], text: Any) -> Callable[..., HttpResponseBase]:
    @require_POST
    @page("manage_clusters")
    def run(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
        clusters.managed(pk)
        _done, error = attempt(act, pk=pk, invitation=invitation)
        if error is not None and error.status == 404:
            raise error
        if error is None:
            messages.success(request, text)
        else:
            messages.error(request, error.words)
        return redirect("joining:cluster", pk)

    return run


remind = _button(
    lambda pk, invitation: firms.remind(cluster_id=pk, invitation_ids=[invitation]), gettext_lazy("A mail goes to the firm.")
)
resend = _button(lambda pk, invitation: firms.resend(invitation_id=invitation), gettext_lazy("A new link goes to the firm."))
revoke = _button(
    lambda pk, invitation: firms.revoke(invitation_id=invitation), gettext_lazy("The invitation is taken back.")
)


@require_http_methods(["GET", "POST"])
@page("view_members")
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts as they are now; an administrator accepts those that are new."""
    found = selectors.clusters().filter(pk=pk).first()
    if found is None:
        raise NoSuchCluster(place="cluster", value=pk)
    if request.method == "POST":
        require_act("accept_agreements")
        hashes = request.POST.getlist("accept")
        _done, error = attempt(agreements.accept, cluster_id=pk, hashes=hashes, person=request.user)
        if error is None:
            messages.success(request, _("The texts are accepted for your firm."))
            return redirect("joining:texts", pk)
        messages.error(request, error.words)
    waiting = {text.pk for text in agreements.unaccepted(pk)}
    rows = [(text, text.pk in waiting) for text in agreements.current(pk)]
    is_managed = selectors.manages().filter(cluster_id=pk).exists()
    context = {"cluster": found, "rows": rows, "waiting": waiting, "is_managed": is_managed}
    return render(request, "joining/texts.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@page("manage_clusters")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of a text, written from the present one."""
    found = clusters.managed(pk).cluster
    present = {text.kind: text for text in agreements.current(pk)}
    chosen = present.get(request.GET.get("kind", ""))
    initial: dict[str, Any] = {}
    if chosen:
        text, text_en = agreements.without_frequencies(chosen)
        initial = {"kind": chosen.kind, "text": text, "text_en": text_en}
        initial |= {f"every_{name}": days for name, days in chosen.frequencies.items()}
    form = AgreementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = agreements.publish(cluster_id=pk, **form.given)
        agreements.tell(made)
        told = _("Version %(version)s is published; every firm is asked again.") % {"version": made.version}
        messages.success(request, told)
        return redirect("joining:texts", pk)
    return render(
        request, "joining/publish.html", {"cluster": found, "form": form}, status=422 if request.method == "POST" else 200
    )
