from celery import shared_task


@shared_task
def tell_everybody() -> None:
    """Each firm that shows demand to suppliers has its own task, in its own scope: parts and terms change without a plan."""
    from apps.tenancy.scope import unscoped

    from .models import SharedLevel

    with unscoped(reason="demand: finds the firms that show theirs to suppliers"):
        firms = list(SharedLevel.objects.order_by().values_list("buyer_id", flat=True).distinct())
    for organization_id in firms:
        tell.delay(organization_id=organization_id)


@shared_task(autoretry_for=(ConnectionError,), retry_backoff=True, max_retries=5)
def tell(*, organization_id: int) -> None:
    """Bring what one firm's suppliers are told to what is so; nothing where it is."""
    from apps.tenancy.scope import organization_scope

    from .releasing import tell_suppliers

    with organization_scope(organization_id, source="task"):
        tell_suppliers()
