from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "manage_parts": {Role.BUYER, Role.BUYER_APPROVER, Role.TENANT_ADMIN},
    "view_parts": set(Role) - {Role.COORDINATOR},
    "number_parts": {Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION, Role.TENANT_ADMIN},
}

LABELS = {
    "manage_parts": _("Manage parts"),
    "view_parts": _("See parts"),
    "number_parts": _("Give agreed parts the supplier's own numbers"),
}
