"""What customers have to do with capacity: what was agreed with them, and what a grant shows them of it."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import NameField, NoteField
from apps.common.units import QUANTITY_DIGITS, UNIT_CHOICES
from apps.tenancy.access import Access, Guard, granted, nobody, side, sides, where
from apps.tenancy.bases import RelationModel
from apps.tenancy.models import Grant

KIND = "capacity"
_GIVEN = ("group", "name", "unit", "first_week", "last_week", "quantity", "created_at", "created_by")


class CapacityAgreement(RelationModel):
    """So much of a group's capacity a supplier keeps for a customer in each week: it proposes, the customer agrees, either
    ends it."""

    access = Access(
        read=sides(),
        insert=side("supplier") & where(agreed_at=None, ended_at=None),
        update=sides(),
        guards=(
            Guard(_GIVEN, by=nobody()),
            Guard(("agreed_at", "agreed_by"), by=nobody(), first=side("buyer")),
            Guard(("ended_at", "ended_by"), by=nobody(), first=sides()),
        ),
    )
    tenant_of = {"group": "supplier"}

    group = models.ForeignKey("capacity.CapacityGroup", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = NameField(_("name"), max_length=120, help_text="of the group, when it was proposed: the customer sees no group")
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    first_week = models.DateField(_("from the week"), help_text="its Monday")
    last_week = models.DateField(_("to the week"), null=True, help_text="its Monday; empty: until somebody ends it")
    quantity = models.DecimalField(_("a week"), **QUANTITY_DIGITS)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="capacity_agreed_gt_0"),
            models.CheckConstraint(
                condition=Q(last_week=None) | Q(last_week__gte=F("first_week")), name="capacity_agreed_ends_after_start"
            ),
        ]
        indexes = [
            models.Index("buyer", name="capacity_agreed_buyer"),
            models.Index("supplier", name="capacity_agreed_supplier"),
            models.Index("group", name="capacity_agreed_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.name}"

    def is_of(self, week: date) -> bool:
        return self.first_week <= week and (self.last_week is None or week <= self.last_week)


class ToldCapacity(RelationModel):
    """What a customer may know of the capacity for its parts in a week: one row of each precision; a grant shows its own.

    It is told what was agreed with it, in a week that gives less than a usual one as much less, whether others share the
    group or not; the whole only of a group that its maker says is used for it alone. Exact: `actual`, `maximum` (of the
    whole) and the load of its own parts. In buckets: from `least` to below `below`. Yes or no: whether the week gives what
    was agreed. Neither of these two rests on what the customer asks, so that asking otherwise finds out nothing.
    """

    access = Access(
        read=side("supplier") | (side("buyer") & granted(KIND, giver="supplier", precision="precision")),
        insert=side("supplier"),
        delete=side("supplier"),
        reason="the supplier's; its customer reads it by a grant",
    )
    tenant_of = {"group": "supplier"}

    group = models.ForeignKey("capacity.CapacityGroup", on_delete=models.CASCADE, related_name="+", db_index=False)
    name = NameField(max_length=120)
    parts = NoteField(max_length=2000, help_text="the customer's numbers, one a line")
    unit = models.CharField(max_length=3, choices=UNIT_CHOICES)
    week = models.DateField(help_text="its Monday")
    precision = models.CharField(max_length=8, choices=Grant.Precision)
    actual = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of exact rows alone")
    maximum = models.DecimalField(**QUANTITY_DIGITS, null=True)
    load = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of the customer's own parts; empty: unknown")
    least = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of rows in buckets: from so much")
    below = models.DecimalField(**QUANTITY_DIGITS, null=True, help_text="of rows in buckets: to less than so much")
    is_enough = models.BooleanField(null=True, help_text="of rows of yes or no")
    told_at = models.DateTimeField(help_text="when the supplier last wrote the figures, or said that they hold")

    class Meta:
        constraints = [
            models.UniqueConstraint("relation", "group", "week", "precision", name="capacity_told_once"),
            models.CheckConstraint(
                condition=Q(precision="exact", actual__isnull=False, least=None, below=None, is_enough=None)
                | Q(
                    precision="bucket",
                    actual=None,
                    maximum=None,
                    load=None,
                    least__isnull=False,
                    below__isnull=False,
                    is_enough=None,
                )
                | Q(
                    precision="yes_no", actual=None, maximum=None, load=None, least=None, below=None, is_enough__isnull=False
                ),
                name="capacity_told_as_precisely_as_said",
            ),
        ]
        indexes = [
            models.Index("buyer", "week", name="capacity_told_buyer"),
            models.Index("supplier", name="capacity_told_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.name} in the week of {self.week}"
