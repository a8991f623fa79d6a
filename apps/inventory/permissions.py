from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_stock": set(Role) - {Role.COORDINATOR},
    "count_stock": {Role.BUYER, Role.RECEIVER, Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION},
}

LABELS = {
    "view_stock": _("See stock"),
    "count_stock": _("Count stock"),
}
