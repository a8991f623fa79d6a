"""What goes into a part, what a site plans to make or to use, and the demand that follows. Private to the planning firm."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField
from apps.common.units import QUANTITY_DIGITS
from apps.tenancy.bases import OrganizationModel

from .levels import Bucket as Bucket
from .levels import Commitment as Commitment
from .told_models import PartnerDemand as PartnerDemand
from .told_models import PartnerRelease as PartnerRelease
from .told_models import Quota as Quota
from .told_models import ReleasedPart as ReleasedPart
from .told_models import SharedLevel as SharedLevel


class PlanKind(models.TextChoices):
    PRODUCTION = "production", _("Production plan")
    DEMAND = "demand", _("Demand of parts")


class ReleaseState(models.TextChoices):
    CURRENT = "current", _("In force")
    SUPERSEDED = "superseded", _("Replaced")


class BillItem(OrganizationModel):
    """So much of a component goes into one base unit of its parent, in the component's base unit."""

    parent = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+")
    component = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("quantity"), **QUANTITY_DIGITS)
    scrap_share = models.DecimalField(
        _("scrap share"), max_digits=5, decimal_places=4, default=Decimal(0), help_text="drawn on top: 0.02 is 2 %"
    )
    offset_days = models.PositiveSmallIntegerField(
        _("needed so many days before"), default=0, help_text="calendar days before its parent is made"
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until"), null=True, blank=True, help_text="the last day")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization", "parent", "component", "valid_from", name="bill_item_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="bill_item_quantity_gt_0"),
            models.CheckConstraint(condition=Q(scrap_share__gte=0, scrap_share__lt=1), name="bill_item_scrap_is_a_share"),
            models.CheckConstraint(condition=~Q(parent=F("component")), name="bill_item_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.component_id} in {self.parent_id}"


class SafetyStock(OrganizationModel):
    """What should lie at a site at the end of every day, and the least and the most that somebody wants there, in the part's
    base unit; none kept: 0, and no limits."""

    part = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(_("safety stock"), **QUANTITY_DIGITS)
    minimum = models.DecimalField(_("minimum"), **QUANTITY_DIGITS, null=True, blank=True)
    maximum = models.DecimalField(_("maximum"), **QUANTITY_DIGITS, null=True, blank=True)
    is_up_to_maximum = models.BooleanField(_("below the minimum, order up to the maximum"), default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "part", "site", name="safety_stock_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & (Q(quantity__gt=0) | Q(minimum__isnull=False) | Q(maximum__isnull=False)),
                name="safety_stock_says_something",
            ),
            models.CheckConstraint(
                condition=(Q(minimum=None) | Q(minimum__gte=0))
                & (Q(maximum=None) | (Q(maximum__gt=0) & Q(maximum__gte=F("quantity"))))
                & (Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=F("minimum"))),
                name="safety_stock_limits",
            ),
            models.CheckConstraint(
                condition=Q(is_up_to_maximum=False) | Q(minimum__isnull=False, maximum__isnull=False),
                name="safety_stock_up_to_maximum",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.part_id}"


class Shortage(models.TextChoices):
    """What a report of production does where material for it is missing."""

    REFUSE = "refuse", _("Refuse the report")
    TAKE = "take", _("Take what is there, and say what was missing")


class MakingRule(OrganizationModel):
    """How production is reported at a site; none kept: as the defaults say."""

    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    shortage = models.CharField(
        _("where material is missing"), max_length=6, choices=Shortage, default=Shortage.REFUSE, db_default=Shortage.REFUSE
    )
    over_share = models.DecimalField(
        _("more than planned, without a question"),
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.1"),
        help_text="a share of the plan: 0.1 is 10 %",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "site", name="making_rule_once"),
            models.CheckConstraint(condition=Q(over_share__gte=0, over_share__lt=10), name="making_rule_over_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.shortage} at {self.site_id}"


class Release(OrganizationModel):
    """One edition of the plan of a site. The next one of its kind replaces it; it stays to be read."""

    number = CodeField(_("number"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=PlanKind)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    source = models.CharField(max_length=8, choices=[("screen", _("screen")), ("api", "API"), ("file", _("file"))])
    as_of = models.DateTimeField(_("as of"), help_text="when the plan was drawn from its system")
    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.CURRENT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    row_count = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "number", name="release_number_unique"),
            models.UniqueConstraint(
                "organization", "kind", "site", name="release_one_in_force", condition=Q(state="current")
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="release_ends_after_start"),
        ]
        indexes = [models.Index("organization", F("published_at").desc(), F("id").desc(), name="release_list")]

    def __str__(self) -> str:
        return self.number


class PlanRow(OrganizationModel):
    """What a release says of one part, of a day or of the week that begins on it; never changed."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="rows")
    part = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+", db_index=False)
    bucket = models.CharField(max_length=4, choices=Bucket, default=Bucket.DAY)
    day = models.DateField(help_text="of a week its Monday")
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the part's base unit")
    level = models.PositiveSmallIntegerField(choices=Commitment, default=Commitment.FIRM)

    class Meta:
        constraints = [
            models.UniqueConstraint("release", "part", "day", "bucket", name="plan_row_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="plan_row_not_negative"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.part_id} on {self.day}"


class Demand(OrganizationModel):
    """What releases in force take of a part at their site on one day, worked out when they, or a bill, changed."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="demand")
    part = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    quantity = models.DecimalField(**QUANTITY_DIGITS, help_text="in the part's base unit")
    level = models.PositiveSmallIntegerField(choices=Commitment)
    taken_on = models.DateField(null=True, help_text="the day on which its parent is made: until then it lies in stock")

    class Meta:
        constraints = [
            models.UniqueConstraint("release", "part", "day", "level", "taken_on", name="demand_once", nulls_distinct=False)
        ]
        indexes = [models.Index("organization", "part", "day", name="demand_of_part")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.part_id} on {self.day}"


class KnownDemand(OrganizationModel):
    """Until when a release in force knows the demand of a part; days without a row of `Demand` until then need none."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="known")
    part = models.ForeignKey("masterdata.Part", on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint("release", "part", name="known_demand_once")]
        indexes = [models.Index("organization", "part", name="known_demand_of_part")]

    def __str__(self) -> str:
        return f"{self.part_id} until {self.until}"
