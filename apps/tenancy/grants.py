"""The one table of what is shared by rule: a firm lets others see its private rows of one kind, for a time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .access import Access, Guard, linked, nobody, own, partner, side, sides, where
from .access.grants import CUSTOMERS, EXACT
from .bases import track_history
from .scope import ScopedManager

GIVER, RECEIVER = own(), own("receiver")
_OFFER, _REQUEST = where(is_offer=True), where(is_offer=False)
_WAITS = where(agreed_at=None, revoked_at=None)
# The relation and the part, where one is named, are those of the two firms: no key can say so, as they may be empty.
_OF_BOTH = (
    where(relation=None)
    | linked("tenancy.TradingRelation", pk="relation", buyer="organization", supplier="receiver", when=sides())
    | linked("tenancy.TradingRelation", pk="relation", supplier="organization", buyer="receiver", when=sides())
) & (where(partner_part=None) | linked("masterdata.PartnerPart", pk="partner_part", relation="relation", when=sides()))
_CHECKED = "the policy of a new grant checks it against giver and receiver, and it is never changed"
_TO_CUSTOMERS = where(step=CUSTOMERS, receiver=None, relation=None, partner_part=None, is_offer=True, revoked_at=None)


@track_history()
class Grant(models.Model):
    """One firm shows rows of one kind to one other, or to the next step of the chain. One side asks, the other agrees.

    It is in force when it is agreed, not revoked, and today lies between its days. What it shows is asked of it by the
    policies (`access.granted`), at every look: what is revoked is gone with the next one.
    """

    access = Access(
        read=GIVER
        | RECEIVER
        | (where(step=CUSTOMERS) & linked("tenancy.TradingRelation", supplier="organization", when=side("buyer"))),
        insert=(GIVER & _OFFER & partner("receiver") & _WAITS & where(step="") & _OF_BOTH)
        | (RECEIVER & _REQUEST & partner() & _WAITS & where(step="") & _OF_BOTH)
        | (GIVER & _TO_CUSTOMERS),
        update=GIVER | RECEIVER,
        reason="the firm that shares and the one it shares with; a grant to customers is read by those",
        guards=(
            Guard(("kind", "receiver", "step", "relation", "partner_part", "precision", "starts_on", "until"), by=nobody()),
            Guard(("is_offer", "created_at", "created_by"), by=nobody()),
            # Who was asked says yes, once; either ends it, once, in its own name.
            Guard(("agreed_at", "agreed_by"), by=nobody(), first=(RECEIVER & _OFFER) | (GIVER & _REQUEST)),
            Guard(("revoked_at", "revoked_by"), by=nobody(), first=own("revoked_firm")),
            Guard(("revoked_firm",), by=nobody(), first=own("revoked_firm")),
        ),
    )

    unbound = {"relation": _CHECKED, "partner_part": _CHECKED}

    class Precision(models.TextChoices):
        EXACT = EXACT, _("Exact")
        BUCKET = "bucket", _("In buckets")
        YES_NO = "yes_no", _("Yes or no")

    class Step(models.TextChoices):
        CUSTOMERS = CUSTOMERS, _("Customers that the goods came to")

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=12, choices=Step, blank=True, help_text="of the chain, instead of one receiver")
    relation = models.ForeignKey(
        "tenancy.TradingRelation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    partner_part = models.ForeignKey(
        "masterdata.PartnerPart",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="empty: all parts",
    )
    kind = models.CharField(max_length=30, help_text="of what is shared, as apps declare it in shares.py")
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.EXACT)
    starts_on = models.DateField()
    until = models.DateField(null=True, help_text="the last day; empty: until it is revoked")
    is_offer = models.BooleanField(default=True, help_text="the giver proposed it; else the receiver asked for it")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    revoked_firm = models.ForeignKey(
        "tenancy.Organization", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(step="", receiver__isnull=False) | Q(receiver=None, relation=None, is_offer=True) & ~Q(step=""),
                name="grant_one_receiver",
            ),
            models.CheckConstraint(condition=~Q(receiver=F("organization")), name="grant_two_firms"),
            models.CheckConstraint(
                condition=Q(partner_part=None) | Q(relation__isnull=False), name="grant_part_of_a_relation"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("starts_on")), name="grant_ends_after_start"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_firm=None) | Q(revoked_at__isnull=False, revoked_firm__isnull=False),
                name="grant_revoked_by_a_firm",
            ),
        ]
        # The policies ask for it at every row that they show.
        indexes = [
            models.Index("organization", "kind", "receiver", name="grant_in_force", condition=Q(revoked_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organization_id}"
