from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "manage_clusters": {Role.COORDINATOR, Role.TENANT_ADMIN},
    "accept_agreements": {Role.TENANT_ADMIN},
}

LABELS = {
    "manage_clusters": _("Found clusters, invite firms and look after them"),
    "accept_agreements": _("Accept terms and sharing agreements for the firm"),
}
