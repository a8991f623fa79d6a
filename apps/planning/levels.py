"""How far a quantity is committed, and what it is said of."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Commitment(models.IntegerChoices):
    """How far a customer stands behind a planned quantity: UN/EDIFACT 4017."""

    FIRM = 1, pgettext_lazy("commitment", "firm")
    MANUFACTURE = 2, _("material and manufacture")
    MATERIAL = 3, _("material")
    FORECAST = 4, _("forecast")


class Bucket(models.TextChoices):
    DAY = "day", _("day")
    WEEK = "week", _("week")
