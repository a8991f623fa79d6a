"""Pages of training together."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.pages import act_view, attempt, page, show_beside
from apps.common.typed import whole
from apps.tenancy.scope import require_scope
from apps.ui.answers import answer
from apps.ui.listing import Listing
from federated.agreed.contracts import read_contract
from federated.agreed.errors import InvalidContract
from federated.sheets.errors import SheetError

from . import cards, comparing, pages, selectors, services
from .exceptions import NotComparable
from .forms import ContractForm, FederationForm, InviteForm, ProgrammeForm, typed
from .lists import FederationList, ModelList, RunList
from .pasted_heads import is_head_line, lines_of_file, lines_of_heads, refusal_of


@require_GET
@page("view_learning")
def home(request: HttpRequest) -> HttpResponse:
    """What there is, what waits for this firm, and the latest runs."""
    context = {
        "to_approve": selectors.contracts_to_approve(),
        "lists": [RunList({}), FederationList({}), ModelList({})],
        "can_manage": "manage_learning" in require_scope().acts and selectors.cluster_choices(),
    }
    return render(request, "learning/home.html", context)


def _list(kind: type[Listing]) -> Callable[..., HttpResponseBase]:
    """The page of one list alone."""

    @require_GET
    @page("view_learning")
    def run(request: HttpRequest) -> HttpResponseBase:
        return answer(request, kind(request.GET), "learning/list.html")

    return run


runs, federations, models = map(_list, (RunList, FederationList, ModelList))


@require_http_methods(["GET", "POST"])
@page("manage_learning")
def new_federation(request: HttpRequest) -> HttpResponse:
    form = FederationForm(request.POST or None, clusters=selectors.cluster_choices())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made, error = attempt(services.create_federation, cluster_id=data["cluster"], name=data["name"])
        if error is None:
            messages.success(request, _("%(name)s is set up. Invite its sites.") % {"name": made.name})
            return redirect("learning:federation", made.pk)
        show_beside(form, error)
    return render(request, "learning/new_federation.html", {"form": form}, status=422 if request.method == "POST" else 200)


@require_GET
@page("view_learning")
def federation(request: HttpRequest, pk: int) -> HttpResponse:
    return _federation(request, selectors.federation(pk))


def _federation(
    request: HttpRequest, found, *, secret=None, invite_form=None, programme_form=None, status=200
) -> HttpResponse:
    is_office = found.office_id in require_scope().organization_ids and "manage_learning" in require_scope().acts
    latest = {version.programme_id: version for version in selectors.latest_contracts()}
    context = {
        "federation": found,
        "nodes": [pages.node_look(node) for node in selectors.nodes(found.pk)],
        "programmes": [(programme, latest.get(programme.pk)) for programme in selectors.programmes(found.pk)],
        "is_office": is_office,
        "invite_form": invite_form or InviteForm(sites=selectors.sites_to_invite(found)) if is_office else None,
        "programme_form": programme_form or ProgrammeForm() if is_office else None,
        "address": request.build_absolute_uri(f"/training/join/{secret}") if secret else "",
    }
    return render(request, "learning/federation.html", context, status=status)


@require_POST
@page("manage_learning")
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.federation(pk)
    form = InviteForm(request.POST, sites=selectors.sites_to_invite(found))
    if form.is_valid():
        node, error = attempt(services.invite_site, federation_id=pk, site_id=form.cleaned_data["site"])
        if error is None:
            messages.success(request, _("%(name)s is invited; its administrator creates the token.") % {"name": node.name})
            return redirect("learning:federation", pk)
        form.add_error(None, error.words)
    return _federation(request, found, invite_form=form, status=422)


@require_POST
@page("manage_learning")
def new_programme(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = selectors.federation(pk), ProgrammeForm(request.POST)
    if form.is_valid():
        _made, error = attempt(services.create_programme, federation_id=pk, **form.cleaned_data)
        if error is None:
            return redirect("learning:federation", pk)
        form.add_error("name", error.words)
    return _federation(request, found, programme_form=form, status=422)


@require_POST
@page("approve_contract")
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time token, shown once on the federation's page."""
    secret = services.issue_token(node_id=pk)
    node = selectors.nodes().get(pk=pk)
    return _federation(request, selectors.federation(node.federation_id), secret=secret)


