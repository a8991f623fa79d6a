from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_inspections": set(Role) - {Role.COORDINATOR},
    "decide_inspection": {Role.INSPECTOR},
    "hear_decision": {Role.SUPPLIER_QUALITY, Role.SUPPLIER_SALES},
}

LABELS = {
    "view_inspections": _("See inspections"),
    "decide_inspection": _("Decide inspections"),
    "hear_decision": _("Be told of inspection results"),
}
