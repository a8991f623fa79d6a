"""How firms come in: the first by a code, others by invitation into a cluster, under texts that they accept."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.common.columns import CodeField, NameField, NoteField
from apps.common.identifiers import format_business_number
from apps.tenancy.access import Access, linked, member, nobody, own, where
from apps.tenancy.bases import ClusterModel, track_history
from apps.tenancy.models import ClusterMembership, localized
from apps.tenancy.scope import ScopedManager

# The scope's firm leads or coordinates the row's cluster.
MANAGES = linked(
    "tenancy.ClusterMembership", cluster="cluster", when=own() & where(kind=("lead", "coordinator"), state="active")
)


class FirstCode(models.Model):
    """The one-time code of an empty installation; only its hash is kept, and nothing once the first firm is in."""

    access = Access(read=nobody(), reason="the operator's, before any firm is here; read by the system's role alone")

    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the code")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"code of {self.made_at}"


class Agreement(ClusterModel):
    """A text that every firm of a cluster accepts, as it stood in one version; never changed, only followed by the next."""

    access = Access(read=member(), insert=MANAGES)

    class Kind(models.TextChoices):
        TERMS = "terms", _("Terms of use")
        SHARING = "sharing", _("Sharing agreement")

    kind = models.CharField(max_length=8, choices=Kind)
    version = models.PositiveIntegerField()
    text = NoteField(_("text"), max_length=20000)
    text_en = NoteField(_("English text"), max_length=20000, blank=True)
    frequencies = models.JSONField(
        default=dict,
        db_default=Value({}, output_field=models.JSONField()),
        blank=True,
        help_text="kind of data → days within which a firm brings it up to date; the text says them too",
    )
    hash = models.CharField(max_length=64, help_text="SHA-256 of both texts")
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("cluster", "kind", "version", name="agreement_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"

    @property
    def words(self) -> str:
        """In the reader's language."""
        return localized(self.text, self.text_en)


class Acceptance(models.Model):
    """A firm's yes to one version: who said it, for which firm, when, and the hash of what was read."""

    access = Access(read=own() | MANAGES, insert=own(), reason="the firm's own; who manages the cluster must know of it")

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    cluster = models.ForeignKey("tenancy.Cluster", on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acceptances")
    hash = models.CharField(max_length=64)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = NameField(max_length=80, help_text="of the person, as it was then")
    accepted_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint("organization", "agreement", name="acceptance_once")]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.agreement_id}"


@track_history(exclude=["digest"])
class FirmInvitation(models.Model):
    """A firm asked into a cluster, by its business number and an address. Its administrator comes in by the mailed link."""

    access = Access(read=MANAGES, write=MANAGES, reason="lead and coordinators of the cluster look after its invitations")

    cluster = models.ForeignKey("tenancy.Cluster", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+", help_text="who invites")
    kind = models.CharField(_("part in the cluster"), max_length=12, choices=ClusterMembership.Kind)
    business_number = CodeField(_("business registration number"), max_length=10)
    firm_name = NameField(_("firm"), max_length=200, blank=True)
    vendor_code = CodeField(
        _("vendor code"),
        max_length=30,
        blank=True,
        default="",
        db_default="",
        help_text="the lead firm's number of a supplier",
    )
    email = models.EmailField(_("e-mail"))
    language = models.CharField(max_length=2, choices=User.language.field.choices, default="ko")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(help_text="when the mail was asked for last")
    sent_at = models.DateTimeField(null=True)
    digest = models.BinaryField(max_length=32, unique=True, null=True, help_text="SHA-256 of the link's secret")
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, help_text="when a browser first showed the link's page; a hint, no proof")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "cluster",
                "business_number",
                condition=Q(accepted_at=None, revoked_at=None),
                name="firm_invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="firm_invitation_email_lower"),
            models.CheckConstraint(condition=Q(business_number__regex=r"^\d{10}$"), name="firm_invitation_ten_digits"),
        ]
        indexes = [models.Index("asked_at", name="firm_invitation_to_send", condition=Q(sent_at=None))]

    def __str__(self) -> str:
        return f"{self.business_number} into {self.cluster_id}"

    @property
    def number(self) -> str:
        return format_business_number(self.business_number)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()
