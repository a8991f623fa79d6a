from celery import shared_task


@shared_task
def purge_expired() -> None:
    """Daily: expired idempotency keys and sessions; safe to repeat."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from . import services

    services.purge_expired()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
