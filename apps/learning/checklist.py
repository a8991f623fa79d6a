"""The first training, of an office that coordinates."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.common.rooms import Step
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import roles_in_use

from . import selectors


def checklist() -> list[Step]:
    """Firms are asked by their office; what waits for them stands on their first page."""
    if Role.COORDINATOR not in roles_in_use():
        return []
    is_done, has_federation = selectors.runs().exists(), selectors.federations().exists()
    note = (
        _("Run")
        if is_done
        else _("A federation is there.")
        if has_federation
        else _("Needs a cluster whose firms have sites.")
    )
    url = reverse("learning:home") if "manage_learning" in require_scope().acts else ""
    return [Step("training", _("First training together"), is_done, note, url, place=90)]
