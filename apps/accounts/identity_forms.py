"""allauth's forms of sign-in and passwords, with our words."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "remember": _("Stay signed in on this device for 30 days"),
    "password1": _("New password"),
    "password2": _("New password again"),
}


class OwnWords(forms.Form):
    """Labels above the fields, none inside them; the first field has the cursor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS[name]
            field.widget.attrs.pop("placeholder", None)
            if name != "password1":
                field.help_text = ""
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True


class SignInForm(OwnWords, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["remember"].help_text = _("Only on a device of your own; otherwise it ends with the browser.")


class ResetForm(OwnWords, allauth.ResetPasswordForm):
    def save(self, request, **kwargs: Any) -> str:
        if self.users:
            return super().save(request, **kwargs)
        # allauth's own would offer to sign up, which nobody can.
        get_adapter().send_mail("account/email/unknown_account", self.cleaned_data["email"], {})
        return self.cleaned_data["email"]


class NewPasswordForm(OwnWords, allauth.ResetPasswordKeyForm):
    pass


class AddressForm(forms.Form):
    """The new address and the present password; whether anybody has the address is not asked here."""

    email = forms.EmailField(label=_("New e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    oldpassword = forms.CharField(
        label=LABELS["oldpassword"], widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].lower()
        if address == self.request.user.email:
            raise forms.ValidationError(_("This is your address already."))
        return address

    def clean_oldpassword(self) -> str:
        if not self.request.user.check_password(self.cleaned_data["oldpassword"]):
            raise get_adapter().validation_error("enter_current_password")
        return self.cleaned_data["oldpassword"]


class ChangePasswordForm(OwnWords, allauth.ChangePasswordForm):
    pass
