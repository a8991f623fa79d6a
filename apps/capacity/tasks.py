from celery import shared_task


@shared_task
def tell_everybody() -> None:
    """Each firm that shares its capacity has its own task, in its own scope: load changes with plans, orders and demand."""
    from apps.tenancy.scope import unscoped

    from .telling import grants

    with unscoped(reason="capacity: finds the firms that share theirs with customers"):
        firms = list(grants().order_by().values_list("organization_id", flat=True).distinct())
    for organization_id in firms:
        tell.delay(organization_id=organization_id)


@shared_task(autoretry_for=(ConnectionError,), retry_backoff=True, max_retries=5)
def tell(*, organization_id: int) -> None:
    """Bring what one firm's customers are told to what is so."""
    from apps.tenancy.scope import organization_scope

    from .telling import tell as tell_customers

    with organization_scope(organization_id, source="task"):
        tell_customers()
