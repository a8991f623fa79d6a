"""What was made on a day, and what was missing for it. A report is never changed: another one takes it back."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.columns import CodeField, NoteField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, granted, linked, own, side
from apps.tenancy.bases import OrganizationModel
from apps.tenancy.models import Grant
from apps.tenancy.scope import ScopedManager


class RejectReason(models.TextChoices):
    DIMENSION = "dimension", _("Dimension out of tolerance")
    SURFACE = "surface", _("Surface")
    MATERIAL = "material", _("Material")
    FUNCTION = "function", _("Function")
    SETUP = "setup", _("Setting up the machine")
    HANDLING = "handling", _("Damaged in handling")
    OTHER = "other", _("Other")


ONE_THING = Q(partner_part__isnull=False, part=None) | Q(partner_part=None, part__isnull=False)
MADE = Q(reverses=None, good__gte=0, rejected__gte=0) & (Q(good__gt=0) | Q(rejected__gt=0))
TAKEN_BACK = Q(reverses__isnull=False, good__lte=0, rejected__lte=0)


class ProductionReport(OrganizationModel):
    """So much of one part, made at a site on a day: of an own part, or of a partner part where the firm keeps no own one.

    Good pieces lie in the stock of the site; rejected ones are gone, and took their material with them.
    """

    unbound = {"partner_part": "made by the supplier of the part's relation: no one column of the part names the maker"}

    number = CodeField(_("number"), max_length=40)
    part = models.ForeignKey(
        "masterdata.Part",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        help_text="the maker's own",
    )
    partner_part = models.ForeignKey(
        "masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    good = models.DecimalField(_("good"), **QUANTITY_DIGITS, help_text="in `unit`; of a reversal below 0")
    rejected = models.DecimalField(pgettext_lazy("production", "rejected"), **QUANTITY_DIGITS, default=0)
    reason = models.CharField(_("reason"), max_length=12, choices=RejectReason, blank=True)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES, help_text="the part's")
    lot = CodeField(_("lot"), max_length=60, blank=True)
    note = NoteField(_("note"), max_length=500, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    key = CodeField(max_length=80, blank=True, help_text="the sender's: a report sent again with it is done once")
    source = models.CharField(max_length=8, choices=[("screen", _("screen")), ("api", "API"), ("file", _("file"))])
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "number", name="production_number_unique"),
            models.UniqueConstraint("organization", "key", name="production_key_once", condition=~Q(key="")),
            models.CheckConstraint(condition=ONE_THING, name="production_of_one_thing"),
            models.CheckConstraint(condition=MADE | TAKEN_BACK, name="production_made_or_taken_back"),
        ]
        indexes = [
            models.Index(F("organization"), F("day").desc(), F("id").desc(), name="production_by_day"),
            models.Index("organization", "site", "part", "day", name="production_of_part"),
            models.Index("organization", "site", "partner_part", "day", name="production_of_partner_part"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number

    @property
    def thing(self) -> tuple[int | None, int | None]:
        """(own part, partner part): one of them."""
        return self.part_id, self.partner_part_id

    @property
    def part_number(self) -> str:
        if self.partner_part:
            return self.partner_part.supplier_number or self.partner_part.buyer_number
        return self.part.number

    @property
    def label(self) -> str:
        return (self.partner_part or self.part).label


class Missing(OrganizationModel):
    """Material that a report should have taken and did not find, in the component's base unit: an own part, or material
    that a customer hands out."""

    unbound = {"consigned_part": "held by the supplier of its relation, under another name of the column"}

    report = models.ForeignKey(ProductionReport, on_delete=models.PROTECT, related_name="missing")
    part = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    consigned_part = models.ForeignKey(
        "inventory.ConsignedPart", on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    quantity = models.DecimalField(_("missing"), **QUANTITY_DIGITS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "part", "consigned_part"], name="production_missing_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(part__isnull=False, consigned_part=None) | Q(part=None, consigned_part__isnull=False),
                name="production_missing_of_one_thing",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="production_missing_gt_0"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.part_id or self.consigned_part_id}"

    @property
    def component(self) -> Any:
        return self.part or self.consigned_part


class ToldKind(models.TextChoices):
    PLANNED = "planned", _("Planned")
    MADE = "made", _("Made")


# A grant of all parts shows its customer those that it buys itself, and nobody else's.
_BOUGHT = linked("masterdata.PartnerPart", id="partner_part", supplier="organization", when=side("buyer"))


class Told(models.Model):
    """What customers of a part may know of its production on a day: one row of each precision; a grant shows its own.

    A policy cannot coarsen a column, so the coarse rows are written beside the exact one (`telling.py`).
    """

    access = Access(
        read=own() | (_BOUGHT & granted("production", part="partner_part", precision="precision")),
        write=own(),
        reason="the maker itself, and by its grant the customer of the part",
    )
    unbound = {"partner_part": "made by the supplier of the part's relation: no one column of the part names the maker"}

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=ToldKind)
    day = models.DateField()
    precision = models.CharField(max_length=8, choices=Grant.Precision)
    quantity = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of exact rows alone, in the partner part's unit")
    least = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of rows in buckets: from so much")
    below = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of rows in buckets: to less than so much")
    told_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "partner_part", "kind", "day", "precision", name="production_told_once"),
            models.CheckConstraint(
                condition=Q(precision="exact", quantity__gt=0, least=None, below=None)
                | Q(precision="bucket", quantity=None, least__isnull=False, below__isnull=False)
                | Q(precision="yes_no", quantity=None, least=None, below=None),
                name="production_told_as_precisely_as_said",
            ),
        ]
        indexes = [models.Index("partner_part", "day", name="production_told_of_part")]

    def __str__(self) -> str:
        return f"{self.kind} {self.partner_part_id} {self.day}"
