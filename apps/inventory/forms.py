from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.common.units import QUANTITY_DIGITS
from apps.masterdata.forms import MeantForm

from .models import COUNTED


class CountForm(MeantForm):
    """One counted heap."""

    site = forms.ChoiceField(label=_("Site"))
    part = forms.ChoiceField(label=_("Part"))
    quantity = forms.DecimalField(label=_("Counted"), min_value=0, **QUANTITY_DIGITS)
    status = forms.ChoiceField(label=_("Status"), choices=[(status.value, status.label) for status in COUNTED])
    lot = forms.CharField(label=_("Lot"), max_length=60, validators=[Characters("code")], required=False)

    confirmed = forms.BooleanField(
        label=_("Yes, what is questioned above is meant"), required=False, widget=forms.HiddenInput
    )

    field_order = ("site", "part", "quantity", "confirmed", "status", "lot")

    def __init__(self, *args: Any, sites=(), parts=(), own_parts=(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(site.pk, str(site)) for site in sites]
        agreed = [(str(part.pk), f"{part.buyer_number} · {part.label}") for part in parts]
        own = [(f"own-{part.pk}", f"{part.number} · {part.label}") for part in own_parts]
        self.fields["part"].choices = [*agreed, (_("Own parts"), own)] if own else agreed
