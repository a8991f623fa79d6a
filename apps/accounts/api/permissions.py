"""A view names the act that each of its actions needs, or says why one needs none; what says neither answers 403."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from apps.common.errors import NotAllowed
from apps.tenancy.checks import require_act

from .. import idempotency
from ..exceptions import NoOrganization


@dataclass(frozen=True)
class NoAct:
    """Stands in `acts` where an action needs none: being signed in for a firm is enough."""

    reason: str


class ActUndeclared(NotAllowed):
    code = "act_undeclared"
    rule = _("This call names no act that allows it, so nobody may make it.")
    remedy = _("Tell the operator of this installation.")


class HoldsAct(BasePermission):
    def has_permission(self, request, view) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        if request.door.organization_id is None:
            raise NoOrganization
        method = "get" if request.method == "HEAD" else request.method.lower()
        if method == "options" or not hasattr(view, method):
            return True  # answered with 405
        act = getattr(view, "acts", {}).get(getattr(view, "action", None) or method)
        if act is None:
            raise ActUndeclared(place=method)
        if not isinstance(act, NoAct):
            require_act(act)
        idempotency.claim(request._request)
        return True
