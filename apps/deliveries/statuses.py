"""The states of a shipment notice, and which side moves it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentStatus(models.TextChoices):
    ANNOUNCED = "announced", _("Announced")
    DEPARTED = "departed", _("On its way")
    ARRIVED = "arrived", _("Arrived")
    RECEIVED = "received", _("Received")
    CANCELLED = "cancelled", _("Cancelled")


class PackageKind(models.TextChoices):
    """UN/ECE Rec 21 codes of what a firm packs in."""

    CARTON = "CT", _("Carton")
    BOX = "BX", _("Box")
    PALLET = "PX", _("Pallet")
    CRATE = "CR", _("Crate")
    BAG = "BG", _("Bag")


# May be taken back by the supplier: nothing of it stands at the gate.
CANCELLABLE = (ShipmentStatus.ANNOUNCED, ShipmentStatus.DEPARTED)
# Still expected at the gate.
EXPECTED = (ShipmentStatus.ANNOUNCED, ShipmentStatus.DEPARTED, ShipmentStatus.ARRIVED)
