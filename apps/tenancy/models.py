"""Organizations and how they are tied together."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from apps.common.columns import CodeField, NameField
from apps.common.identifiers import format_business_number, validate_gln

from .access import Access, Guard, linked, member, nobody, own, partner, side, sides, where
from .bases import OrganizationModel, RelationModel, track_history
from .grants import Grant as Grant
from .roles import Role, Side
from .scope import ScopedManager
from .terms import COLUMNS, KEEP_VERSION, Terms

DIRECTORY = "a directory: read by the firm and its partners, whose names stand on shared documents"


class Organization(models.Model):
    """A firm, or the office that coordinates a cluster: the tenant."""

    # The partners hold the firm itself.
    access = Access(read=partner("pk"), write=own("pk"), reason=DIRECTORY)

    legal_name = NameField(_("legal name"), max_length=200)
    name_en = NameField(_("English name"), max_length=200, blank=True)
    gln = CodeField("GLN", max_length=13, blank=True, validators=[validate_gln])
    bpnl = CodeField("BPNL", max_length=16, blank=True)
    ncage = CodeField("NCAGE", max_length=5, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("gln", condition=~Q(gln=""), name="organization_gln_unique"),
            models.UniqueConstraint("bpnl", condition=~Q(bpnl=""), name="organization_bpnl_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.legal_name, self.name_en)


class BusinessNumber(OrganizationModel):
    """사업자등록번호: one legal entity may have several, one per place of business."""

    access = Access(read=partner(), write=own(), reason="stands on the papers that partners exchange")
    number = CodeField(max_length=10, unique=True)
    is_primary = models.BooleanField(default=True)
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^\d{10}$"), name="business_number_ten_digits"),
            models.UniqueConstraint("organization", condition=Q(is_primary=True), name="business_number_one_primary"),
        ]

    def __str__(self) -> str:
        return format_business_number(self.number)


@track_history(read=own())
class Site(models.Model):
    """A plant or warehouse: the place of stock, production and receipt. Closed, it is offered nowhere any more."""

    access = Access(read=partner(), write=own(), reason=DIRECTORY)

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sites")
    code = CodeField(_("plant code"), max_length=20)
    name = NameField(_("name"), max_length=120)
    name_en = NameField(_("English name"), max_length=120, blank=True)
    address = NameField(_("address"), max_length=300, blank=True)
    gln = CodeField("GLN", max_length=13, blank=True, validators=[validate_gln])
    bpns = CodeField("BPNS", max_length=16, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul")
    receives = models.BooleanField(_("goods arrive here"), default=True, db_default=True)
    ships = models.BooleanField(_("goods leave from here"), default=True, db_default=True)
    produces = models.BooleanField(_("goods are made here"), default=True, db_default=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint("organization", "code", name="site_code_unique")]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)

    def day_of(self, moment: datetime) -> date:
        """The day that it is there, whatever zone who reads of it is in."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def today(self) -> date:
        return self.day_of(timezone.now())


class Cluster(models.Model):
    """A group of firms that work together; the top boundary of sharing.

    Peers know each other. In a led cluster the lead and the coordinators know everybody, and two suppliers not each other:
    also before its lead is in.
    """

    access = Access(read=member("pk"))

    class Kind(models.TextChoices):
        LED = "led", _("Led by a lead firm")
        PEERS = "peers", _("Of peers")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.LED, db_default=Kind.LED)
    region = NameField(_("region"), max_length=120, blank=True, default="", db_default="")
    name = NameField(_("name"), max_length=200)
    name_en = NameField(_("English name"), max_length=200, blank=True)
    lead = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    programme = NameField(_("programme"), max_length=200, blank=True)
    starts_on = models.DateField(_("start"), null=True, blank=True)
    ends_on = models.DateField(_("end"), null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="cluster_ends_after_start"),
            models.CheckConstraint(condition=Q(kind="led") | Q(lead=None), name="cluster_of_peers_has_no_lead"),
        ]

    def __str__(self) -> str:
        return localized(self.name, self.name_en)


