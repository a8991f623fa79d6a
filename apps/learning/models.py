"""Federations, contracts, consents, runs and the models they gave.

Two kinds of rows. What all members of the cluster may read (federations, programmes, contracts, runs, rounds, models) is
written by the coordinating office only. A site's consents and its own figures belong to its firm; the office reads the
consents, never the figures.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.columns import NameField
from apps.tenancy.access import Access, member, office, own
from apps.tenancy.bases import OrganizationModel, track_history
from apps.tenancy.scope import ScopedManager

from .bases import OfficeModel
from .statuses import NodeState, Process, RunState
from .told_models import Contribution as Contribution
from .told_models import DriftReport as DriftReport
from .told_models import LotRisk as LotRisk
from .told_models import SiteFigures as SiteFigures
from .trial_models import Trial as Trial


@track_history()
class Federation(OfficeModel):
    """Sites that train together, behind one private SuperLink. Sites of several clusters meet in a peer cluster."""

    name = NameField(_("name"), max_length=120)
    port = models.PositiveIntegerField(unique=True, help_text="of its SuperLink, on this machine only")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("cluster", "name", name="federation_name_once")]

    def __str__(self) -> str:
        return self.name


class Node(models.Model):
    """One factory in a federation: its site, its public key, and whether its door is open."""

    access = Access(
        read=member(), write=own() | office(), reason="members see who takes part; the firm and the office change it"
    )

    cluster = models.ForeignKey("tenancy.Cluster", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    federation = models.ForeignKey(Federation, on_delete=models.PROTECT, related_name="nodes")
    site = models.ForeignKey("tenancy.Site", on_delete=models.PROTECT, related_name="+")
    name = NameField(max_length=60, help_text="how programs call the site; unique in the federation")
    state = models.CharField(max_length=10, choices=NodeState, default=NodeState.INVITED)
    public_key = models.TextField(blank=True, help_text="OpenSSH format; the private half never leaves the factory")
    flower_id = models.CharField(max_length=24, blank=True, help_text="the SuperLink's unsigned 64-bit id, as text")
    client_version = models.CharField(max_length=20, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    is_online = models.BooleanField(default=False)
    received_bytes = models.BigIntegerField(default=0, help_text="from the site, through the gateway")
    sent_bytes = models.BigIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("federation", "name", name="node_name_once"),
            models.UniqueConstraint("federation", "site", name="node_site_once"),
            models.UniqueConstraint("public_key", condition=~Q(public_key=""), name="node_key_once"),
            models.CheckConstraint(condition=Q(state="invited") | ~Q(public_key=""), name="node_key_unless_invited"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_connected(self) -> bool:
        """A member that training reaches now; the line of a suspended site may stand for some seconds more."""
        return self.state == NodeState.JOINED and self.is_online

    @property
    def is_out(self) -> bool:
        return self.state in (NodeState.SUSPENDED, NodeState.LEFT)


class EnrolmentToken(OrganizationModel):
    """Lets one factory join once; the secret itself is shown once and never kept."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="tokens")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"token of {self.node_id}"


@track_history()
class Programme(OfficeModel):
    """What a federation trains for; its contract has versions."""

    federation = models.ForeignKey(Federation, on_delete=models.PROTECT, related_name="programmes")
    name = NameField(_("name"), max_length=120)
    process = models.CharField(_("process"), max_length=16, choices=Process)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("federation", "name", name="programme_name_once")]

    def __str__(self) -> str:
        return self.name


