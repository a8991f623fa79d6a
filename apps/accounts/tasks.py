from smtplib import SMTPException

from celery import shared_task


@shared_task
def purge_expired() -> None:
    """Daily: expired idempotency keys, closed invitations and ended sessions; safe to repeat."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from . import services

    services.purge_expired()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


@shared_task
def send_waiting_invitations() -> None:
    """Every minute: invitations whose mail was asked for a while ago and is not out, because broker or worker was down."""
    from datetime import timedelta

    from django.utils import timezone

    from apps.tenancy.scope import unscoped

    from . import selectors

    with unscoped(reason="mail: finds the people who have something to be told"):
        waiting = selectors.invitations_to_send(before=timezone.now() - timedelta(minutes=2))
    for invitation_id, organization_id in waiting:
        send_invitation.delay(invitation_id=invitation_id, organization_id=organization_id)


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def send_address_letters(*, user_id: int, address: str) -> None:
    """A person asked for another address; sent again in whole when the mail server takes only one of the two."""
    from . import addresses

    addresses.send_letters(user_id, address=address)


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def send_address_changed(*, user_id: int, old: str) -> None:
    """To the mailbox that a person has left."""
    from . import addresses

    addresses.send_changed(user_id, old=old)


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def send_invitation(*, invitation_id: int, organization_id: int) -> None:
    """Mail one invitation, in the scope of its firm; safe to repeat."""
    from apps.tenancy.scope import organization_scope

    from . import invitations

    with organization_scope(organization_id, source="task"):
        invitations.deliver(invitation_id=invitation_id)
