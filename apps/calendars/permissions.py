from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS = {"manage_calendars": {Role.TENANT_ADMIN, Role.SUPPLIER_PRODUCTION}}
LABELS = {"manage_calendars": _("Keep working calendars")}
