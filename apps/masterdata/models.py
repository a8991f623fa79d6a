"""Parts as a firm knows them, and partner parts as two firms agreed on them."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES, validate_unit
from apps.tenancy.access import Access, Guard, nobody, side, sides, where
from apps.tenancy.bases import OrganizationModel, RelationModel, track_history
from apps.tenancy.models import localized


@track_history()
class Part(OrganizationModel):
    """A firm's own part: private, until a partner part shares it with one supplier."""

    class Tracking(models.TextChoices):
        NONE = "none", _("Not tracked")
        LOT = "lot", _("By lot")
        SERIAL = "serial", _("By serial number")

    number = CodeField(_("part number"), max_length=60)
    revision = CodeField(_("revision"), max_length=20, blank=True)
    name = NameField(_("name"), max_length=200)
    name_en = NameField(_("English name"), max_length=200, blank=True)
    specification = NameField(_("specification"), max_length=300, blank=True)
    drawing_number = CodeField(_("drawing number"), max_length=60, blank=True)
    unit = models.CharField(_("base unit"), max_length=3, choices=UNIT_CHOICES, validators=[validate_unit], default="H87")
    tracking = models.CharField(_("tracking"), max_length=6, choices=Tracking, default=Tracking.NONE)
    is_critical = models.BooleanField(_("safety-critical"), default=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text="no more ordered from anybody")

    class Meta:
        constraints = [models.UniqueConstraint("organization", "number", "revision", name="part_number_unique")]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def label(self) -> str:
        return localized(self.name, self.name_en)


@track_history()
class PartnerPart(RelationModel):
    """One part between two firms: both numbers, the order unit and the agreed terms."""

    access = Access(
        read=sides(),
        insert=side("buyer") & where(own_number=""),
        update=sides(),
        delete=side("buyer"),  # one agreed by mistake; what hangs on it holds it
        guards=(
            Guard(("part",), by=nobody()),
            Guard(("own_number",), by=side("supplier")),  # by it the supplier's stock and output are found
            Guard(("buyer_number", "name", "name_en", "unit", "base_factor", "ended_at"), by=side("buyer")),
            Guard(
                ("supplier_number",), by=sides(), reason="the supplier's own; the buyer may note it when it agrees the part"
            ),
            Guard(("pack_size", "minimum_quantity", "lead_time_days", "unit_price", "is_inspected"), by=side("buyer")),
        ),
    )
    tenant_of = {"part": "buyer"}

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="partner_parts")
    buyer_number = CodeField(_("buyer's number"), max_length=60)
    supplier_number = CodeField(_("supplier's number"), max_length=60, blank=True)
    own_number = CodeField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="number of the supplier's own part behind it, as the supplier itself said",
    )
    name = NameField(_("name"), max_length=200)
    name_en = NameField(_("English name"), max_length=200, blank=True)
    unit = models.CharField(_("order unit"), max_length=3, choices=UNIT_CHOICES, validators=[validate_unit], default="H87")
    base_factor = models.DecimalField(_("base units in one order unit"), **QUANTITY_DIGITS, default=Decimal(1))
    pack_size = models.DecimalField(_("pack size"), **QUANTITY_DIGITS, null=True, blank=True)
    minimum_quantity = models.DecimalField(_("minimum order quantity"), **QUANTITY_DIGITS, null=True, blank=True)
    lead_time_days = models.PositiveSmallIntegerField(_("lead time, days"), default=14)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, null=True, blank=True)
    is_inspected = models.BooleanField(_("inspected on receipt"), default=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text="no more ordered from this supplier")

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "buyer_number", name="partner_part_buyer_number_unique"),
            models.CheckConstraint(condition=Q(base_factor__gt=0), name="partner_part_factor_gt_0"),
            models.CheckConstraint(
                condition=Q(minimum_quantity=None) | Q(minimum_quantity__gt=0), name="partner_part_minimum_gt_0"
            ),
        ]
        indexes = [
            models.Index(F("buyer"), F("buyer_number"), name="partner_part_buyer"),
            models.Index(F("supplier"), F("buyer_number"), name="partner_part_supplier"),
            models.Index("buyer", "supplier_number", name="partner_part_buyer_theirs"),
            models.Index("supplier", "own_number", name="partner_part_supplier_own"),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_number} {self.label}"

    @property
    def label(self) -> str:
        return localized(self.name, self.name_en)


class PartPrice(RelationModel):
    """What one order unit of a partner part costs from a day on. Where none holds, the part's own unit price does."""

    access = Access(
        read=sides(),
        insert=side("buyer"),
        update=side("buyer"),
        delete=side("buyer"),
        guards=(
            Guard(("partner_part", "price", "currency", "valid_from", "created_at", "created_by"), by=nobody()),
            Guard(("valid_until", "ended_for"), by=side("buyer")),
        ),
    )

    partner_part = models.ForeignKey(PartnerPart, on_delete=models.PROTECT, related_name="prices")
    price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4)
    currency = CodeField(_("currency"), max_length=3, help_text="the relation's when the price was set")
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text="the last day; empty: until the next one"
    )
    ended_for = models.DateField(null=True, help_text="the first day of the price that ended this one, which was open")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("partner_part", "valid_from", name="part_price_one_a_day"),
            models.CheckConstraint(condition=Q(price__gte=0), name="part_price_not_negative"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="part_price_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price} {self.currency} from {self.valid_from}"


class NumberRange(OrganizationModel):
    """The next number of one kind of document in one firm."""

    kind = models.CharField(max_length=20)
    prefix = CodeField(max_length=10)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("organization", "kind", name="number_range_once")]

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"
