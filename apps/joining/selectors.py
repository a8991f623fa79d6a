"""Reads of invitations of firms."""

from datetime import datetime

from django.db.models import Q, QuerySet

from .models import FirmInvitation


def firm_invitations(cluster_id: int) -> QuerySet[FirmInvitation]:
    """Those into a cluster that wait or have expired, newest first."""
    rows = FirmInvitation.objects.filter(cluster_id=cluster_id, accepted_at=None, revoked_at=None)
    return rows.order_by("-created_at", "-pk")


def firm_invitations_to_send(*, before: datetime) -> list[tuple[int, int]]:
    """(invitation, inviting firm) of those whose mail was asked for before that time and is not out; for the system job."""
    rows = FirmInvitation.objects.filter(sent_at=None, accepted_at=None, revoked_at=None, asked_at__lt=before)
    return list(rows.values_list("pk", "office_id"))


def all_firm_invitations() -> QuerySet[FirmInvitation]:
    """Those into every cluster that the firm manages, whatever became of them."""
    return FirmInvitation.objects.order_by("-created_at", "-pk")


def waiting_firms() -> int:
    """How many firms are asked into the clusters that the firm manages and have not come in yet."""
    return FirmInvitation.objects.filter(accepted_at=None, revoked_at=None).count()


def firm_invitations_closed(*, before: datetime) -> QuerySet[FirmInvitation]:
    """Those taken, taken back or expired before that time; for the system job."""
    return FirmInvitation.objects.filter(Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before))
