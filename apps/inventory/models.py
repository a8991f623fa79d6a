"""How much lies where, and whose it is: balances, and the append-only movements that made them."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, linked, own, side, where
from apps.tenancy.bases import OrganizationModel

from .consigned_models import ConsignedPart as ConsignedPart


class StockStatus(models.TextChoices):
    AVAILABLE = "available", _("Available")
    INSPECTION = "inspection", _("In inspection")
    BLOCKED = "blocked", _("Blocked")
    IN_TRANSIT = "in_transit", _("In transit")


COUNTED = [status for status in StockStatus if status != StockStatus.IN_TRANSIT]  # what is on its way nobody counts


class MovementKind(models.TextChoices):
    RECEIPT = "receipt", _("Receipt")
    DECISION = "decision", _("Inspection decision")
    COUNT = "count", _("Count")
    ISSUE = "issue", _("Goods issue")
    REVERSAL = "reversal", _("Goods issue taken back")
    MADE = "made", _("Production")
    USED = "used", _("Used in production")
    SPOILT = "spoilt", _("Used for rejected pieces")
    SENT = "sent", _("Material sent")
    RETURNED = "returned", _("Material returned")
    LOST = "lost", _("Lost on the way")
    SCRAPPED = "scrapped", _("Scrapped")


TAKEN = (MovementKind.USED, MovementKind.SPOILT)  # by production, whatever came of it


ONE_THING = (
    Q(partner_part__isnull=False, part=None, consigned_part=None)
    | Q(partner_part=None, part__isnull=False, consigned_part=None)
    | Q(partner_part=None, part=None, consigned_part__isnull=False)
)
# Another firm's material alone has another owner, and alone lies on the way: what is one's own leaves by a delivery.
WHOSE = Q(consigned_part=None, owner=F("organization")) & ~Q(status="in_transit")
WHOSE |= Q(consigned_part__isnull=False) & ~Q(owner=F("organization"))

CONSIGNED = Q(consigned_part__isnull=False)
BY_PART = Coalesce(F("partner_part_id"), -F("part_id"))  # one number for either, by which heaps stand together


HOLDER, OWNER = "organization", "owner"  # the two sides of a heap; of one's own both are the same firm
# The row's holder got it from its owner, which is the scope's firm.
_HANDED = side(OWNER) & linked(
    "inventory.ConsignedPart", id="consigned_part", supplier="organization", buyer="owner", when=side("buyer")
)
_ON_THE_WAY = where(status="in_transit") & _HANDED


class StockKey(OrganizationModel):
    """What tells one heap from another. `organization` holds it; `owner` is another firm for consigned material alone.

    It lies there as a partner part, and is then allocated to the relation of that; as an own part of the holder: what it
    makes or uses, and no partner delivers or takes alone; or as material that a customer handed out. One of the three.
    The owner of such material reads the very rows that its holder keeps, and writes those of what is on the way.
    """

    access = Access(
        read=side(HOLDER) | _HANDED,
        insert=own() | _ON_THE_WAY,
        update=own() | _ON_THE_WAY,
        delete=own(),
        reason="the holder's; of consigned material its owner reads the same balance",
    )
    unbound = {
        "partner_part": "stock is held by either side of the part's relation: no one column of the part names the holder",
        "consigned_part": "held by the supplier of its relation, under another name of the column",
    }

    partner_part = models.ForeignKey(
        "masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    part = models.ForeignKey(
        "masterdata.Part",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        help_text="the holder's own",
    )
    consigned_part = models.ForeignKey(
        ConsignedPart, on_delete=models.PROTECT, related_name="+", db_index=False, null=True, help_text="its owner's"
    )
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=12, choices=StockStatus)
    owner = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    lot = CodeField(max_length=60, blank=True)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES, help_text="the partner part's")

    class Meta:
        abstract = True

    @property
    def number(self) -> str:
        if self.consigned_part:
            return self.consigned_part.number
        return self.partner_part.buyer_number if self.partner_part else self.part.number

    @property
    def label(self) -> str:
        return (self.consigned_part or self.partner_part or self.part).label

    @property
    def thing(self) -> tuple[int | None, int | None, int | None]:
        """(partner part, own part, consigned part): one of them."""
        return self.partner_part_id, self.part_id, self.consigned_part_id


class StockBalance(StockKey):
    """The sum of all movements of one key; changed by `inventory_post` only."""

    quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0))
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "partner_part", "part", "consigned_part", "site", "status", "owner", "lot"],
                name="stock_balance_key",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=ONE_THING, name="stock_balance_of_one_thing"),
            models.CheckConstraint(condition=WHOSE, name="stock_balance_whose"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_balance_not_negative"),
        ]
        indexes = [
            models.Index("organization", "lot", name="stock_balance_lot"),
            models.Index("organization", "part", "site", name="stock_balance_own", condition=Q(part__isnull=False)),
            models.Index(F("organization"), BY_PART, F("id"), name="stock_balance_by_part"),
            models.Index("organization", "consigned_part", "id", name="stock_balance_held", condition=CONSIGNED),
            models.Index("owner", "consigned_part", "id", name="stock_balance_owned", condition=CONSIGNED),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} of {self.thing} {self.status}"


class StockMovement(StockKey):
    """One change of one balance; never changed and never deleted, corrected by another movement."""

    kind = models.CharField(max_length=10, choices=MovementKind)
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="negative takes away")
    reference = CodeField(max_length=80, blank=True, help_text="the document behind it")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_THING, name="stock_movement_of_one_thing"),
            models.CheckConstraint(condition=WHOSE, name="stock_movement_whose"),
        ]
        indexes = [
            models.Index(F("organization"), F("partner_part"), F("id").desc(), name="stock_movement_list"),
            models.Index(
                F("organization"),
                F("part"),
                F("id").desc(),
                name="stock_movement_own",
                condition=Q(part__isnull=False),
            ),
            models.Index(F("organization"), F("created_at").desc(), F("id").desc(), name="stock_movement_when"),
            models.Index("organization", "reference", name="stock_movement_document", condition=~Q(reference="")),
            models.Index(F("organization"), F("id").desc(), name="stock_movement_held", condition=CONSIGNED),
            models.Index(F("owner"), F("id").desc(), name="stock_movement_owned", condition=CONSIGNED),
            models.Index("consigned_part", "created_at", name="stock_movement_settled", condition=CONSIGNED),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} of {self.thing}"
