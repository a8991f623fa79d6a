from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_learning": {Role.COORDINATOR, Role.TENANT_ADMIN, Role.SUPPLIER_QUALITY, Role.SUPPLIER_PRODUCTION, Role.INSPECTOR},
    "manage_learning": {Role.COORDINATOR},
    "approve_contract": {Role.TENANT_ADMIN},
}

LABELS = {
    "view_learning": _("See training together"),
    "manage_learning": _("Set up federations and run trainings"),
    "approve_contract": _("Enrol sites and approve contracts"),
}
