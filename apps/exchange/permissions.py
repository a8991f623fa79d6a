from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "import_tables": set(Role) - {Role.COORDINATOR},
    "load_past": {Role.BUYER, Role.BUYER_APPROVER, Role.TENANT_ADMIN},
}
LABELS = {
    "import_tables": _("Load tables"),
    "load_past": _("Load what suppliers delivered before"),
}
