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


@shared_task
def write_export(*, export_id: int, user_id: int, organization_id: int, acts: list[str]) -> None:
    """Write what a firm takes along, for one of its administrators; safe to repeat."""
    from . import exporting

    exporting.write(export_id=export_id, user_id=user_id, organization_id=organization_id, acts=acts)


@shared_task
def forget_exports() -> None:
    """Hourly: files that were kept long enough, and their bytes; safe to repeat."""
    from . import exporting

    exporting.forget()
