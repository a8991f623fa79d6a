"""The page of one trading relation: terms and who agrees to them, contacts, suspending and ending."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import attempt, log_of, page, show_beside
from apps.common.errors import DomainError
from apps.common.rooms import data_days_text
from apps.joining.agreements import usual_frequencies
from apps.tenancy.checks import side_of
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tenancy.terms import COLUMNS, Way
from apps.tower.history import TOLD, look_of_change, relation_history

from . import relations as services
from . import selectors
from .forms import ContactForm, TermsForm
from .lists import state_of
from .models import IS_OPEN


@require_GET
@page("view_partners")
def relation(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, selectors.relation(pk))


def _shown(
    request: HttpRequest,
    found: TradingRelation,
    *,
    terms: TermsForm | None = None,
    contact: ContactForm | None = None,
) -> HttpResponse:
    own_id, acts = require_scope().organization_id, require_scope().acts
    is_buyer = side_of(found) is Side.BUYER
    partner = found.supplier if is_buyer else found.buyer
    proposal = selectors.proposals().filter(IS_OPEN, relation_id=found.pk).first()
    may_change = "manage_relations" in acts and found.ended_at is None
    contacts = list(selectors.contacts().filter(relation_id=found.pk))
    changes, deeds = relation_history(found)
    context = {
        "relation": found,
        "partner": partner,
        "is_buyer": is_buyer,
        "state": state_of(found),
        "is_own_suspension": bool(getattr(found, services.SUSPENDED[side_of(found) or Side.BUYER])),
        "proposal": proposal,
        "differences": _differences(found, proposal) if proposal else [],
        "is_own_proposal": proposal is not None and proposal.asker_id == own_id,
        "terms": (terms or TermsForm.of(found, usual_frequencies())) if may_change and proposal is None else None,
        "opens_terms": terms is not None,
        "data_days": data_days_text(found.data_days),
        "versions": list(selectors.versions(found.pk)[:20]),
        "ours": [row for row in contacts if row.firm_id == own_id],
        "theirs": [row for row in contacts if row.firm_id != own_id],
        "contact": (contact or ContactForm()) if "manage_relations" in acts else None,
        "may_change": may_change,
        "can": acts,
        "history": log_of(changes, partner, look_of_change, deeds),
    }
    return render(request, "partners/relation.html", context, status=422 if request.method == "POST" else 200)


def _differences(found: TradingRelation, proposal: Any) -> list[tuple[Any, str, str]]:
    """What a proposal would change: word, now, then."""
    told = TOLD[TradingRelation]
    return [
        (told[name], _value(name, getattr(found, name)), _value(name, getattr(proposal, name)))
        for name in COLUMNS
        if getattr(found, name) != getattr(proposal, name)
    ]


def _value(name: str, value: Any) -> str:
    if name == "over_tolerance":
        return f"{(value * 100).normalize():f}"
    if name == "data_days":
        return data_days_text(value) or "—"
    if name == "way":
        return str(Way(value).label)
    return "—" if value in (None, "") else str(value)


@require_POST
@page("manage_relations")
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose other terms; nothing changes before the other side's yes."""
    found = selectors.relation(pk)
    form = TermsForm(request.POST)
    if form.is_valid():
        _done, error = attempt(services.propose_terms, relation_id=pk, **form.terms())
        if error is None:
            messages.success(request, _("Your proposal has been sent. The terms of now hold until it is accepted."))
            return redirect("partners:relation", pk)
        show_beside(form, error)
    return _shown(request, found, terms=form)


@require_POST
@page("manage_relations")
def add_contact(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.relation(pk)
    form = ContactForm(request.POST)
    if form.is_valid():
        _done, error = attempt(services.add_contact, relation_id=pk, **form.cleaned_data)
        if error is None:
            messages.success(request, _("The contact has been added."))
            return redirect("partners:relation", pk)
        show_beside(form, error)
    return _shown(request, found, contact=form)


def _button(service: Any, argument: str, text: Any, of: str = "pk") -> Any:
    """One service, then the page again."""

    @require_POST
    @page("manage_relations")
    def run(request: HttpRequest, pk: int, **others: int) -> HttpResponse:
        _done, error = attempt(service, **{argument: others.get(of, pk)})
        return _told(request, pk, error, text)

    return run


def _told(request: HttpRequest, pk: int, error: DomainError | None, text: Any) -> HttpResponse:
    if error is not None and error.status in (403, 404):
        raise error
    if error is None:
        messages.success(request, text)
    else:
        messages.error(request, error.words)
    return redirect("partners:relation", pk)


accept = _button(
    services.accept_terms,
    "proposal_id",
    gettext_lazy("The terms are agreed. Orders sent from now on stand under them."),
    "proposal_pk",
)
decline = _button(services.decline_terms, "proposal_id", gettext_lazy("The proposal has been declined."), "proposal_pk")
withdraw = _button(services.withdraw_terms, "proposal_id", gettext_lazy("The proposal has been taken back."), "proposal_pk")
remove_contact = _button(services.remove_contact, "contact_id", gettext_lazy("The contact has been removed."), "contact_pk")
suspend = _button(services.suspend, "relation_id", gettext_lazy("Suspended: no new orders. Open ones go on."))
resume = _button(services.resume, "relation_id", gettext_lazy("Your firm has resumed the relation."))
end = _button(services.end, "relation_id", gettext_lazy("Ended: no new orders. Open ones go on."))
