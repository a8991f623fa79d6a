from smtplib import SMTPException

from celery import shared_task


@shared_task
def finish_due() -> None:
    """Every day: firms whose last day in a cluster has passed are out."""
    from . import services

    services.finish_due()


@shared_task(autoretry_for=(OSError, SMTPException), retry_backoff=True, max_retries=5)
def tell_removed(*, departure_id: int) -> None:
    """Mail the administrators of a firm that is removed: until when, why, and where it objects."""
    from . import mail

    mail.tell_removed(departure_id)
