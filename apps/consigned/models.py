"""Material of the buyer's at its suppliers: what goes into a part, the documents that move it, and what a month came to.

What lies where stands in the one ledger (`apps.inventory`), whose rows of such material both firms read.
"""

from decimal import Decimal

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NoteField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.inventory.models import StockStatus
from apps.tenancy.access import Access, Guard, linked, nobody, side, sides, where
from apps.tenancy.bases import RelationModel, track_history

from .settlement_models import Settlement as Settlement
from .settlement_models import SettlementLine as SettlementLine
from .statuses import LossReason, NoteKind, NoteStatus

_PART = "inventory.ConsignedPart"


@track_history(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MaterialUse(RelationModel):
    """So much of the buyer's material goes into one unit of a part that the supplier makes for it."""

    access = Access(
        read=sides(),
        insert=side("buyer"),
        update=side("buyer"),
        delete=side("buyer"),
        guards=(
            Guard(("partner_part", "consigned_part"), by=nobody()),
            Guard(("quantity", "scrap_share"), by=side("buyer")),
        ),
    )

    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+")
    consigned_part = models.ForeignKey(_PART, on_delete=models.PROTECT, related_name="uses")
    quantity = models.DecimalField(_("quantity"), **QUANTITY_DIGITS, help_text="in the material's unit")
    scrap_share = models.DecimalField(
        _("scrap share"), max_digits=5, decimal_places=4, default=Decimal(0), help_text="drawn on top: 0.02 is 2 %"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("partner_part", "consigned_part", name="material_use_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="material_use_quantity_gt_0"),
            models.CheckConstraint(condition=Q(scrap_share__gte=0, scrap_share__lt=1), name="material_use_scrap_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.consigned_part_id} in {self.partner_part_id}"


# The buyer hands material out; the supplier returns it. Each cancels what it sent and receives what the other sent.
_SENDER = (side("buyer") & where(kind="handed")) | (side("supplier") & where(kind="returned"))
_RECEIVER = (side("supplier") & where(kind="handed")) | (side("buyer") & where(kind="returned"))
_SENT = where(status="sent", received_at=None)

# Which state follows which; what was said to have come is not taken back. After the guards, so that they speak first.
_AS_RECEIVED = pgtrigger.Protect(
    name="as_received",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "(OLD.status IS DISTINCT FROM NEW.status AND (OLD.status, NEW.status) NOT IN"
        " (('sent', 'partly'), ('sent', 'received'), ('partly', 'received'), ('sent', 'cancelled')))"
    ),
)
_NEVER_LESS = pgtrigger.Protect(
    name="never_less",
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "(NEW.received_quantity < OLD.received_quantity OR NEW.damaged_quantity < OLD.damaged_quantity"
        " OR NEW.missing_quantity < OLD.missing_quantity)"
    ),
)


@track_history()
class ConsignmentNote(RelationModel):
    """Material on its way from one firm to the other: it is in transit from the moment the note is written."""

    access = Access(
        read=sides(),
        insert=_SENDER & _SENT,
        update=sides(),
        guards=(
            Guard(("number", "kind", "buyer_site", "supplier_site", "arrives_on", "note", "line_count"), by=nobody()),
            Guard(("sent_at", "created_by"), by=nobody()),
            Guard(("received_at",), by=_RECEIVER),
            Guard(
                ("status",),
                by=(_SENDER & where(status="cancelled")) | (_RECEIVER & where(status=("partly", "received"))),
            ),
        ),
    )
    tenant_of = {"buyer_site": "buyer", "supplier_site": "supplier"}

    number = CodeField(_("number"), max_length=40)
    kind = models.CharField(max_length=8, choices=NoteKind)
    buyer_site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    supplier_site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=9, choices=NoteStatus, default=NoteStatus.SENT)
    arrives_on = models.DateField(_("arrival"), null=True)
    note = NoteField(_("note"), max_length=500, blank=True)
    line_count = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(auto_now_add=True)
    received_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint("relation", "kind", "number", name="consignment_number_unique")]
        triggers = [_AS_RECEIVED]
        indexes = [
            models.Index(F("buyer"), F("id").desc(), name="consignment_buyer_list"),
            models.Index(F("supplier"), F("id").desc(), name="consignment_supplier_list"),
        ]

    def __str__(self) -> str:
        return self.number


@track_history()
class ConsignmentLine(RelationModel):
    """So much of one lot on a note: what left, and what came of it."""

    access = Access(
        read=sides(),
        insert=linked("consigned.ConsignmentNote", id="note", when=_SENDER & _SENT)
        & where(received_quantity=0, damaged_quantity=0, missing_quantity=0),
        update=sides(),
        guards=(
            Guard(("note", "consigned_part", "position", "quantity", "unit", "lot", "status"), by=nobody()),
            Guard(("taken_from", "taken"), by=nobody()),
            Guard(
                ("received_quantity", "damaged_quantity", "missing_quantity"),
                by=linked("consigned.ConsignmentNote", id="note", when=_RECEIVER),
            ),
        ),
    )

    note = models.ForeignKey(ConsignmentNote, on_delete=models.PROTECT, related_name="lines", db_index=False)
    consigned_part = models.ForeignKey(_PART, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    quantity = models.DecimalField(_("sent"), **QUANTITY_DIGITS, help_text="in the material's unit")
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    lot = CodeField(_("lot"), max_length=60, blank=True)
    status = models.CharField(
        max_length=12,
        choices=StockStatus,
        default=StockStatus.AVAILABLE,
        help_text="of the stock that it was taken from",
    )
    taken_from = models.BigIntegerField(null=True, help_text="id of the sender's heap; empty: written before it was kept")
    taken = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of that heap, in its own unit")
    received_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="good")
    damaged_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="came, and lies blocked")
    missing_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="did not come")

    class Meta:
        constraints = [
            models.UniqueConstraint("note", "position", name="consignment_line_position_unique"),
            models.CheckConstraint(
                condition=Q(received_quantity__gte=0, damaged_quantity__gte=0, missing_quantity__gte=0, quantity__gt=0)
                & Q(quantity__gte=F("received_quantity") + F("damaged_quantity") + F("missing_quantity")),
                name="consignment_line_no_more_than_sent",
            ),
        ]
        triggers = [_NEVER_LESS]

    def __str__(self) -> str:
        return f"{self.note_id}/{self.position}"

    @property
    def open_quantity(self) -> Decimal:
        """What is still on its way."""
        return self.quantity - self.received_quantity - self.damaged_quantity - self.missing_quantity


class MaterialLoss(RelationModel):
    """Material that the supplier spoilt or lost, beyond what the parts that it makes take; never changed."""

    access = Access(read=sides(), insert=side("supplier"))
    tenant_of = {"site": "supplier"}

    number = CodeField(_("number"), max_length=40)
    consigned_part = models.ForeignKey(_PART, on_delete=models.PROTECT, related_name="losses")
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(_("quantity"), **QUANTITY_DIGITS)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    lot = CodeField(_("lot"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=LossReason)
    note = NoteField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "number", name="material_loss_number_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="material_loss_gt_0"),
        ]
        indexes = [models.Index(F("buyer"), F("id").desc(), name="material_loss_buyer")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number
