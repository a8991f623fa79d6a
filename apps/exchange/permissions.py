from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {"import_tables": set(Role) - {Role.COORDINATOR}}
LABELS = {"import_tables": _("Load tables")}
