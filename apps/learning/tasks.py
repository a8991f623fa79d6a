from celery import shared_task


@shared_task
def forget_expired() -> None:
    """Daily: what runs left behind longer ago than their contracts keep it."""
    from apps.tenancy.scope import unscoped

    from .services import forgetting
    from .services.shared import TRAINING

    with unscoped(reason=TRAINING):
        forgetting.forget_expired()
