from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS = {"manage_sharing": {Role.TENANT_ADMIN}}
LABELS = {"manage_sharing": _("Decide what is shared with other firms")}
