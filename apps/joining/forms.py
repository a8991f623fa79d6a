from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import JoinForm
from apps.accounts.models import User
from apps.common.characters import Characters
from apps.common.rooms import kinds
from apps.tenancy.models import Cluster, ClusterMembership, Organization

from .begin import LEAD, OFFICE
from .exceptions import TextsNotAccepted
from .firm_door import InvitedFirm
from .models import Agreement


def name_field(column: Any, **options: Any) -> forms.CharField:
    """Of a column for names, with its rule: the database's functions of a door are handed the text as it is."""
    field = column.field.formfield(**options)
    field.validators.append(Characters("name"))
    return field


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
    legal_name = name_field(Organization.legal_name, label=_("Firm or office, legal name"))
    name_en = name_field(Organization.name_en)
    business_number = forms.CharField(
        label=_("Business registration number"),
        max_length=20,
        required=False,
        help_text=_("10 digits, with or without dashes; an office without one leaves it empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = name_field(User.name, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
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


class ClusterForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Cluster.Kind.choices,
        widget=forms.RadioSelect,
        initial=Cluster.Kind.LED,
        help_text=_("Suppliers of a lead firm do not see each other; peers do."),
    )
    name = name_field(Cluster.name)
    name_en = name_field(Cluster.name_en)
    region = name_field(Cluster.region, help_text=_("Several regions are named with commas."))


class InviteFirmForm(forms.Form):
    """One firm, or a pasted list of them."""

    kind = forms.ChoiceField(label=_("Part in the cluster"))
    language = forms.ChoiceField(label=_("Language of the mail"), choices=User.language.field.choices)
    number = forms.CharField(
        label=_("Business registration number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Firm, if you know it"), max_length=200, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    vendor_code = forms.CharField(
        label=_("Vendor code of the lead firm"),
        max_length=30,
        required=False,
        validators=[Characters("code")],
        help_text=_("Empty: the business number."),
    )
    rows = forms.CharField(
        label=_("Or a list from a spreadsheet"),
        max_length=20000,
        required=False,
        help_text=_("Up to fifty lines: business number, firm, e-mail, and the vendor code if there is one."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, kinds: list[str], is_led: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_led:
            del self.fields["vendor_code"]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0]
        self.fields["kind"].choices = [(kind, ClusterMembership.Kind(kind).label) for kind in kinds]


class JoinFirmForm(forms.Form):
    """What an invited firm says: the texts it accepts, which firm it is, and its administrator."""

    def __init__(self, *args: Any, invited: InvitedFirm, person: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invited, self.person = invited, person
        for text in invited.texts:
            self.fields[f"text_{text.pk}"] = forms.BooleanField(
                label=_("We accept: %(text)s, version %(version)s") % {"text": text.label, "version": text.version},
                error_messages={"required": TextsNotAccepted.rule},
            )
        self.is_new = invited.known_id is None
        others = [(str(pk), name) for pk, name in invited.administers]
        if self.is_new and person and others:
            self.fields["firm"] = forms.ChoiceField(
                label=_("Whose number is it?"),
                choices=[*others, ("", _("A firm that is not here yet"))],
                required=False,
                widget=forms.RadioSelect,
            )
        if self.is_new:
            self.fields["legal_name"] = name_field(
                Organization.legal_name, label=_("Firm, legal name"), initial=invited.firm_name, required=not others
            )
            self.fields["name_en"] = name_field(Organization.name_en)
        if person is None:
            self._add_person()

    def _add_person(self) -> None:
        own = JoinForm(email=self.invited.email).fields
        self.fields |= {name: own[name] for name in ("name", "password1", "password2")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.person is None:
            person = JoinForm(self.data, email=self.invited.email)
            for name, errors in person.errors.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, errors)
        if self.is_new and not cleaned.get("firm") and not cleaned.get("legal_name") and "legal_name" not in self.errors:
            self.add_error("legal_name", self.fields["legal_name"].error_messages["required"])
        return cleaned

    @property
    def hashes(self) -> list[str]:
        return [text.hash for text in self.invited.texts if self.cleaned_data.get(f"text_{text.pk}")]

    @property
    def organization_id(self) -> int | None:
        """The firm here that joins, None for a new one."""
        return self.invited.known_id or int(self.cleaned_data.get("firm") or 0) or None


class AgreementForm(forms.Form):
    """A new version of a text; a sharing agreement also says how often each kind of data is brought up to date.

    The kinds are those that the rooms declare: a new one has its field without anybody's doing.
    """

    kind = forms.ChoiceField(label=_("Which text"), choices=Agreement.Kind.choices)
    text = forms.CharField(
        label=_("Text"), max_length=20000, validators=[Characters("note")], widget=forms.Textarea(attrs={"rows": 10})
    )
    text_en = forms.CharField(
        label=_("English text"),
        max_length=20000,
        required=False,
        validators=[Characters("note")],
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds():
            self.fields[f"every_{kind.name}"] = forms.IntegerField(
                label=_("%(kind)s, at least every … days") % {"kind": kind.label},
                min_value=1,
                max_value=365,
                required=False,
                help_text=_("of the sharing agreement; empty: nothing is agreed, and the desk shows grey"),
            )

    @property
    def given(self) -> dict[str, Any]:
        """For `agreements.publish`."""
        days = {kind.name: self.cleaned_data.get(f"every_{kind.name}") for kind in kinds()}
        found = {name: self.cleaned_data[name] for name in ("kind", "text", "text_en")}
        return {**found, "frequencies": {name: n for name, n in days.items() if n}}
