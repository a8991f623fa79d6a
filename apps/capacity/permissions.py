from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_capacity": set(Role) - {Role.COORDINATOR},
    "manage_capacity": {Role.BUYER, Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION},
    "agree_capacity": {Role.BUYER, Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION},
}
LABELS = {
    "view_capacity": _("See capacity and its load"),
    "manage_capacity": _("Keep capacity week by week"),
    "agree_capacity": _("Agree capacity with customers and suppliers"),
}
