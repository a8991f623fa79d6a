from celery import shared_task


@shared_task
def remind_all_overdue() -> None:
    """Daily: hand each buyer with inspections that fell overdue to its own task, in its own scope."""
    from django.utils import timezone

    from apps.tenancy.scope import unscoped

    from . import selectors

    today = timezone.localdate()
    with unscoped(reason="reminders: finds the organizations that have something to answer"):
        rows = selectors.all_lots().filter(selectors.views(today)["overdue"])
        buyers = list(rows.order_by().values_list("buyer_id", flat=True).distinct())
    for organization_id in buyers:
        remind_overdue.delay(organization_id=organization_id, today=today.isoformat())


@shared_task(autoretry_for=(ConnectionError,), retry_backoff=True, max_retries=5)
def remind_overdue(*, organization_id: int, today: str) -> None:
    """Tell one buyer's inspectors of lots that fell overdue; each lot once, on the day after it was due."""
    from datetime import date

    from apps.tenancy.scope import organization_scope

    from . import services

    with organization_scope(organization_id, source="task"):
        services.remind_overdue(today=date.fromisoformat(today))
