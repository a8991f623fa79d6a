"""What methods and sources of forecasts are called."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .forecasts import USED

METHODS = {
    "naive": gettext_lazy("last week's quantity again"),
    "mean": gettext_lazy("mean of the last weeks"),
    "ses": gettext_lazy("exponential smoothing"),
    "damped": gettext_lazy("exponential smoothing with a damped trend"),
    "croston": gettext_lazy("Croston's method for parts needed now and then"),
    "sba": gettext_lazy("Croston's method without its bias (SBA)"),
    "tsb": gettext_lazy("TSB, for parts that are needed less and less often"),
}


def source_word(source: str) -> str:
    return _("what was used") if source == USED else _("what was ordered, by the day it was asked for")