class ClusterMembership(models.Model):
    """A firm's part in a cluster."""

    access = Access(read=member() & partner(), reason="two suppliers of one lead do not know each other")

    class Kind(models.TextChoices):
        LEAD = "lead", _("Lead firm")
        SUPPLIER = "supplier", _("Supplier")
        COORDINATOR = "coordinator", _("Coordinator")
        OBSERVER = "observer", _("Observer")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Left")

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    since = models.DateField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint("cluster", "organization", name="cluster_membership_once")]

    def __str__(self) -> str:
        return f"{self.organization_id} in {self.cluster_id}"


# The other firm asked for the relation, and the scope's has not answered yet.
ASKED = linked(
    "partners.RelationRequest",
    buyer="buyer",
    supplier="supplier",
    when=own("asked") & where(answered_at=None, withdrawn_at=None),
)


@track_history()
class TradingRelation(Terms):
    """What a buyer and a supplier agreed on; every shared row hangs on exactly one."""

    # Made by provisioning, or by whoever says yes to a request; whose it is stands for good. Terms are taken over from the
    # proposal that the other side agreed to (`partners.TermsProposal`), by the database.
    access = Access(
        read=sides(),
        insert=sides() & ASKED,
        update=sides(),
        guards=(
            Guard(COLUMNS, by=nobody()),
            Guard(("vendor_code",), by=side("buyer")),
            Guard(("buyer_suspended_at",), by=side("buyer")),
            Guard(("supplier_suspended_at",), by=side("supplier")),
            # Either ends it in its own name; a request that is accepted begins it anew.
            Guard(("ended_at", "ended_firm"), by=ASKED, first=own("ended_firm")),
        ),
    )

    buyer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    vendor_code = CodeField(_("vendor code"), max_length=30, help_text=_("the buyer's number of the supplier"))
    buyer_suspended_at = models.DateTimeField(_("suspended by the buyer"), null=True)
    supplier_suspended_at = models.DateTimeField(_("suspended by the supplier"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_firm = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("buyer", "supplier", name="relation_once"),
            models.UniqueConstraint("buyer", "vendor_code", name="relation_vendor_code_unique"),
            models.CheckConstraint(condition=~Q(buyer=F("supplier")), name="relation_two_firms"),
            models.CheckConstraint(
                condition=Q(over_tolerance__gte=0) & Q(over_tolerance__lte=1), name="relation_tolerance_share"
            ),
        ]
        triggers = [KEEP_VERSION]

    def __str__(self) -> str:
        return f"{self.buyer_id} → {self.supplier_id}"

    @property
    def is_open(self) -> bool:
        """Whether new orders may be placed; what is ordered goes on in any case."""
        return self.ended_at is None and not self.is_suspended

    @property
    def is_suspended(self) -> bool:
        return bool(self.buyer_suspended_at or self.supplier_suspended_at)

    @property
    def relation_id(self) -> int:
        return self.pk

    def side_of(self, organization_id: int) -> Side | None:
        return {self.buyer_id: Side.BUYER, self.supplier_id: Side.SUPPLIER}.get(organization_id)


class RelationTerms(RelationModel, Terms):
    """The terms of a relation as they were agreed at one time; the database writes a version at each change."""

    access = Access(read=sides())
    version = models.PositiveIntegerField()
    agreed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("relation", "version", name="relation_terms_version")]

    def __str__(self) -> str:
        return f"{self.relation_id} v{self.version}"


class OrganizationRole(OrganizationModel):
    """A role of one organization; its members are the members of the group."""

    role = models.CharField(max_length=24, choices=Role)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="organization_role")

    class Meta:
        constraints = [models.UniqueConstraint("organization", "role", name="organization_role_once")]

    def __str__(self) -> str:
        return f"{self.organization_id}:{self.role}"


class OrganizationGroupPermission(GroupObjectPermissionBase):
    """An act that a role may do in one organization: guardian's direct foreign-key permission table."""

    # Guardian names its column so; the row is private to that organization.
    access = Access(read=own("content_object"), write=own("content_object"))
    content_object = models.ForeignKey(Organization, on_delete=models.CASCADE)
    id = models.BigAutoField(primary_key=True)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


def localized(own: str, english: str) -> str:
    """The English name for readers of English, where the firm gave one."""
    return english if english and not (translation.get_language() or "ko").startswith("ko") else own
