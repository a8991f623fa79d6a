from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

_SUPPLIER = {Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION}

ACTS: dict[str, set[Role]] = {
    "view_deliveries": set(Role) - {Role.COORDINATOR},
    "ship": _SUPPLIER,
    "receive_goods": {Role.RECEIVER, Role.BUYER},
    "hear_receipt": _SUPPLIER,
}

LABELS = {
    "view_deliveries": _("See deliveries"),
    "ship": _("Announce and ship deliveries"),
    "receive_goods": _("Receive goods"),
    "hear_receipt": _("Be told of receipts"),
}
