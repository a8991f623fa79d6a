"""Whose rows are whose: the office's, which all members read, and a firm's, which the office reads."""

from django.db import models

from apps.tenancy.access import Access, member, office, own
from apps.tenancy.bases import ClusterModel
from apps.tenancy.scope import ScopedManager


class OfficeModel(ClusterModel):
    """A common row that the coordinating office writes."""

    access = Access(read=member(), write=office())
    office = models.ForeignKey("tenancy.Organization", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class FirmAndOfficeModel(models.Model):
    """A row of one firm that the coordinating office reads too."""

    access = Access(read=own() | office(), write=own(), reason="the firm, and the office")
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    office = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True
