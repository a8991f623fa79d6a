from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_plans": {Role.BUYER, Role.BUYER_APPROVER, Role.RECEIVER, Role.SUPPLIER_PRODUCTION, Role.TENANT_ADMIN},
    "manage_plans": {Role.BUYER, Role.SUPPLIER_PRODUCTION},
    "show_demand": {Role.BUYER, Role.TENANT_ADMIN},
    "view_released_demand": {
        *(Role.BUYER, Role.BUYER_APPROVER, Role.RECEIVER),
        *(Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION, Role.TENANT_ADMIN),
    },
}
LABELS = {
    "view_plans": _("See plans and demand"),
    "manage_plans": _("Publish plans, and keep bills of material"),
    "show_demand": _("Decide which suppliers see demand"),
    "view_released_demand": _("See the demand that suppliers are told"),
}
