"""The words of inspection, as far as the chain needs them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LotStatus(models.TextChoices):
    OPEN = "open", _("To inspect")
    DECIDED = "decided", _("Decided")


class Decision(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("inspection", "Accepted")
    REJECTED = "rejected", pgettext_lazy("inspection", "Rejected")
    SPECIAL = "special", _("Special acceptance")


class Impact(models.TextChoices):
    REJECTED = "rejected", pgettext_lazy("inspection", "Rejected")
    IMPACT = "impact", _("Impact on production")
    NONE = "none", _("No impact")


class Defect(models.TextChoices):
    DIMENSION = "dimension", _("Dimension out of tolerance")
    SURFACE = "surface", _("Surface")
    MATERIAL = "material", _("Material")
    FUNCTION = "function", _("Function")
    PACKAGING = "packaging", _("Packaging or transport damage")
    DOCUMENTS = "documents", _("Documents missing")
    OTHER = "other", _("Other")


def defect_word(code: str) -> str:
    """The word of a defect; words of other systems stay as they are."""
    return str(Defect(code).label) if code in Defect.values else code or "—"
