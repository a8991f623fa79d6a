"""What roles are called."""

from collections.abc import Iterable

from apps.tenancy.roles import Role


def role_labels(roles: Iterable[str]) -> list[str]:
    return [str(Role(role).label) for role in sorted(roles)]
