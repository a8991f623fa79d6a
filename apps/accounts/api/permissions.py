"""A view names the act that each of its methods needs; without one, being signed in for a firm is enough."""

from rest_framework.permissions import BasePermission

from apps.tenancy.checks import require_act

from .. import idempotency
from ..exceptions import NoOrganization


class HoldsAct(BasePermission):
    def has_permission(self, request, view):
        if not request.user or not request.user.is_authenticated:
            return False
        if request.door.organization_id is None:
            raise NoOrganization
        name = getattr(view, "action", None) or request.method.lower()
        if act := getattr(view, "acts", {}).get(name):
            require_act(act)
        idempotency.claim(request._request)
        return True
