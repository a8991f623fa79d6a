"""What lies here on its way in: tables of people (`import_models`), and below it a history.

Where a historical import lays its rows, between reading the file and writing documents from them.

Emptied in the import's own transaction. A temporary table would need a right that nobody who serves people has.
"""

from django.db import models

from apps.tenancy.bases import OrganizationModel

from .import_models import Import as Import
from .import_models import ImportLayout as ImportLayout
from .import_models import ImportRow as ImportRow
from .import_models import ImportState as ImportState
from .import_models import ImportWord as ImportWord
from .import_models import RowState as RowState


class StagedDelivery(OrganizationModel):
    """One line of a delivery with resolved ids; `organization` is the buyer: the lead of a history, or who loads its own."""

    relation_id = models.BigIntegerField()
    supplier_id = models.BigIntegerField()
    partner_part_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    origin_site_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField()
    is_new_order = models.BooleanField(default=True, db_default=True)
    order_number = models.CharField()
    order_position = models.IntegerField()
    shipment_id = models.BigIntegerField()
    shipment_number = models.CharField()
    shipment_position = models.IntegerField()
    receipt_id = models.BigIntegerField()
    carrier = models.CharField()
    quantity = models.DecimalField(max_digits=30, decimal_places=10)
    unit = models.CharField(default="", db_default="")
    unit_price = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    currency = models.CharField(default="", db_default="")
    order_date = models.DateField()
    requested_date = models.DateField()
    received_on = models.DateField()
    line_id = models.BigIntegerField()
    schedule_id = models.BigIntegerField()
    shipment_line_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.shipment_number} {self.shipment_position}"


class StagedDefect(OrganizationModel):
    """One defect with resolved ids."""

    relation_id = models.BigIntegerField()
    supplier_id = models.BigIntegerField()
    partner_part_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    occurred_on = models.DateField()
    impact = models.CharField()
    defect = models.CharField()
    quantity = models.DecimalField(max_digits=30, decimal_places=10)
    downtime_minutes = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.defect} {self.occurred_on}"
