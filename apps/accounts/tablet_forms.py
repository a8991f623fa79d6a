from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters

from .identity_forms import LABELS
from .models import User

PAD = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}


class TabletForm(forms.Form):
    """A shared device."""

    name = forms.CharField(label=_("Name of this tablet"), max_length=80, validators=[Characters("name")])
    lock_minutes = forms.IntegerField(label=_("Locks itself after, minutes"), min_value=1, max_value=60, initial=5)


class UnlockForm(forms.Form):
    person = forms.TypedChoiceField(label=_("Who are you?"), coerce=int, widget=forms.RadioSelect)
    code = forms.CharField(label=_("Your code"), max_length=6, widget=forms.PasswordInput(attrs=PAD))

    def __init__(self, *args: Any, people: tuple[tuple[int, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=6,
        help_text=_("For shared tablets of this firm only. Neither in a row nor a few digits repeated."),
        widget=forms.PasswordInput(attrs=PAD),
    )
    oldpassword = forms.CharField(
        label=LABELS["oldpassword"], widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_oldpassword(self) -> str:
        person = User.objects.get(pk=self.request.user.pk)
        if not person.check_password(self.cleaned_data["oldpassword"]):
            raise get_adapter().validation_error("enter_current_password")
        return str(self.cleaned_data["oldpassword"])
