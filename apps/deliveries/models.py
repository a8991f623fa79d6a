"""Shipment notices with their packages, and the receipts that answer them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField, NoteField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, Guard, Predicate, linked, nobody, side, sides, where
from apps.tenancy.bases import RelationModel, track_history
from apps.tenancy.models import localized

from .statuses import PackageKind, ShipmentStatus

COPIED = "copied from what another, bound key of the row reaches; a second check would only cost each write"
# Written once, by the side that ships or the one that receives.
BY_SUPPLIER = Access(read=sides(), insert=side("supplier"))
# What came before the two traded here stands as the buyer's table says, and goes with it.
PAST = side("buyer") & where(is_past=True)


def _by_buyer(past: Predicate) -> Access:
    """Written once by who receives."""
    return Access(read=sides(), insert=side("buyer"), delete=side("buyer") & past)


def _of_past(name: str) -> Predicate:
    """The delivery behind a key is one of before."""
    return linked("deliveries.ShipmentNotice", id=name, when=where(is_past=True))


_PAST_LINE = _of_past("shipment") & linked("orders.PurchaseOrder", id="order", when=where(is_past=True))


def _copied(model: str, **options: Any) -> models.ForeignKey:
    """A key that repeats what another, constrained key of the row reaches: lists need no join, writes no second check."""
    options = {"related_name": "+", "db_index": False, **options}
    return models.ForeignKey(model, on_delete=models.PROTECT, db_constraint=False, **options)


@track_history()
class ShipmentNotice(RelationModel):
    """An advance shipping notice (ASN): what leaves one supplier's site for one site of the buyer."""

    shown_lines: list[Any]  # with their packages and receipts, as `selectors.shipment` finds them

    access = Access(
        read=sides(),
        insert=side("supplier") | PAST,
        update=sides(),
        delete=PAST,
        guards=(
            Guard(
                ("number", "is_past", "origin_site", "destination_site", "carrier", "tracking_number", "note"), by=nobody()
            ),
            Guard(("planned_departure_on", "planned_arrival_on", "created_at", "created_by"), by=nobody()),
            Guard(
                ("line_count", "package_count", "part_number", "part_name", "part_name_en", "quantity", "unit"), by=nobody()
            ),
            # A receipt proves a departure that nobody reported.
            Guard(("departed_at",), by=side("supplier"), first=sides()),
            Guard(("arrived_at", "received_at"), by=side("buyer")),
            Guard(
                ("status",),
                by=(side("supplier") & where(status=("departed", "cancelled")))
                | (side("buyer") & where(status=("arrived", "received"))),
            ),
        ),
    )
    tenant_of = {"origin_site": "supplier", "destination_site": "buyer"}

    number = CodeField(_("delivery note number"), max_length=40)
    is_past = models.BooleanField(
        default=False, db_default=False, help_text="of the time before the two traded here, as the buyer's table says"
    )
    origin_site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    destination_site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    carrier = NameField(_("carrier"), max_length=80, blank=True)
    tracking_number = CodeField(_("tracking number"), max_length=80, blank=True)
    note = NoteField(_("note"), max_length=500, blank=True)
    planned_departure_on = models.DateField(_("departure"))
    planned_arrival_on = models.DateField(_("arrival"), help_text="in the receiving site's time zone")
    departed_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=ShipmentStatus, default=ShipmentStatus.ANNOUNCED)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    line_count = models.PositiveSmallIntegerField(default=0)
    package_count = models.PositiveSmallIntegerField(default=0)
    part_number = CodeField(max_length=60, blank=True, help_text="of the first line")
    part_name = NameField(max_length=200, blank=True)
    part_name_en = NameField(max_length=200, blank=True)
    quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0), help_text="of the first line, in its unit")
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES, default="H87")

    class Meta:
        constraints = [
            # A cancelled one gives its number back: the same paper may be announced again. What a customer tells of
            # before takes none of the supplier's numbers.
            models.UniqueConstraint(
                fields=("supplier", "number"),
                name="shipment_number_unique",
                condition=~Q(status=ShipmentStatus.CANCELLED) & Q(is_past=False),
            ),
            models.UniqueConstraint(
                fields=("relation", "number"), name="shipment_past_number_unique", condition=Q(is_past=True)
            ),
            models.CheckConstraint(
                condition=Q(planned_arrival_on__gte=F("planned_departure_on")), name="shipment_arrives_after_it_leaves"
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(departed_at__isnull=False, arrived_at__gte=F("departed_at")),
                name="shipment_arrived_after_it_left",
            ),
        ]
        indexes = [
            models.Index(F("buyer"), F("planned_arrival_on").desc(), F("id").desc(), name="shipment_buyer_list"),
            models.Index(F("supplier"), F("planned_arrival_on").desc(), F("id").desc(), name="shipment_supplier_list"),
            models.Index("buyer", "carrier", name="shipment_buyer_carrier"),
            models.Index("supplier", "carrier", name="shipment_supplier_carrier"),
            models.Index(
                F("buyer"),
                F("planned_arrival_on"),
                name="shipment_buyer_expected",
                condition=Q(status__in=("announced", "departed", "arrived")),
            ),
            models.Index(
                F("supplier"),
                F("planned_arrival_on"),
                name="shipment_supplier_expected",
                condition=Q(status__in=("announced", "departed", "arrived")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def arrived_on(self) -> date | None:
        """The day on which it came, at the site that it came to; None as long as it has not."""
        return self.destination_site.day_of(self.arrived_at) if self.arrived_at else None

    @property
    def part_label(self) -> str:
        return localized(self.part_name, self.part_name_en)


@track_history()
class ShipmentLine(RelationModel):
    """A quantity of one schedule line, from one lot, and once it has left what it cost then."""

    # Nobody brings a price of its own along: what is kept stands on the order at that moment.
    access = Access(
        read=sides(),
        insert=(side("supplier") & where(unit_price=None, currency=None)) | (side("buyer") & _PAST_LINE),
        update=sides(),
        delete=side("buyer") & _PAST_LINE,
        guards=(
            Guard(("shipment", "order", "schedule_line", "partner_part"), by=nobody()),
            Guard(("position", "quantity", "unit", "lot"), by=nobody()),
            Guard(
                ("unit_price",),
                by=nobody(),
                first=linked(
                    "orders.PurchaseOrderLine",
                    order="order",
                    partner_part="partner_part",
                    unit_price="unit_price",
                    when=sides(),
                ),
            ),
            Guard(
                ("currency",),
                by=nobody(),
                first=linked("orders.PurchaseOrder", id="order", currency="currency", when=sides()),
            ),
        ),
    )
    unbound = {"order": COPIED}
    shipment = models.ForeignKey(ShipmentNotice, on_delete=models.PROTECT, related_name="lines", db_index=False)
    order = _copied("orders.PurchaseOrder")
    schedule_line = models.ForeignKey("orders.ScheduleLine", on_delete=models.PROTECT, related_name="shipment_lines")
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the order line's unit")
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    lot = CodeField(_("lot"), max_length=60, blank=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4, null=True, help_text="of its order line when it left")
    currency = CodeField(max_length=3, null=True, help_text="of that price; null: it has not left")

    # Set by services.locking: the packages, and what earlier receipts booked.
    packed: list[dict[str, Any]]
    received: list[dict[str, Any]]

    class Meta:
        constraints = [
            models.UniqueConstraint("shipment", "position", name="shipment_line_position_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_quantity_gt_0"),
        ]
        # Who was sent a lot: the policy of its risk asks for every row that it shows.
        indexes = [models.Index("supplier", "lot", condition=~Q(lot=""), name="shipment_line_lot")]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.position}"


class HandlingUnit(RelationModel):
    """One package with its licence plate; the label carries it as a QR code."""

    access = BY_SUPPLIER
    shipment = models.ForeignKey(ShipmentNotice, on_delete=models.PROTECT, related_name="packages")
    line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="packages")
    plate = CodeField(_("licence plate"), max_length=60)
    kind = models.CharField(max_length=2, choices=PackageKind, default=PackageKind.CARTON, help_text="UN/ECE Rec 21")
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the shipment line's unit")

    class Meta:
        constraints = [
            models.UniqueConstraint("supplier", "plate", name="package_plate_unique"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="package_quantity_gt_0"),
        ]
        indexes = [models.Index("buyer", "plate", name="package_plate")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.plate


@track_history()
class GoodsReceipt(RelationModel):
    """What arrived at one site at one time, against one shipment notice."""

    access = _by_buyer(_of_past("shipment"))
    tenant_of = {"site": "buyer"}

    number = CodeField(_("receipt number"), max_length=40)
    shipment = models.ForeignKey(ShipmentNotice, on_delete=models.PROTECT, related_name="receipts")
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    note = NoteField(_("note"), max_length=500, blank=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint("buyer", "number", name="receipt_number_unique")]

    def __str__(self) -> str:
        return self.number


@track_history()
class GoodsReceiptLine(RelationModel):
    """What came of one shipment line. `quantity` was accepted on arrival; damaged goods go back and are not received."""

    access = _by_buyer(linked("deliveries.GoodsReceipt", id="receipt", when=_of_past("shipment")))
    unbound = {"schedule_line": COPIED, "partner_part": COPIED}
    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="lines", db_index=False)
    shipment_line = models.ForeignKey(ShipmentLine, on_delete=models.PROTECT, related_name="receipt_lines")
    schedule_line = _copied("orders.ScheduleLine", related_name="receipt_lines", db_index=True)
    partner_part = _copied("masterdata.PartnerPart")
    package = models.OneToOneField(HandlingUnit, on_delete=models.PROTECT, null=True, related_name="receipt_line")
    position = models.PositiveIntegerField()
    lot = CodeField(max_length=60, blank=True)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    announced_quantity = models.DecimalField(**QUANTITY_DIGITS)
    quantity = models.DecimalField(**QUANTITY_DIGITS)
    damaged_quantity = models.DecimalField(**QUANTITY_DIGITS, default=Decimal(0))
    received_on = models.DateField(help_text="in the receiving site's calendar")

    class Meta:
        constraints = [
            models.UniqueConstraint("receipt", "position", name="receipt_line_position_unique"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(damaged_quantity__gte=0), name="receipt_line_not_negative"
            ),
        ]
        indexes = [
            models.Index("buyer", "received_on", name="receipt_line_buyer"),
            models.Index("supplier", "received_on", name="receipt_line_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.position}"

    @property
    def short_quantity(self) -> Decimal:
        return max(self.announced_quantity - self.quantity - self.damaged_quantity, Decimal(0))
