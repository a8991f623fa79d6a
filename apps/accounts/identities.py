"""Changes of a person's own account, as app_identity; no other role writes people."""

from typing import Any

from apps.tenancy.scope import identity

from .models import User


def change_person(user_id: int, **values: Any) -> None:
    """Write these columns of one person."""
    with identity():
        User.objects.filter(pk=user_id).update(**values)
