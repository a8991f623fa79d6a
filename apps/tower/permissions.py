from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "view_outlook": {
        *(Role.BUYER, Role.BUYER_APPROVER, Role.RECEIVER, Role.INSPECTOR),
        *(Role.SUPPLIER_SALES, Role.SUPPLIER_PRODUCTION, Role.TENANT_ADMIN),
    },
    "view_scorecards": set(Role) - {Role.COORDINATOR},
}

LABELS = {
    "view_outlook": _("See the outlook of parts"),
    "view_scorecards": _("See scorecards"),
}
