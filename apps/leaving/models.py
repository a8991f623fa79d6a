"""A firm that leaves a cluster, by itself or removed: since when, until when, and what it says to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.common.columns import NoteField
from apps.joining.models import MANAGES
from apps.tenancy.access import Access, own
from apps.tenancy.bases import track_history
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
