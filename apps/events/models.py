"""What has happened (the outbox), who must hear of it (the inbox), and how busy each member is."""

from django.db import models
from django.db.models import F, Q

from apps.common.columns import NameField
from apps.tenancy.access import Access, linked, member, own, partner, person, sides, where
from apps.tenancy.bases import ClusterModel, OrganizationModel
from apps.tenancy.scope import ScopedManager

# One's own act, on a relation of one's own or told to somebody one knows: an office tells all members of a federation.
_OWN_ACT = (
    own("actor_organization")
    & person("actor", or_none=True)
    & where(position=None)
    & (partner() | linked("tenancy.TradingRelation", buyer="buyer", supplier="supplier", when=sides()))
)


class DomainEvent(models.Model):
    """One thing that happened, written in the transaction of the act. The relay publishes type and id, never more.

    `position` is given by the relay in the order of publication, so that "all after 17" has no gaps; `id` is given before
    the commit and may appear out of order.
    """

    access = Access(
        read=sides() | own(),
        insert=_OWN_ACT,
        reason="shared when it has two sides, private when it has one organization; append-only",
    )

    event = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, help_text="kind and id, for example order-17")
    label = NameField(max_length=120, help_text="how people call the subject, for example its number")
    buyer = models.ForeignKey("tenancy.Organization", models.PROTECT, null=True, related_name="+", db_index=False)
    supplier = models.ForeignKey("tenancy.Organization", models.PROTECT, null=True, related_name="+", db_index=False)
    organization = models.ForeignKey("tenancy.Organization", models.PROTECT, null=True, related_name="+", db_index=False)
    actor_organization = models.ForeignKey("tenancy.Organization", models.PROTECT, related_name="+", db_index=False)
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    position = models.BigIntegerField(null=True, unique=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(buyer__isnull=False, supplier__isnull=False, organization=None)
                | Q(buyer=None, supplier=None, organization__isnull=False),
                name="event_two_sides_or_one_firm",
            )
        ]
        indexes = [
            models.Index("id", name="event_outbox", condition=Q(position=None)),
            models.Index("buyer", "position", name="event_buyer"),
            models.Index("supplier", "position", name="event_supplier"),
            models.Index("organization", "position", name="event_organization"),
            models.Index(F("subject"), F("id").desc(), name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class Notification(OrganizationModel):
    """An event that one person should look at."""

    unbound = {"event": "of two sides or one firm: no one column of an event names the reader"}
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(DomainEvent, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True, help_text="when it went out by mail, or was passed over")

    class Meta:
        constraints = [models.UniqueConstraint("event", "user", "organization", name="notification_once")]
        indexes = [
            models.Index(F("user"), F("organization"), F("id").desc(), name="notification_list"),
            models.Index(F("user"), F("organization"), F("created_at").desc(), F("id").desc(), name="notification_when"),
            models.Index("user", "organization", name="notification_unread", condition=Q(read_at=None)),
            models.Index("created_at", name="notification_to_mail", condition=Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.user_id}"


class MemberActivity(ClusterModel):
    """Per cluster, firm and kind of event: how often and when last. All a coordinator sees of business: never a quantity."""

    access = Access(read=member() & partner(), reason="two suppliers of one lead do not know each other")

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    event = models.CharField(max_length=60)
    count = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("cluster", "organization", "event", name="member_activity_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.event} {self.count}"
