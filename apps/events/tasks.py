from smtplib import SMTPException

from celery import shared_task


@shared_task
def mail_everybody() -> None:
    """Every minute: hand each person with unread news to a task of their own, in their scope.

    Two minutes' grace: whoever is at the screen has read it by then.
    """
    from datetime import timedelta

    from django.utils import timezone

    from apps.tenancy.scope import unscoped

    from . import selectors

    with unscoped(reason="mail: finds the people who have something to be told"):
        people = selectors.people_to_mail(before=timezone.now() - timedelta(minutes=2))
    for user_id, organization_id in people:
        mail_person.delay(user_id=user_id, organization_id=organization_id)


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def mail_person(*, user_id: int, organization_id: int) -> None:
    """Send one person the news of one firm; safe to repeat."""
    from apps.accounts.door import enter

    from . import services

    with enter(user_id=user_id, organization_id=organization_id, source="task") as door:
        if door.organization_id == organization_id:
            services.mail_news()
