from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

_SUPPLIER = {Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION}
_BUYER = {Role.BUYER, Role.BUYER_APPROVER}

ACTS: dict[str, set[Role]] = {
    "view_orders": set(Role) - {Role.COORDINATOR},
    "draft_order": _BUYER,
    "publish_order": _BUYER,
    "cancel_order": _BUYER,
    "accept_proposal": _BUYER,
    "answer_order": _SUPPLIER,
    "request_change": _BUYER | _SUPPLIER,
    "answer_change": _BUYER | _SUPPLIER,
    "close_order": _BUYER,
}

LABELS = {
    "view_orders": _("See orders"),
    "draft_order": _("Write orders"),
    "publish_order": _("Send orders"),
    "cancel_order": _("Cancel orders"),
    "accept_proposal": _("Decide on proposals"),
    "answer_order": _("Answer orders"),
    "request_change": _("Ask for changes of orders"),
    "answer_change": _("Answer change requests"),
    "close_order": _("Close orders short"),
}
