from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

_MOVES = {Role.BUYER, Role.RECEIVER, Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION}

ACTS: dict[str, set[Role]] = {
    "view_material": set(Role) - {Role.COORDINATOR},
    "agree_material": {Role.BUYER},
    "move_material": _MOVES,
    "settle_material": {Role.BUYER, Role.BUYER_APPROVER, Role.SUPPLIER_SALES},
}

LABELS = {
    "view_material": _("See consigned material"),
    "agree_material": _("Agree consigned material and what goes into parts"),
    "move_material": _("Send, receive and return consigned material, and report its loss"),
    "settle_material": _("Settle consigned material by the month"),
}
