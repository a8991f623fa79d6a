"""Offering suppliers one's days of supply, agreeing to such an offer, and ending it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.accounts.pages import attempt, page
from apps.sharing import services as sharing
from apps.sharing.pages import ended_words
from apps.tenancy.models import Grant
from apps.tenancy.selectors import relations_as_buyer

from .models import KIND


class OfferForm(forms.Form):
    """A supplier, and how precisely it is told."""

    firm = forms.TypedChoiceField(label=gettext_lazy("Supplier"), coerce=int)
    precision = forms.ChoiceField(label=gettext_lazy("How precisely"), choices=Grant.Precision.choices)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["firm"].choices = [(row.supplier_id, row.supplier.name) for row in relations_as_buyer()]  # type: ignore[attr-defined]


@require_POST
@page("manage_sharing")
def offer(request: HttpRequest) -> HttpResponse:
    form = OfferForm(request.POST)
    if form.is_valid():
        values = {"firm_id": form.cleaned_data["firm"], "precision": form.cleaned_data["precision"]}
        _made, error = attempt(sharing.propose_grant, kind=KIND, **values)
        if error is None:
            messages.success(request, _("The offer has been sent; the supplier sees days of supply when it agrees."))
        else:
            messages.error(request, error.words)
    else:
        messages.error(request, " ".join(str(words) for found in form.errors.values() for words in found))
    return redirect(f"{reverse('tower:customers')}?side=buyer")


@require_POST
@page("manage_sharing")
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    _made, error = attempt(sharing.agree_to_grant, grant_id=pk)
    if error is not None:
        raise error
    messages.success(request, _("Agreed: the customer's days of supply appear within a minute."))
    return redirect(f"{reverse('tower:customers')}?side=supplier")


@require_POST
@page("manage_sharing")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    made, error = attempt(sharing.revoke_grant, grant_id=pk)
    if error is not None or made is None:
        raise error or ValueError
    messages.success(request, ended_words(made))
    return redirect("tower:customers")
