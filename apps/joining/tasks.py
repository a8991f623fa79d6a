from smtplib import SMTPException

from celery import shared_task


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def send_firm_invitation(*, invitation_id: int, organization_id: int) -> None:
    """Mail one firm's invitation, in the scope of who invites; safe to repeat."""
    from apps.tenancy.scope import organization_scope

    from . import firms

    with organization_scope(organization_id, source="task"):
        firms.deliver(invitation_id=invitation_id)


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def send_reminder(*, invitation_id: int, organization_id: int) -> None:
    """Mail a firm that has joined what it still needs."""
    from apps.tenancy.scope import organization_scope

    from . import firms

    with organization_scope(organization_id, source="task"):
        firms.send_reminder(invitation_id=invitation_id)


@shared_task
def send_waiting_firm_invitations() -> None:
    """Every minute: invitations whose mail was asked for a while ago and is not out, because broker or worker was down."""
    from datetime import timedelta

    from django.utils import timezone

    from apps.tenancy.scope import unscoped

    from . import selectors

    with unscoped(reason="mail: finds the people who have something to be told"):
        waiting = selectors.firm_invitations_to_send(before=timezone.now() - timedelta(minutes=2))
    for invitation_id, organization_id in waiting:
        send_firm_invitation.delay(invitation_id=invitation_id, organization_id=organization_id)


@shared_task
def purge_firm_invitations() -> None:
    """Daily: invitations that have been closed for as long as they are kept; safe to repeat."""
    from . import firms

    firms.purge_closed()
