from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.common.units import QUANTITY_DIGITS

from .models import StockStatus


class CountForm(forms.Form):
    """One counted heap."""

    site = forms.ChoiceField(label=_("Site"))
    part = forms.ChoiceField(label=_("Part"))
    quantity = forms.DecimalField(label=_("Counted"), min_value=0, **QUANTITY_DIGITS)
    status = forms.ChoiceField(label=_("Status"), choices=StockStatus)
    lot = forms.CharField(label=_("Lot"), max_length=60, validators=[Characters("code")], required=False)

    def __init__(self, *args: Any, sites=(), parts=(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(site.pk, str(site)) for site in sites]
        self.fields["part"].choices = [(part.pk, f"{part.buyer_number} · {part.label}") for part in parts]
