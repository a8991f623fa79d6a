"""The first order, on either side."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.common.rooms import Step
from apps.tenancy.roles import Role, Side
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import roles_in_use

from .models import Confirmation, PurchaseOrder


def checklist() -> list[Step]:
    """A firm that trades on both sides sees both."""
    scope, roles = require_scope(), roles_in_use()
    steps = []
    if Role.BUYER in roles:
        is_done = PurchaseOrder.objects.on_side(Side.BUYER).filter(is_draft=False).exists()
        note = _("Sent to a supplier") if is_done else _("Needs a site, a part and a partner.")
        url = reverse("orders:new") if scope.buys and "draft_order" in scope.acts else ""
        steps.append(Step("order", _("First order"), is_done, note, url, place=80))
    if Role.SUPPLIER_SALES in roles:
        is_done = Confirmation.objects.on_side(Side.SUPPLIER).exists()
        note = _("You have answered an order.") if is_done else _("Comes once your customer has sent one.")
        url = reverse("orders:list") if scope.supplies and "answer_order" in scope.acts else ""
        steps.append(Step("answer", _("First order answered"), is_done, note, url, place=85))
    return steps
