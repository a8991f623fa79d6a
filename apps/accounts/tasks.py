from celery import shared_task


@shared_task
def purge_expired() -> None:
    """Daily: expired idempotency keys and sessions; safe to repeat."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from . import services

    services.purge_expired()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
