from celery import shared_task


@shared_task
def work_on_import(
    *, import_id: int, step: str, user_id: int, organization_id: int, acts: list[str], language: str, zone: str
) -> None:
    """Check or load a long table, as the person who asked; whoever has left the firm, or lost the act, loads nothing."""
    from django.utils import timezone, translation

    from .incoming import working

    with translation.override(language), timezone.override(zone):
        working.work(import_id=import_id, step=step, user_id=user_id, organization_id=organization_id, acts=acts)


@shared_task
def forget_files() -> None:
    """Nightly: bytes of files that came in long ago; what came of them stands in their rows. Safe to repeat."""
    from apps.tenancy.scope import unscoped

    from .incoming import stored

    with unscoped(reason="imported files: removes those of all organizations after thirty days"):
        stored.forget_files()
