from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.tenancy.models import Grant


class ProposeForm(forms.Form):
    """Something of one's own is shared with a partner, or asked for."""

    firm = forms.ChoiceField(label=_("Partner"))
    way = forms.ChoiceField(
        label=_("Who shares"), choices=[("offer", _("we show them ours")), ("ask", _("they show us theirs"))]
    )
    precision = forms.ChoiceField(label=_("How precisely"), choices=Grant.Precision)

    def __init__(self, *args: Any, firms: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = list(firms)  # type: ignore[attr-defined]
