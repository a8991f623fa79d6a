from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.tenancy.models import Organization

from .begin import LEAD, OFFICE


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("It stands in the server's log. “manage.py first_code” makes a new one."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class BeginForm(SetPasswordMixin, forms.Form):
    """The first firm and its first person, who types the own password."""

    kind = forms.ChoiceField(
        label=_("What do you begin with?"),
        choices=[(OFFICE, _("An office that coordinates clusters")), (LEAD, _("A lead firm that buys from its suppliers"))],
        initial=OFFICE,
        widget=forms.RadioSelect,
    )
    legal_name = Organization.legal_name.field.formfield(label=_("Firm or office, legal name"))
    name_en = Organization.name_en.field.formfield()
    business_number = forms.CharField(
        label=_("Business registration number"),
        max_length=20,
        required=False,
        help_text=_("10 digits, with or without dashes; an office without one leaves it empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = User.name.field.formfield(label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail"), help_text=_("You sign in with it."))
    password1, password2 = SetPasswordMixin.create_password_fields(label2=_("Password again"))
    password2.help_text = ""
    language = forms.ChoiceField(label=_("Language"), choices=User.language.field.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in settings.SYSTEM_TIMEZONES])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.validate_passwords()
        self.validate_password_for_user(User(email=cleaned.get("email", ""), name=cleaned.get("name", "")))
        return cleaned
