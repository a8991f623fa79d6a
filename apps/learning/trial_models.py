"""Invitations to try a model before joining."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.columns import NameField
from apps.tenancy.access import Access, office

from .bases import OfficeModel
from .statuses import TrialState


class Trial(OfficeModel):
    """A link by which a firm that has not joined tries a model at home; the secret itself is shown once and never kept."""

    access = Access(read=office(), write=office(), reason="whom the office invites is nobody else's business")
    programme = models.ForeignKey("learning.Programme", on_delete=models.PROTECT, related_name="trials")
    model = models.ForeignKey("learning.ModelVersion", on_delete=models.PROTECT, related_name="+")
    label = NameField(_("for whom"), max_length=120)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, help_text="the bundle was loaded for the first time")
    tried_at = models.DateTimeField(null=True, help_text="said by the firm, without any figure")
    convinced_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        """The bundle can be loaded and works."""
        return self.withdrawn_at is None and timezone.now() < self.expires_at

    @property
    def state(self) -> TrialState:
        """What the firm said stays when the time is over."""
        if self.withdrawn_at:
            return TrialState.WITHDRAWN
        if self.convinced_at or self.tried_at:
            return TrialState.CONVINCED if self.convinced_at else TrialState.TRIED
        if not self.is_open:
            return TrialState.OVER
        return TrialState.TAKEN if self.taken_at else TrialState.OFFERED
