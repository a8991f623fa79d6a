"""What a buyer lets a supplier know of its stock, where a grant says so; all other figures of the tower are not kept."""

from django.db import models
from django.db.models import Q

from apps.tenancy.access import Access, Guard, granted, nobody, side
from apps.tenancy.bases import RelationModel
from apps.tenancy.models import Grant

KIND = "days_of_supply"


class CustomerCover(RelationModel):
    """How long a buyer's usable stock of a partner part's own part lasts at a site, as precisely as one grant says.

    Exact: `days`, a lower bound where `is_at_least`. In buckets: from `low` to below `high` days, None upwards without end.
    Yes or no: `is_enough`. No row stands where stock or demand is unknown or stale.
    """

    access = Access(
        read=side("buyer") | (side("supplier") & granted(KIND, giver="buyer", part="partner_part", precision="precision")),
        write=side("buyer"),
        reason="the buyer's; its supplier reads it by a grant",
        guards=(
            Guard(("partner_part", "site", "precision"), by=nobody()),
            Guard(("days", "is_at_least", "low", "high", "is_enough", "as_of"), by=side("buyer")),
        ),
    )
    tenant_of = {"site": "buyer"}

    partner_part = models.ForeignKey("masterdata.PartnerPart", on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+", db_index=False)
    precision = models.CharField(max_length=8, choices=Grant.Precision)
    days = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    is_at_least = models.BooleanField(default=False)
    low = models.PositiveSmallIntegerField(null=True)
    high = models.PositiveSmallIntegerField(null=True)
    is_enough = models.BooleanField(null=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("partner_part", "site", "precision", name="customer_cover_once"),
            # A row tells as precisely as its grant, and nothing besides.
            models.CheckConstraint(
                condition=Q(precision="exact", days__isnull=False, low=None, high=None, is_enough=None)
                | Q(precision="bucket", days=None, is_at_least=False, low__isnull=False, is_enough=None)
                | Q(precision="yes_no", days=None, is_at_least=False, low=None, high=None, is_enough__isnull=False),
                name="customer_cover_as_precise_as_its_grant",
            ),
        ]
        indexes = [
            models.Index("buyer", name="customer_cover_buyer"),
            models.Index("supplier", name="customer_cover_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.partner_part_id} at {self.site_id}"
