from celery import shared_task


@shared_task
def remind_all_unanswered() -> None:
    """Hourly: hand each supplier with overdue answers to its own task, in its own scope."""
    from apps.tenancy.scope import unscoped

    from . import selectors

    with unscoped(reason="reminders: finds the organizations that have something to answer"):
        suppliers = list(selectors.overdue_answers().order_by().values_list("supplier_id", flat=True).distinct())
    for organization_id in suppliers:
        remind_unanswered.delay(organization_id=organization_id)


@shared_task(autoretry_for=(ConnectionError,), retry_backoff=True, max_retries=5)
def remind_unanswered(*, organization_id: int) -> None:
    """Remind one supplier of its overdue answers; safe to repeat (one reminder per order and day)."""
    from apps.tenancy.scope import organization_scope

    from . import selectors, services

    with organization_scope(organization_id, source="task"):
        for order_id in list(selectors.overdue_answers().values_list("pk", flat=True)):
            services.remind_unanswered(order_id=order_id)


@shared_task
def expire_all_changes() -> None:
    """Hourly: hand each firm with unanswered change requests to its own task, in its own scope."""
    from apps.tenancy.scope import unscoped

    from . import selectors

    with unscoped(reason="reminders: finds the organizations that have something to answer"):
        askers = set(selectors.overdue_changes().values_list("side", "buyer_id", "supplier_id"))
    for organization_id in {buyer if side == "buyer" else supplier for side, buyer, supplier in askers}:
        expire_changes.delay(organization_id=organization_id)


@shared_task(autoretry_for=(ConnectionError,), retry_backoff=True, max_retries=5)
def expire_changes(*, organization_id: int) -> None:
    """Close one firm's own change requests whose deadline has passed; safe to repeat."""
    from apps.tenancy.scope import organization_scope

    from . import selectors, services

    with organization_scope(organization_id, source="task"):
        for change_id in list(selectors.overdue_changes(own=True).values_list("pk", flat=True)):
            services.expire_change(change_id=change_id)
