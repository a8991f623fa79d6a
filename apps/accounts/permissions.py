from django.utils.translation import gettext_lazy as _

from apps.tenancy.roles import Role

ACTS: dict[str, set[Role]] = {
    "manage_tokens": set(Role),
    "name_stand_in": set(Role),
}

LABELS = {
    "manage_tokens": _("Manage API tokens"),
    "name_stand_in": _("Say who stands in for oneself"),
}
