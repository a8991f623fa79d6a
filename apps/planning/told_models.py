"""What suppliers are told of a buyer's demand: of their own parts alone, and only the levels that the buyer shows.

The plans themselves stay private. A row of `SharedLevel` is all that shows anything: both walls ask for it at every look, so
that a level that is withdrawn is gone with the next one.
"""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, Guard, linked, nobody, side, sides
from apps.tenancy.bases import RelationModel

from .levels import Bucket, Commitment

_SHOWN = "planning.SharedLevel"
_TOLD = side("supplier") & linked(_SHOWN, relation="relation", when=side("supplier"))
_REASON = "the supplier reads of it what the buyer shows"


class SharedLevel(RelationModel):
    """The supplier of a relation sees what it is told of one commitment level."""

    access = Access(read=sides(), insert=side("buyer"), delete=sides())  # who ends the relation withdraws it

    level = models.PositiveSmallIntegerField(choices=Commitment)
    shared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "level", name="shared_level_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="shared_level_known"),
        ]
        indexes = [
            models.Index("buyer", name="shared_level_of_buyer"),
            models.Index("supplier", name="shared_level_of_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.relation_id}: {self.level}"


class Quota(RelationModel):
    """Which share of a part's demand one of its suppliers is told; the buyer's alone, so that nobody learns of others."""

    access = Access(read=side("buyer"), write=side("buyer"), reason="no supplier learns that there are others")

    partner_part = models.OneToOneField("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+")
    share = models.DecimalField(_("share"), max_digits=5, decimal_places=4, help_text="0.6 is 60 %")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="quota_is_a_share")]
        indexes = [models.Index("buyer", name="quota_of_buyer")]

    def __str__(self) -> str:
        return f"{self.share} of {self.partner_part_id}"


class PartnerRelease(RelationModel):
    """One edition of what a supplier is told of a site's demand; the next one replaces it whole.

    Days from `first_day` on, weeks from `weeks_from` on, which is a Monday.
    """

    access = Access(
        read=side("buyer") | _TOLD,
        insert=side("buyer"),
        update=side("buyer"),
        reason=_REASON,
        guards=(
            Guard(("site", "edition", "first_day", "weeks_from", "replaces", "published_at"), by=nobody()),
            Guard(("is_current", "said_at"), by=side("buyer")),
        ),
    )
    tenant_of = {"site": "buyer"}

    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    edition = models.PositiveIntegerField(help_text="of this relation and site, from 1 on")
    first_day = models.DateField()
    weeks_from = models.DateField()
    is_current = models.BooleanField(default=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    published_at = models.DateTimeField(auto_now_add=True)
    said_at = models.DateTimeField(help_text="when a plan last said the same")

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "site", "edition", name="partner_release_edition"),
            models.UniqueConstraint("relation", "site", name="partner_release_one_current", condition=Q(is_current=True)),
        ]
        indexes = [
            models.Index(F("buyer"), F("id").desc(), name="partner_release_buyer"),
            models.Index(F("supplier"), F("id").desc(), name="partner_release_supplier"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As both firms call it: the site's code and its edition."""
        return f"{self.site.code}-{self.edition}"


class ReleasedPart(RelationModel):
    """A part that an edition speaks of: until its last day what no row names is not needed, and later ones are unknown."""

    access = Access(read=side("buyer") | _TOLD, insert=side("buyer"), reason=_REASON)

    release = models.ForeignKey(PartnerRelease, on_delete=models.PROTECT, related_name="parts")
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("release", "partner_part", name="released_part_once")]
        indexes = [models.Index("partner_part", name="released_part_of_part")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.partner_part_id} until {self.until}"


class PartnerDemand(RelationModel):
    """What an edition needs of a part on a day, or in the week that begins on it, in the unit of its `ReleasedPart`."""

    access = Access(
        read=side("buyer") | (side("supplier") & linked(_SHOWN, relation="relation", level="level", when=side("supplier"))),
        insert=side("buyer"),
        reason=_REASON,
    )

    release = models.ForeignKey(PartnerRelease, on_delete=models.PROTECT, related_name="rows")
    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False)
    bucket = models.CharField(max_length=4, choices=Bucket)
    day = models.DateField(help_text="of a week its Monday")
    quantity = models.DecimalField(**QUANTITY_DIGITS)
    level = models.PositiveSmallIntegerField(choices=Commitment)

    class Meta:
        constraints = [
            models.UniqueConstraint("release", "partner_part", "day", "bucket", "level", name="partner_demand_once"),
            models.CheckConstraint(condition=Q(quantity__gt=Decimal(0)), name="partner_demand_gt_0"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.partner_part_id} on {self.day}"
