"""A person's own account, as app_identity; no other role writes people, or finds them by their address."""

from typing import Any

from apps.tenancy.scope import identity

from .models import User


def change_person(user_id: int, **values: Any) -> None:
    """Write these columns of one person."""
    with identity():
        User.objects.filter(pk=user_id).update(**values)


def reader_of(address: str) -> User | None:
    """Whose account this address is. For what goes to its mailbox and nowhere else."""
    with identity():
        return User.objects.filter(email=address.strip().lower()).first()
