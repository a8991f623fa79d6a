from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.tenancy.permissions import act_labels
from apps.tenancy.roles import Role

from .exceptions import NoRole
from .models import User


class SettingsForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in settings.SYSTEM_TIMEZONES])

    class Meta:
        model = User
        fields = ("name", "language", "time_zone", "wants_mail", "single_keys")


class AwayForm(forms.Form):
    """Who sees the work of somebody who is away, on which days."""

    stand_in = forms.TypedChoiceField(label=_("Who stands in for you?"), coerce=int)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].choices = people  # type: ignore[attr-defined]
        if name:
            self.fields["stand_in"].label = _("Who stands in for %(name)s?") % {"name": name}

    @property
    def told(self) -> dict[str, Any]:
        """The arguments of `stand_ins.be_away`."""
        return {key + ("_id" if key == "stand_in" else ""): value for key, value in self.cleaned_data.items()}


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=365, initial=90)
    acts = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("A token that may do nothing is of no use: choose at least one.")},
    )

    def __init__(self, *args: Any, acts=(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = act_labels()
        self.fields["acts"].choices = [(act, labels[act]) for act in acts]


class RolesForm(forms.Form):
    """The roles that a firm may give, each with its name."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, error_messages={"required": NoRole.rule}
    )

    def __init__(self, *args: Any, offered=(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role, Role(role).label) for role in offered]


class MemberForm(RolesForm):
    """What an administrator says of a colleague; name and address are the person's own."""

    title = forms.CharField(label=_("Job title"), max_length=80, required=False)

    field_order = ("title", "roles")


class InvitationForm(RolesForm):
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link goes to this mailbox only; you do not see it."))
    name = forms.CharField(label=_("Name, if you know it"), max_length=80, required=False)
    title = forms.CharField(label=_("Job title"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=User.language.field.choices)

    field_order = ("email", "name", "title", "language", "roles")


class JoinForm(SetPasswordMixin, forms.Form):
    """An invited person writes the own name and password; nobody else ever does."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        validators=[Characters("name")],  # here, because the door's function is handed the text as it is
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1, password2 = SetPasswordMixin.create_password_fields(label2=_("Password again"))
    password2.help_text = ""

    def __init__(self, *args: Any, email, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any] | None:
        self.validate_passwords()
        self.validate_password_for_user(User(email=self.email, name=self.cleaned_data.get("name", "")))
        return super().clean()
