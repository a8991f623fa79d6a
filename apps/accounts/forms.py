from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.tenancy.permissions import act_labels
from apps.tenancy.roles import Role

from .models import User


class SettingsForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in settings.SYSTEM_TIMEZONES])

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "wants_mail", "single_keys")


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=365, initial=90)
    acts = forms.MultipleChoiceField(label=_("What may it do?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, acts=(), **kwargs):
        super().__init__(*args, **kwargs)
        labels = act_labels()
        self.fields["acts"].choices = [(act, labels[act]) for act in acts]


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"))
    title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    password = forms.CharField(
        label=_("First password"), min_length=10, max_length=128, help_text=_("Used only when the person is new here.")
    )
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple)
