from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Departure
from .services import LEAST_DAYS, MOST_DAYS


class LeaveForm(forms.Form):
    days = forms.IntegerField(label=_("Days until then"), min_value=0, max_value=MOST_DAYS, initial=30)


class RemoveForm(forms.Form):
    days = forms.IntegerField(label=_("Days until then"), min_value=LEAST_DAYS, max_value=MOST_DAYS, initial=30)
    reason = Departure._meta.get_field("reason").formfield(required=True, widget=forms.Textarea(attrs={"rows": 2}))


class ObjectionForm(forms.Form):
    objection = Departure._meta.get_field("objection").formfield(required=True, widget=forms.Textarea(attrs={"rows": 2}))
