from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.planning.models import Shortage


class RuleForm(forms.Form):
    """How production is reported at a site."""

    site = forms.ChoiceField(label=_("Site"))
    shortage = forms.ChoiceField(label=_("Where material is missing"), choices=Shortage)
    over = forms.DecimalField(
        label=_("More than planned, without a question"), help_text="%", min_value=0, max_value=999, decimal_places=2
    )

    def __init__(self, *args: Any, sites: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(site.pk, str(site)) for site in sites]  # type: ignore[attr-defined]


class ReverseForm(forms.Form):
    note = forms.CharField(label=_("Why"), max_length=500, validators=[Characters("note")], required=False)
