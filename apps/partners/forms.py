from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters
from apps.common.identifiers import validate_gln


class SiteForm(forms.Form):
    """A site of the own firm."""

    code = forms.CharField(label=_("Plant code"), max_length=20, validators=[Characters("code")])
    name = forms.CharField(label=_("Name"), max_length=120, validators=[Characters("name")])
    name_en = forms.CharField(label=_("English name"), max_length=120, validators=[Characters("name")], required=False)
    address = forms.CharField(label=_("Address"), max_length=300, validators=[Characters("name")], required=False)
    gln = forms.CharField(
        label=_("GLN, if it has one"), max_length=13, validators=[Characters("code"), validate_gln], required=False
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in settings.SYSTEM_TIMEZONES])
    receives = forms.BooleanField(label=_("Goods arrive here: it can be chosen in orders"), required=False)
    ships = forms.BooleanField(label=_("Goods leave from here"), required=False)
    produces = forms.BooleanField(label=_("Goods are made here"), required=False)
