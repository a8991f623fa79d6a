from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.units import QUANTITY_DIGITS

from .models import PlanKind


def _day(label: Any, text: Any) -> forms.DateField:
    return forms.DateField(label=label, help_text=text, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class PasteForm(forms.Form):
    """A plan from a spreadsheet."""

    site = forms.ChoiceField(label=_("Site"))
    kind = forms.ChoiceField(
        label=_("What is planned"),
        choices=[
            (PlanKind.PRODUCTION, _("Production of own parts: what goes into them is needed")),
            (PlanKind.DEMAND, _("Demand of the parts themselves")),
        ],
    )
    text = forms.CharField(
        label=_("Table"),
        help_text=_("Part numbers down, days or weeks across; or one row each: part, day, quantity, site, level."),
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "wrap": "off", "spellcheck": "false"}),
        max_length=2_000_000,
        strip=False,
    )
    firm_until = _day(_("Firm until"), _("Nothing given in these three: all of it is firm."))
    manufacture_until = _day(_("Material and manufacture until"), "")
    material_until = _day(_("Material until"), _("What lies later is forecast."))

    def __init__(self, *args: Any, sites: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(site.pk, str(site)) for site in sites]  # type: ignore[attr-defined]


class StockRuleForm(forms.Form):
    """What should lie at a site."""

    safety = forms.DecimalField(label=_("Safety stock"), min_value=0, required=False, **QUANTITY_DIGITS)
    minimum = forms.DecimalField(label=_("Minimum"), min_value=0, required=False, **QUANTITY_DIGITS)
    maximum = forms.DecimalField(label=_("Maximum"), min_value=0, required=False, **QUANTITY_DIGITS)
    is_up_to_maximum = forms.BooleanField(label=_("Below the minimum, propose to order up to the maximum"), required=False)

    def clean_safety(self) -> Decimal:
        return self.cleaned_data["safety"] or Decimal(0)


class BillForm(forms.Form):
    """Bills from a spreadsheet."""

    text = forms.CharField(
        label=_("Table"),
        help_text=_("One row each: parent, component, quantity, scrap in %, needed days before, from, until."),
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "wrap": "off", "spellcheck": "false"}),
        max_length=2_000_000,
        strip=False,
    )


class ShareForm(forms.Form):
    """The share of one supplier of a part, in percent."""

    share = forms.DecimalField(min_value=0, max_value=100, max_digits=5, decimal_places=2)
