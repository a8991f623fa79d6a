from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES

from .models import Part


def relation_choices(relations: Iterable[Any]) -> list[tuple[int, str]]:
    return [(r.pk, f"{r.supplier.name} · {r.vendor_code}") for r in relations]


class NewPartForm(forms.Form):
    """A part of one's own, agreed with one supplier in the same step or later."""

    relation = forms.ChoiceField(label=_("Supplier"), required=False)
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
        self.fields["relation"].choices = [("", _("Agreed later")), *relation_choices(relations)]
        if not relations:  # nobody to agree a price with yet
            for name in ("relation", "supplier_number", "unit_price"):
                self.fields[name].widget = forms.HiddenInput()
        if self.data.get("confirmed"):
            self.ask_whether_meant()

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if not asked.get("relation"):
            for name in ("unit_price", "supplier_number"):
                if asked.get(name):
                    self.add_error(name, _("This is agreed with a supplier: choose the supplier, or leave it empty."))
        return asked

    def ask_whether_meant(self) -> None:
        """Show the box that says so; without the question nobody sees it."""
        self.fields["confirmed"].widget = forms.CheckboxInput()


CODE, NAME = Characters("code"), Characters("name")


class PartForm(forms.Form):
    """What a firm says of its own part."""

    number = forms.CharField(label=_("Part number"), max_length=60, validators=[CODE])
    revision = forms.CharField(label=_("Revision"), max_length=20, validators=[CODE], required=False)
    name = forms.CharField(label=_("Name"), max_length=200, validators=[NAME])
    name_en = forms.CharField(label=_("English name"), max_length=200, validators=[NAME], required=False)
    specification = forms.CharField(label=_("Specification"), max_length=300, validators=[NAME], required=False)
    drawing_number = forms.CharField(label=_("Drawing number"), max_length=60, validators=[CODE], required=False)
    unit = forms.ChoiceField(label=_("Base unit"), choices=UNIT_CHOICES)
    tracking = forms.ChoiceField(label=_("Tracking"), choices=Part.Tracking)
    is_critical = forms.BooleanField(label=_("Safety-critical"), required=False)


class MeantForm(forms.Form):
    """Asks once more where a price is hardly meant."""

    confirmed = forms.BooleanField(label=_("Yes, this price is meant"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("confirmed"):
            self.ask_whether_meant()

    def ask_whether_meant(self) -> None:
        self.fields["confirmed"].widget = forms.CheckboxInput()


class AgreedForm(MeantForm):
    """What the buyer says of a part agreed with one supplier."""

    supplier_number = forms.CharField(label=_("Supplier's number"), max_length=60, validators=[CODE], required=False)
    pack_size = forms.DecimalField(label=_("Pack size"), min_value=0, **QUANTITY_DIGITS, required=False)
    minimum_quantity = forms.DecimalField(label=_("Minimum order quantity"), min_value=0, **QUANTITY_DIGITS, required=False)
    lead_time_days = forms.IntegerField(label=_("Lead time, days"), min_value=0, max_value=1000)
    unit_price = forms.DecimalField(
        label=_("Unit price where no dated one holds"), min_value=0, max_digits=18, decimal_places=4, required=False
    )
    is_inspected = forms.BooleanField(label=_("Inspected on receipt"), required=False)

    field_order = (
        *("supplier_number", "pack_size", "minimum_quantity", "lead_time_days", "unit_price", "confirmed", "is_inspected"),
    )

    def clean_pack_size(self) -> Any:
        return self.cleaned_data["pack_size"] or None

    def clean_minimum_quantity(self) -> Any:
        return self.cleaned_data["minimum_quantity"] or None


class AgreeForm(AgreedForm):
    """An own part agreed with one more supplier."""

    relation = forms.ChoiceField(label=_("Supplier"))

    field_order = ("relation", *AgreedForm.field_order)

    def __init__(self, *args: Any, relations: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = relation_choices(relations)


class NumberForm(forms.Form):
    """The supplier's own number."""

    supplier_number = forms.CharField(label=_("Our number"), max_length=60, validators=[CODE], required=False)


class PriceForm(MeantForm):
    """A price and its days."""

    price = forms.DecimalField(label=_("Unit price"), min_value=0, max_digits=18, decimal_places=4)
    valid_from = forms.DateField(label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=_("Valid until, if it ends"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )

    field_order = ("price", "confirmed", "valid_from", "valid_until")
