from celery import shared_task


@shared_task
def tell_all_covers() -> None:
    """Each minute: each firm that lets suppliers know its days of supply has its own task, in its own scope."""
    from apps.tenancy.models import Grant
    from apps.tenancy.scope import unscoped

    from .models import KIND

    with unscoped(reason="days of supply: finds the firms that share theirs"):
        rows = Grant.objects.filter(kind=KIND).exclude(agreed_at=None)
        firms = list(rows.order_by().values_list("organization_id", flat=True).distinct())
    for organization_id in firms:
        tell_covers.delay(organization_id=organization_id)


@shared_task(autoretry_for=(ConnectionError,), retry_backoff=True, max_retries=5)
def tell_covers(*, organization_id: int) -> None:
    """Bring what one firm lets its suppliers know to what is so."""
    from apps.tenancy.scope import organization_scope

    from . import covers

    with organization_scope(organization_id, source="task"):
        covers.tell_covers()