def _node_act(service, text) -> Callable[..., HttpResponseBase]:
    @require_POST
    @page("manage_learning")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        node, error = attempt(service, node_id=pk)
        if error is not None:
            if error.status == 404:
                raise error
            messages.error(request, error.words)
            return redirect("learning:home")
        messages.success(request, text % {"name": node.name})
        return redirect("learning:federation", node.federation_id)

    return run


suspend = _node_act(services.suspend_site, gettext_lazy("%(name)s is suspended; the gateway refuses it within seconds."))
readmit = _node_act(services.readmit_site, gettext_lazy("%(name)s may train again."))


@require_http_methods(["GET", "POST"])
@page("manage_learning")
def new_contract(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a programme's contract, starting from the present one."""
    latest = selectors.contracts().filter(programme_id=pk).first()
    agreed = read_contract(latest.document) if latest else None
    act = request.POST.get("act", "")
    if act == "take":
        return _take_columns(request, latest)
    form = ContractForm(request.POST or None, request.FILES or None, initial=typed(agreed) if agreed else None)
    context: dict[str, Any] = {"form": form, "latest": latest}
    if request.method == "POST" and form.is_valid():
        service = services.draft_contract if act == "look" else services.publish_contract
        made, error = attempt(service, programme_id=pk, document=form.document(agreed))
        if error is None and act == "look":
            return render(request, "learning/new_contract.html", context | {"plain": pages.read_back(made)})
        if error is None:
            return redirect("learning:contract", made.pk)
        if error.status == 404:
            raise error
        form.add_error(*refusal(form, error))
    return render(request, "learning/new_contract.html", context, status=422 if request.method == "POST" else 200)


def _take_columns(request: HttpRequest, latest: Any) -> HttpResponse:
    """The form again, with the columns of a file or of a pasted head row in it, or all of a contract as a file."""
    values, file = request.POST.dict(), request.FILES.get("table")
    error = ""
    try:
        if file is not None and file.name.lower().endswith(".json"):
            values |= typed(read_contract(json.loads(file.read())))
        elif file is not None or is_head_line(values.get("features", "")):
            lines, label = lines_of_file(file.read(), file.name) if file else lines_of_heads(values["features"])
            values |= {"features": "\n".join(lines)} | ({"label": label} if label else {})
        else:
            error = _("Choose a file, or paste the head row of a table into the features.")
    except SheetError as found:
        error = refusal_of(found)
    except (ValueError, InvalidContract) as found:
        error = _("This is no contract as a file: %(text)s") % {"text": found}
    if error:
        form = ContractForm(values)
        form.full_clean()
        form.errors.clear()
        form.add_error("table", error)
    else:
        form = ContractForm(initial=values)
    return render(request, "learning/new_contract.html", {"form": form, "latest": latest}, status=422 if error else 200)


def refusal(form, error) -> tuple[str | None, str]:
    """The field that a refused contract names, and what to say there."""
    field = error.place.split(".")[1] if "." in error.place else ""
    if field in form.fields:
        return field, f"{error.facts.get('reason', error.message)} {error.remedy}"
    return None, f"{error.place}: {error.facts.get('reason', error.message)} {error.remedy}"


@require_GET
@page("view_learning")
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    version = selectors.contract(pk)
    if request.GET.get("as") == "file":
        name = f"contract-{version.hash[:12]}.json"
        return JsonResponse(version.document, headers={"Content-Disposition": f'attachment; filename="{name}"'})
    scope = require_scope()
    is_office = version.office_id in scope.organization_ids
    asked = selectors.asked_sites(version)
    own = [consent for node, consent in asked if node.organization_id in scope.organization_ids]
    mine = [consent for consent in own if consent]
    context = {
        **(facts := pages.contract_facts(version)),
        "plain": pages.read_back(facts["contract"]),
        "federation": version.programme.federation,
        "is_office": is_office and "manage_learning" in scope.acts,
        "is_agreed": any(c and (c.approved_at or c.signed_at) for _node, c in asked),
        "sites": [pages.consent_looks(version, node, consent) for node, consent in asked],
        "has_sites": bool(own),
        "is_approved": bool(mine) and all(c.approved_at and not c.withdrawn_at for c in mine),
        "ready": selectors.ready_sites(version) if is_office else None,
    }
    return render(request, "learning/contract.html", context)


take_back = act_view(
    "manage_learning",
    services.take_contract_back,
    gettext_lazy("Version %(number)s was taken back; every firm is told."),
    argument="contract_id",
    page_name="learning:contract",
)


@require_POST
@page("approve_contract")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    count, error = attempt(services.approve_contract, contract_id=pk)
    if error is not None:
        if error.status == 404:
            raise error
        messages.error(request, error.words)
        return redirect("learning:contract", pk)
    text = _("Approved for %(n)s of your sites. Each factory still countersigns: dure-factory approve") % {"n": count}
    messages.success(request, text)
    return redirect("learning:contract", pk)


@require_POST
@page("approve_contract")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    services.withdraw_approval(contract_id=pk)
    messages.success(request, _("Withdrawn. Your sites are not asked under this contract any more."))
    return redirect("learning:contract", pk)


@require_POST
@page("manage_learning")
def start(request: HttpRequest, pk: int) -> HttpResponse:
    run_started, error = attempt(services.start_run, contract_id=pk)
    if error is None:
        return redirect("learning:run", run_started.pk)
    if error.status == 404:
        raise error
    messages.error(request, error.words)
    return redirect("learning:contract", pk)


@require_GET
@page("view_learning")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The live page; `?part=panel` is what a signal fetches again."""
    found = selectors.run(pk)
    scope = require_scope()
    is_office = found.office_id in scope.organization_ids and "manage_learning" in scope.acts
    context = {**pages.run_context(found), "is_office": is_office}
    template = "learning/run.html#panel" if request.GET.get("part") == "panel" else "learning/run.html"
    return render(request, template, context)


@require_GET
@page("view_learning")
def compare(request: HttpRequest) -> HttpResponse:
    """Runs of one programme beside each other."""
    ids = [pk for raw in request.GET.getlist("run") if (pk := whole(raw))]
    try:
        found = selectors.runs_to_compare(ids)
    except NotComparable as error:
        messages.error(request, error.words)
        return redirect("learning:runs")
    return render(request, "learning/compare.html", comparing.context(found))


def _run_act(service, text) -> Callable[..., HttpResponseBase]:
    return act_view("manage_learning", service, text, argument="run_id", page_name="learning:run")


pause = _run_act(services.pause_run, gettext_lazy("Run %(number)s pauses after this round."))
resume = _run_act(services.resume_run, gettext_lazy("Run %(number)s goes on after its last good round."))
stop = _run_act(services.stop_run, gettext_lazy("Run %(number)s is being stopped."))


@require_GET
@page("view_learning")
def certificate(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """What a run brought one own site, in words first."""
    return render(request, "learning/certificate.html", cards.certificate_context(selectors.certificate(pk, site)))


@require_GET
@page("view_learning")
def model(request: HttpRequest, pk: int) -> HttpResponse:
    """The model card."""
    found = selectors.model(pk)
    scope = require_scope()
    is_office = found.office_id in scope.organization_ids and "manage_learning" in scope.acts
    return render(request, "learning/model.html", {**cards.model_context(found), "is_office": is_office})


release = act_view(
    "manage_learning",
    services.release_model,
    gettext_lazy("Model %(number)s is released; factories may score with it."),
    argument="model_id",
    page_name="learning:model",
)
measure = act_view(
    "manage_learning",
    services.measure_contributions,
    gettext_lazy("Runs without one site each are queued; they train one after another."),
    argument="model_id",
    page_name="learning:model",
)
retire = act_view(
    "manage_learning",
    services.retire_model,
    gettext_lazy("Model %(number)s is rolled back; factories use the one before it."),
    argument="model_id",
    page_name="learning:model",
)
