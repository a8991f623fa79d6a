"""Who does what in a firm. An app maps its acts to these roles in its permissions.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    BUYER_APPROVER = "buyer-approver", _("Purchasing approver")
    RECEIVER = "receiver", _("Receiver")
    INSPECTOR = "inspector", _("Inspector")
    SUPPLIER_SALES = "supplier-sales", _("Supplier sales")
    SUPPLIER_PRODUCTION = "supplier-production", _("Supplier production")
    SUPPLIER_QUALITY = "supplier-quality", _("Supplier quality")
    TENANT_ADMIN = "tenant-admin", _("Administrator")
    COORDINATOR = "coordinator", _("Cluster coordinator")


class Side(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SUPPLIER = "supplier", _("Supplier")

    @property
    def other(self) -> "Side":
        return Side.SUPPLIER if self is Side.BUYER else Side.BUYER
