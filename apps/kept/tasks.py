from celery import shared_task


@shared_task
def write_file(
    *, file_id: int, user_id: int, organization_id: int, language: str, zone: str, acts: list[str] | None = None
) -> None:
    """Write a workbook that a person asked for, as that person: what their role may not see any more is not in it.

    Args:
        acts: what they might do where they asked, such as at a shared tablet; None: asked for by the version before.
    """
    from django.utils import timezone, translation

    from .writing import write

    with translation.override(language), timezone.override(zone):
        write(file_id=file_id, user_id=user_id, organization_id=organization_id, acts=acts)


@shared_task
def forget_files() -> None:
    """Hourly: workbooks that were asked for more than a day ago, and their bytes; safe to repeat."""
    from apps.tenancy.scope import unscoped
    from apps.ui import services

    with unscoped(reason="list files: removes workbooks of all organizations a day after they were asked for"):
        services.forget_files()