@track_history()
class ContractVersion(OfficeModel):
    """One version of a programme's contract; its document is never changed once it is published."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="contracts")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    hash = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, help_text="by the office, before anybody agreed to it")

    class Meta:
        constraints = [models.UniqueConstraint("programme", "number", name="contract_number_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} v{self.number}"


class Consent(models.Model):
    """A firm's approval of a contract for one site, and the factory's countersignature."""

    access = Access(read=own() | office(), write=own(), reason="the office reads who agreed; the firm writes")

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="consents")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="consents")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    signature = models.TextField(blank=True, help_text="of the contract's hash, by the site's key")
    signed_at = models.DateTimeField(null=True)
    signer = NameField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint("contract", "node", name="consent_once")]

    def __str__(self) -> str:
        return f"{self.node_id} to {self.contract_id}"


class Run(OfficeModel):
    """One training under one contract."""

    contract = models.ForeignKey(ContractVersion, on_delete=models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField(help_text="counts in the federation")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.STARTING)
    round = models.PositiveIntegerField(default=0, help_text="the last one that is complete")
    rounds = models.PositiveIntegerField()
    flower_id = models.CharField(max_length=24, blank=True)
    attempt = models.PositiveIntegerField(default=0, help_text="how often a ServerApp was started for it")
    # Of our own rows; what the ServerApp gets under this name (reporting.job) are Flower's ids.
    nodes = models.JSONField(default=dict, help_text="site → node id of those who take part")
    states = models.JSONField(default=dict, help_text="site → state in the present round")
    phase = models.CharField(max_length=10, blank=True)
    present_round = models.PositiveIntegerField(default=0)
    deadline_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True, help_text="last sign of life of its ServerApp")
    failure = models.TextField(blank=True)
    checkpoint = models.CharField(max_length=200, blank=True)
    checkpoint_hash = models.CharField(max_length=64, blank=True)
    good_round = models.PositiveIntegerField(default=0, db_default=0, help_text="the last whose model the sites found good")
    good_checkpoint = models.CharField(max_length=200, blank=True, default="", db_default="")
    good_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    is_doubtful = models.BooleanField(
        default=False, db_default=False, help_text="most sites found the last model worse, or could not use it"
    )
    valued = models.ForeignKey(
        "ModelVersion", on_delete=models.PROTECT, null=True, related_name="valuations", help_text="whose sites are measured"
    )
    left_out = models.ForeignKey(
        Node, on_delete=models.PROTECT, null=True, related_name="+", help_text="whose value to the others it measures"
    )
    received_bytes = models.BigIntegerField(
        null=True, help_text="from its sites, through the gateway; unknown of earlier ones"
    )
    sent_bytes = models.BigIntegerField(null=True)
    started_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True, help_text="what sites had sent was deleted, as the contract says")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(round__lte=models.F("rounds")), name="run_round_within"),
            models.CheckConstraint(
                condition=Q(valued=None, left_out=None) | Q(valued__isnull=False, left_out__isnull=False),
                name="run_leaves_out_for_a_model",
            ),
        ]
        indexes = [models.Index("cluster", models.F("id").desc(), name="run_list")]

    def __str__(self) -> str:
        return f"run {self.number}"

    @property
    def next_start(self) -> int:
        """The round after which the run goes on when it is taken up again."""
        return self.good_round if self.is_doubtful else self.round


class Round(OfficeModel):
    """What one round gave, as means over the sites: no site's own figures, unless the contract publishes them."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="round_rows")
    number = models.PositiveIntegerField()
    seconds = models.FloatField()
    overhead_s = models.FloatField(help_text="wall time less the slowest site's own")
    usable = models.PositiveIntegerField()
    failed = models.JSONField(default=dict, help_text="site → why its reply did not count")
    figures = models.JSONField(default=dict, help_text="means over the sites of loss, auroc, auprc")
    sites = models.JSONField(default=dict, help_text="site → figures, where the contract lets all members see them")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("run", "number", name="round_once")]

    def __str__(self) -> str:
        return f"round {self.number} of {self.run_id}"


@track_history()
class ModelVersion(OfficeModel):
    """A trained model in the registry, with what it rests on."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="model")
    number = models.PositiveIntegerField(help_text="counts in the programme")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="models")
    file = models.CharField(max_length=200, help_text="empty once it is forgotten")
    file_hash = models.CharField(max_length=64)
    contract_hash = models.CharField(max_length=64)
    consents = models.JSONField(help_text="site → signature of the contract's hash")
    data_hashes = models.JSONField(help_text="site → SHA-256 of its training arrays")
    figures = models.JSONField(help_text="means over the sites: federated_* and local_* on rows that neither has seen")
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True, help_text="rolled back: the one released before it is used again")

    class Meta:
        constraints = [
            models.UniqueConstraint("programme", "number", name="model_number_once"),
            models.CheckConstraint(
                condition=Q(retired_at=None) | Q(released_at__isnull=False), name="model_retired_after_release"
            ),
        ]

    def __str__(self) -> str:
        return f"model {self.number}"

    @property
    def is_used(self) -> bool:
        """Factories may score with it; of a programme's used ones they take the latest."""
        return self.released_at is not None and self.retired_at is None
