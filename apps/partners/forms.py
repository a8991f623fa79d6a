from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.characters import Characters
from apps.common.identifiers import validate_gln
from apps.common.rooms import kinds
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.terms import Way

CODE, NAME, NOTE = Characters("code"), Characters("name"), Characters("note")
CURRENCIES = ("KRW", "USD", "EUR", "JPY", "CNY")
# Incoterms 2020.
INCOTERMS = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")
DATA = "days_"  # before the name of a kind of data
DAYS = {"min_value": 0, "max_value": 365}


class SiteForm(forms.Form):
    """A site of the own firm."""

    code = forms.CharField(label=_("Plant code"), max_length=20, validators=[CODE])
    name = forms.CharField(label=_("Name"), max_length=120, validators=[NAME])
    name_en = forms.CharField(label=_("English name"), max_length=120, validators=[NAME], required=False)
    address = forms.CharField(label=pgettext_lazy("place", "Address"), max_length=300, validators=[NAME], required=False)
    gln = forms.CharField(label=_("GLN, if it has one"), max_length=13, validators=[CODE, validate_gln], required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in settings.SYSTEM_TIMEZONES])
    receives = forms.BooleanField(label=_("Goods arrive here: it can be chosen in orders"), required=False)
    ships = forms.BooleanField(label=_("Goods leave from here"), required=False)
    produces = forms.BooleanField(label=_("Goods are made here"), required=False)


class RequestForm(forms.Form):
    """Whom the firm wants to trade with, and as what."""

    side = forms.ChoiceField(
        label=_("Your firm"),
        choices=[(Side.BUYER, _("buys from the other firm")), (Side.SUPPLIER, _("supplies the other firm"))],
        widget=forms.RadioSelect,
    )
    firm = forms.ChoiceField(label=_("The other firm"), required=False)
    business_number = forms.CharField(
        label=_("or its business registration number"), max_length=20, validators=[CODE], required=False
    )
    vendor_code = forms.CharField(
        label=_("Vendor code, if your firm buys"),
        help_text=_("the buyer's number of the supplier"),
        max_length=30,
        validators=[CODE],
        required=False,
    )
    note = forms.CharField(label=_("Note to the other firm"), max_length=500, validators=[NOTE], required=False)

    def __init__(self, *args: Any, firms: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = [("", _("Choose a firm")), *((firm.pk, firm.name) for firm in firms)]

    def clean(self) -> Any:
        found = super().clean() or {}
        if bool(found.get("firm")) is bool(found.get("business_number")):
            raise forms.ValidationError(_("Choose the firm or type its number, one of the two."))
        return found


class AcceptForm(forms.Form):
    """What the buyer gives with its yes."""

    vendor_code = forms.CharField(
        label=_("Vendor code"), help_text=_("the buyer's number of the supplier"), max_length=30, validators=[CODE]
    )


class TermsForm(forms.Form):
    """Terms as one side proposes them; the tolerance is typed in percent."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(code, code) for code in CURRENCIES])
    incoterm = forms.ChoiceField(
        label=_("Incoterm"), choices=[("", _("none")), *((code, code) for code in INCOTERMS)], required=False
    )
    over_tolerance = forms.DecimalField(
        label=_("Over-delivery tolerance, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    freeze_days = forms.IntegerField(label=_("Freeze fence, days"), **DAYS)
    early_days = forms.IntegerField(
        label=_("Early window, days"), help_text=_("empty: any earlier day is on time"), required=False, **DAYS
    )
    late_days = forms.IntegerField(label=_("Late window, days"), **DAYS)
    answer_hours = forms.IntegerField(
        label=_("Answer within, hours"), min_value=1, max_value=720, help_text=_("on days on which the answering firm works")
    )
    otif_target = forms.IntegerField(
        label=_("Target of OTIF, %"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("lines on time and in full against the promise; empty: none is agreed"),
    )
    ppm_target = forms.IntegerField(
        label=_("Target of defects, PPM"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=_("rejected pieces in a million received; empty: none is agreed"),
    )
    way = forms.ChoiceField(
        label=_("How lines are confirmed"), choices=Way.choices, help_text=_("of orders that are sent from now on")
    )
    is_strict = forms.BooleanField(label=_("Days off, pack size and lead time are refused, not only said"), required=False)
    hides_prices = forms.BooleanField(label=_("Only those who buy and sell see prices, in both firms"), required=False)
    note = forms.CharField(label=_("Why, for the other firm"), max_length=500, validators=[NOTE], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A field for every kind of data that a room brings, before the note."""
        super().__init__(*args, **kwargs)
        note = self.fields.pop("note")
        for kind in kinds():
            self.fields[DATA + kind.name] = forms.IntegerField(
                label=_("%(kind)s up to date within, days") % {"kind": kind.label},
                help_text=_("empty: nothing is agreed"),
                min_value=1,
                max_value=365,
                required=False,
            )
        self.fields["note"] = note

    @classmethod
    def of(cls, relation: TradingRelation, usual: Mapping[str, int]) -> "TermsForm":
        """Filled with the terms of now; where no data are agreed yet, with what is `usual` in the clusters of the firm."""
        initial = {name: getattr(relation, name) for name in cls.base_fields if name != "note"}
        initial |= {DATA + name: days for name, days in (relation.data_days or usual).items()}
        initial["over_tolerance"] = f"{(relation.over_tolerance * 100).normalize():f}"
        found = cls(initial=initial)
        for name, codes in (("currency", CURRENCIES), ("incoterm", INCOTERMS)):
            if (value := getattr(relation, name)) and value not in codes:  # of an import
                found.fields[name].choices = [(value, value), *found.fields[name].choices]
        return found

    def terms(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith(DATA)}
        days = {kind.name: self.cleaned_data[DATA + kind.name] for kind in kinds() if self.cleaned_data[DATA + kind.name]}
        return given | {"over_tolerance": given["over_tolerance"] / Decimal(100), "data_days": days}


class ContactForm(forms.Form):
    """Whom the partner calls."""

    name = forms.CharField(label=_("Name"), max_length=80, validators=[NAME])
    duty = forms.CharField(label=_("What for, such as shipping"), max_length=80, validators=[NAME], required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, validators=[CODE], required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
