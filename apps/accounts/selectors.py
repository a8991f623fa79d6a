"""Reads of people, roles and tokens of the scope's organization."""

from django.db.models import QuerySet

from apps.tenancy.models import OrganizationRole
from apps.tenancy.scope import require_scope

from .models import ApiToken, Membership, User


def colleagues() -> QuerySet[Membership]:
    """People of the own firm with their accounts, by name."""
    rows = Membership.objects.filter(organization_id=require_scope().organization_id, is_active=True)
    return rows.select_related("user").order_by("user__name", "pk")


def roles_by_user() -> dict[int, list[str]]:
    """Roles of every person in the own firm; one query."""
    pairs = OrganizationRole.objects.filter(organization_id=require_scope().organization_id)
    found: dict[int, list[str]] = {}
    for user_id, role in pairs.values_list("group__user", "role"):
        if user_id is not None:
            found.setdefault(user_id, []).append(role)
    return found


def own_tokens() -> QuerySet[ApiToken]:
    """The person's tokens for the firm of the scope, newest first."""
    scope = require_scope()
    rows = ApiToken.objects.filter(organization_id=scope.organization_id, user_id=scope.user_id)
    return rows.order_by("-created_at", "-pk")


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Names of colleagues by id; people of other firms are not among them. One query, none for an empty set."""
    return dict(User.objects.filter(pk__in=user_ids).values_list("pk", "name")) if user_ids else {}
