from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {"leave_clusters": {Role.TENANT_ADMIN}}

LABELS = {"leave_clusters": _("Leave clusters, and take the firm's data along")}
