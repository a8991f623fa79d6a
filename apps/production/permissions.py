from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_production": set(Role) - {Role.COORDINATOR},
    "report_production": {Role.BUYER, Role.RECEIVER, Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION},
}
LABELS = {
    "view_production": _("See production reports"),
    "report_production": _("Report production, and reverse reports"),
}
