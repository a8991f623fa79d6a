"""Material of the buyer's that lies with its supplier (사급자재): what the two firms agreed on it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField
from apps.common.units import UNIT_CHOICES, validate_unit
from apps.tenancy.access import Access, Guard, nobody, side, sides
from apps.tenancy.bases import RelationModel, track_history
from apps.tenancy.models import localized


@track_history()
class ConsignedPart(RelationModel):
    """A part of the buyer's that it hands to one supplier to work with. It stays the buyer's until it is used.

    Free (무상) or charged (유상) changes nothing of what lies where: only what a month's settlement says of money.
    """

    access = Access(
        read=sides(),
        insert=side("buyer"),
        update=side("buyer"),
        guards=(
            Guard(("part", "number", "unit", "created_at"), by=nobody()),
            Guard(("name", "name_en", "is_charged", "unit_price", "currency", "allowed_loss", "ended_at"), by=side("buyer")),
        ),
    )
    tenant_of = {"part": "buyer"}

    part = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="consigned_parts")
    number = CodeField(_("buyer's number"), max_length=60)
    name = NameField(_("name"), max_length=200)
    name_en = NameField(_("English name"), max_length=200, blank=True)
    unit = models.CharField(_("base unit"), max_length=3, choices=UNIT_CHOICES, validators=[validate_unit])
    is_charged = models.BooleanField(_("charged"), default=False, help_text="what was used is paid for by the supplier")
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, null=True, blank=True)
    currency = CodeField(
        max_length=3, blank=True, default="", db_default="", help_text="of the unit price; empty: the relation's"
    )
    allowed_loss = models.DecimalField(
        _("allowed loss"),
        max_digits=5,
        decimal_places=4,
        default=Decimal(0),
        help_text="a share of what was used: 0.02 is 2 %",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text="no more sent to this supplier")

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "part", name="consigned_part_once"),
            models.CheckConstraint(condition=Q(unit_price=None) | Q(unit_price__gte=0), name="consigned_price_not_negative"),
            models.CheckConstraint(condition=Q(allowed_loss__gte=0, allowed_loss__lt=1), name="consigned_loss_is_a_share"),
        ]
        indexes = [
            models.Index(F("buyer"), F("number"), name="consigned_part_buyer"),
            models.Index(F("supplier"), F("number"), name="consigned_part_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def paid_in(self) -> str:
        """The currency of its unit price: the relation's when that was agreed, whatever the relation agreed since."""
        return self.currency or self.relation.currency

    @property
    def label(self) -> str:
        return localized(self.name, self.name_en)
