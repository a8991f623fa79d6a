"""How much a firm can make: groups of parts that share a machine, a line or hands, and what each gives in a week. Private.

The names are those of Catena-X DCM (CX-0128): actual and maximum capacity of a week, and a load factor for each part.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.bases import OrganizationModel

from .shared_models import CapacityAgreement as CapacityAgreement
from .shared_models import ToldCapacity as ToldCapacity


class GroupKind(models.TextChoices):
    RESOURCE = "resource", _("Resource")
    PARTS = "parts", _("Part group")


def _is_capacity(actual: str, maximum: str) -> Q:
    """Both 0 or more, the maximum not below what is usual; either may be unknown."""
    least = Q(**{f"{actual}__isnull": True}) | Q(**{f"{actual}__gte": 0})
    most = Q(**{f"{maximum}__isnull": True}) | Q(**{f"{maximum}__gte": 0})
    either = Q(**{f"{actual}__isnull": True}) | Q(**{f"{maximum}__isnull": True})
    return least & most & (either | Q(**{f"{maximum}__gte": F(actual)}))


class CapacityGroup(OrganizationModel):
    """A resource of a site, or a group of parts that is made together there.

    `usual` and `usual_maximum` are what a week gives in which the site works as its calendar usually says; a week with days
    off gives less by them, and a week of its own (`CapacityWeek`) says otherwise. None: unknown.
    """

    unbound = {"made_for": "its supplier, under another name of the column"}

    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = CodeField(_("code"), max_length=40)
    name = NameField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=GroupKind, default=GroupKind.RESOURCE)
    unit = models.CharField(_("counted in"), max_length=3, choices=UNIT_CHOICES, default="H87")
    usual = models.DecimalField(_("actual capacity of a usual week"), **QUANTITY_DIGITS, null=True, blank=True)
    usual_maximum = models.DecimalField(_("maximum of a usual week"), **QUANTITY_DIGITS, null=True, blank=True)
    made_for = models.ForeignKey(
        "tenancy.TradingRelation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="with the one customer for whose parts alone it is used: told the whole of it, as its maker chose",
    )
    said_at = models.DateTimeField(null=True, help_text="when its figures were last written, or said to hold")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, help_text="not used any more")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "site", "code", name="capacity_group_once", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=_is_capacity("usual", "usual_maximum"), name="capacity_group_usual"),
        ]
        indexes = [models.Index("organization", "site", "code", name="capacity_group_of_site")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CapacityPart(OrganizationModel):
    """A part that a group makes, and how much of its capacity one base unit of the part takes: the load factor."""

    unbound = {"partner_part": "made by the supplier of the part's relation: no one column of the part names the maker"}

    group = models.ForeignKey(CapacityGroup, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(
        "masterdata.Part", on_delete=models.PROTECT, related_name="+", null=True, help_text="the maker's own"
    )
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", null=True)
    factor = models.DecimalField(_("load factor"), **QUANTITY_DIGITS, default=Decimal(1))

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "part", name="capacity_part_once"),
            models.UniqueConstraint("group", "partner_part", name="capacity_partner_part_once"),
            models.CheckConstraint(
                condition=Q(partner_part__isnull=False, part=None) | Q(partner_part=None, part__isnull=False),
                name="capacity_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(factor__gt=0), name="capacity_factor_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.factor} for {self.part_id or self.partner_part_id}"

    @property
    def number(self) -> str:
        """As the maker calls it."""
        if self.partner_part:
            return self.partner_part.supplier_number or self.partner_part.buyer_number
        return str(self.part.number)

    @property
    def label(self) -> str:
        return (self.partner_part or self.part).label

    @property
    def unit(self) -> str:
        return (self.partner_part or self.part).unit


class CapacityWeek(OrganizationModel):
    """What a group gives in one week, where that is said otherwise than as usual."""

    group = models.ForeignKey(CapacityGroup, on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField(_("week"), help_text="its Monday")
    actual = models.DecimalField(_("actual capacity"), **QUANTITY_DIGITS)
    maximum = models.DecimalField(_("maximum capacity"), **QUANTITY_DIGITS, null=True)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("group", "week", name="capacity_week_once"),
            models.CheckConstraint(condition=_is_capacity("actual", "maximum"), name="capacity_week_is_capacity"),
        ]

    def __str__(self) -> str:
        return f"{self.actual} in the week of {self.week}"
