from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.characters import Characters

WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)


class WeekForm(forms.Form):
    """On which weekdays it is worked."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Working days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    has_holidays = forms.BooleanField(label=_("Public holidays of Korea and their substitute days are off"), required=False)


class DayForm(forms.Form):
    """One exception."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    is_working = forms.TypedChoiceField(
        label=_("Kind of day"),
        choices=[("off", _("a day off")), ("work", _("worked"))],
        coerce=lambda value: value == "work",
    )
    note = forms.CharField(label=_("Why"), max_length=80, validators=[Characters("name")], required=False)


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}))


class ShiftForm(forms.Form):
    """One shift of a working day."""

    name = forms.CharField(label=_("Name"), max_length=40, validators=[Characters("name")])
    starts = _time(_("From"))
    ends = _time(_("To"))
