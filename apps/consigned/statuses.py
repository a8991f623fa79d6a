"""The states of notes and settlements, and which side moves them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NoteKind(models.TextChoices):
    HANDED = "handed", _("Handed out")
    RETURNED = "returned", pgettext_lazy("material", "Returned")


class NoteStatus(models.TextChoices):
    SENT = "sent", _("On its way")
    PARTLY = "partly", _("Received in part")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (NoteStatus.SENT, NoteStatus.PARTLY)


class LossReason(models.TextChoices):
    SPOILT = "spoilt", _("Spoilt in production")
    DEFECT = "defect", _("Material was defective")
    HANDLING = "handling", _("Damaged in handling")
    LOST = "lost", pgettext_lazy("material", "Not found")
    OTHER = "other", _("Other")


class SettlementState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for the answer")
    ACCEPTED = "accepted", _("Accepted")
    DISPUTED = "disputed", _("Disputed")
    REPLACED = "replaced", pgettext_lazy("settlement", "Replaced")
