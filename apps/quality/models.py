"""Incoming inspection: lots, decisions by quantity, and non-conformances."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField, NoteField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, Guard, nobody, side, sides
from apps.tenancy.bases import RelationModel, track_history

from .statuses import Decision, Impact, LotStatus

BY_BUYER = Access(read=sides(), insert=side("buyer"))


@track_history()
class InspectionLot(RelationModel):
    """What one receipt brought of one shipment line, in all its packages: decided within ten days."""

    shown_decisions: "list[UsageDecision]"  # as `selectors.lot` finds them

    # The supplier may lock a lot, so that an act of the buyer's is refused as one, and not as a lot that is not there.
    access = Access(
        read=sides(),
        insert=side("buyer"),
        update=sides(),
        guards=(
            Guard(("decided_quantity", "rejected_quantity", "status", "decided_on"), by=side("buyer")),
            Guard(("receipt", "shipment_line", "schedule_line", "partner_part", "site", "number", "lot"), by=nobody()),
            Guard(("unit", "quantity", "received_on", "due_on"), by=nobody()),
        ),
    )
    tenant_of = {"site": "buyer"}

    receipt = models.ForeignKey(
        "deliveries.GoodsReceipt", on_delete=models.PROTECT, related_name="inspection_lots", db_index=False
    )
    shipment_line = models.ForeignKey("deliveries.ShipmentLine", on_delete=models.PROTECT, related_name="inspection_lots")
    schedule_line = models.ForeignKey("orders.ScheduleLine", on_delete=models.PROTECT, related_name="inspection_lots")
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = CodeField(_("inspection lot"), max_length=50)
    lot = CodeField(_("supplier's lot"), max_length=60, blank=True)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES, help_text="of the order line")
    quantity = models.DecimalField(**QUANTITY_DIGITS)
    decided_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0))
    rejected_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0))
    status = models.CharField(max_length=8, choices=LotStatus, default=LotStatus.OPEN)
    received_on = models.DateField()
    due_on = models.DateField(help_text="ten days after receipt")
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("receipt", "shipment_line", name="inspection_lot_once"),
            models.CheckConstraint(condition=Q(decided_quantity__lte=F("quantity")), name="inspection_not_over_decided"),
            models.CheckConstraint(condition=Q(rejected_quantity__lte=F("decided_quantity")), name="inspection_rejected"),
            models.CheckConstraint(
                condition=Q(status="decided") ^ ~Q(decided_quantity=F("quantity")), name="inspection_decided_in_full"
            ),
        ]
        indexes = [
            models.Index(F("buyer"), F("due_on"), F("id"), name="inspection_buyer_open", condition=Q(status="open")),
            models.Index(F("supplier"), F("due_on"), F("id"), name="inspection_supplier_open", condition=Q(status="open")),
            models.Index(F("buyer"), F("id").desc(), name="inspection_buyer_list"),
            models.Index(F("supplier"), F("id").desc(), name="inspection_supplier_list"),
            models.Index("buyer", "lot", name="inspection_buyer_lot"),
            models.Index("supplier", "lot", name="inspection_supplier_lot"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_quantity(self) -> Decimal:
        return self.quantity - self.decided_quantity


class UsageDecision(RelationModel):
    """A decision over a quantity of a lot. Never changed, never deleted."""

    access = BY_BUYER
    inspection_lot = models.ForeignKey(InspectionLot, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=8, choices=Decision)
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the lot's unit")
    defect = NameField(_("defect"), max_length=120, blank=True)
    comment = NoteField(_("comment"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="usage_decision_gt_0")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} {self.decision}"


@track_history()
class NonConformance(RelationModel):
    """Parts that do not conform, found at receipt, in inspection or in production."""

    access = BY_BUYER
    tenant_of = {"site": "buyer"}

    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False)
    inspection_lot = models.ForeignKey(InspectionLot, on_delete=models.PROTECT, null=True, related_name="non_conformances")
    decision = models.OneToOneField(
        UsageDecision, on_delete=models.PROTECT, null=True, related_name="non_conformance", help_text="that found it"
    )
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    occurred_on = models.DateField()
    impact = models.CharField(max_length=8, choices=Impact)
    defect = NameField(max_length=120)
    quantity = models.DecimalField(**QUANTITY_DIGITS)
    downtime_minutes = models.PositiveIntegerField(default=0)
    reference = CodeField(max_length=80, blank=True, help_text="the document behind it")

    class Meta:
        indexes = [
            models.Index("buyer", "supplier", "occurred_on", name="non_conformance_supplier"),
            models.Index(F("buyer"), F("occurred_on").desc(), F("id").desc(), name="non_conformance_list"),
            models.Index(F("supplier"), F("occurred_on").desc(), F("id").desc(), name="non_conformance_supplier_list"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.defect}"
