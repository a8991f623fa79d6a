"""A firm that leaves a cluster, by itself or removed, until when and what it says to it; the file of what it takes along."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.common.columns import CodeField, NoteField
from apps.joining.models import MANAGES
from apps.tenancy.access import Access, own
from apps.tenancy.bases import OrganizationModel, track_history
from apps.tenancy.scope import ScopedManager


@track_history()
class Departure(models.Model):
    """Asked for on one day, done on its last day; until then it is taken back by who asked."""

    access = Access(read=own() | MANAGES, write=own() | MANAGES, reason="of the firm, and of who looks after the cluster")

    cluster = models.ForeignKey("tenancy.Cluster", on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")
    is_removal = models.BooleanField(help_text="who looks after the cluster asked for it, not the firm")
    reason = NoteField(_("reason"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField(_("last day"))
    objection = NoteField(_("objection"), max_length=1000, blank=True)
    objected_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "cluster", "organization", condition=Q(taken_back_at=None, done_at=None), name="departure_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} out of {self.cluster_id}"


class FirmExport(OrganizationModel):
    """What a firm takes with it, as a file that a worker writes and that is kept for a while; of all its administrators."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    table_count = models.PositiveIntegerField(default=0, help_text="of tables, how many are to be written")
    tables_done = models.PositiveIntegerField(default=0)
    row_count = models.PositiveIntegerField(default=0, help_text="written so far")
    byte_count = models.PositiveBigIntegerField(default=0, help_text="of the whole file, once it is there")
    file_name = CodeField(max_length=80)

    class Meta:
        indexes = [models.Index(F("organization"), F("id").desc(), name="firm_export_list")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def place(self) -> str:
        """Where its bytes lie in the storage."""
        return f"exports/{self.pk}.zip"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WRITING)
