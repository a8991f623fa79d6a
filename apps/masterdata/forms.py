from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.common.units import UNIT_CHOICES


class NewPartForm(forms.Form):
    """A part of one's own, agreed with one supplier in the same step."""

    relation = forms.ChoiceField(label=_("Supplier"))
    number = forms.CharField(label=_("Part number"), max_length=60, validators=[Characters("code")])
    name = forms.CharField(label=_("Name"), max_length=200, validators=[Characters("name")])
    name_en = forms.CharField(label=_("English name"), max_length=200, validators=[Characters("name")], required=False)
    supplier_number = forms.CharField(
        label=_("Supplier's number"), max_length=60, validators=[Characters("code")], required=False
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_CHOICES)
    unit_price = forms.DecimalField(label=_("Unit price"), min_value=0, max_digits=18, decimal_places=4, required=False)
    confirmed = forms.BooleanField(label=_("Yes, this price is meant"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, relations=(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = [(r.pk, f"{r.supplier.name} · {r.vendor_code}") for r in relations]
        if self.data.get("confirmed"):
            self.ask_whether_meant()

    def ask_whether_meant(self) -> None:
        """Show the box that says so; without the question nobody sees it."""
        self.fields["confirmed"].widget = forms.CheckboxInput()
