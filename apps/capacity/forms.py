from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES

from .models import GroupKind

FIRST_UNITS = ("H87", "HUR")


def _units() -> list[tuple[str, Any]]:
    """Pieces and hours first."""
    return sorted(UNIT_CHOICES, key=lambda pair: FIRST_UNITS.index(pair[0]) if pair[0] in FIRST_UNITS else 9)


class AgreeForm(forms.Form):
    """So much of a group a week, for one customer."""

    relation = forms.TypedChoiceField(label=_("Customer"), coerce=int)
    quantity = forms.DecimalField(label=_("Capacity a week"), min_value=0, **QUANTITY_DIGITS)
    first_week = forms.DateField(
        label=_("From the week of"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Any day of the week.")
    )
    last_week = forms.DateField(
        label=_("To the week of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: until somebody ends it."),
        required=False,
    )

    def __init__(self, *args: Any, customers: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = list(customers)  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """A capacity group with its parts."""

    code = forms.CharField(label=_("Code"), max_length=40, validators=[Characters("code")])
    name = forms.CharField(label=_("Name"), max_length=120, validators=[Characters("name")])
    kind = forms.ChoiceField(label=_("Kind"), choices=GroupKind)
    unit = forms.ChoiceField(label=_("Counted in"), choices=_units)
    usual = forms.DecimalField(label=_("Actual capacity of a usual week"), min_value=0, required=False, **QUANTITY_DIGITS)
    usual_maximum = forms.DecimalField(
        label=_("Maximum of a usual week"),
        help_text=_("With overtime and weekends; empty: unknown."),
        min_value=0,
        required=False,
        **QUANTITY_DIGITS,
    )
    made_for_id = forms.TypedChoiceField(
        label=_("Made for one customer alone"),
        help_text=_("That one is shown the whole capacity by its grant; every other what was agreed with it."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    parts = forms.CharField(
        label=_("Parts"),
        help_text=_("One row each: part number, and how much of this capacity one piece takes; 1, where nothing is said."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "mono", "wrap": "off", "spellcheck": "false"}),
        max_length=200_000,
        required=False,
        strip=False,
    )

    def __init__(self, *args: Any, customers: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["made_for_id"].choices = [("", _("No")), *customers]  # type: ignore[attr-defined]
        if not customers:
            del self.fields["made_for_id"]
