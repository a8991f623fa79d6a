"""What a firm needs of its calendar in its first days."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.common.rooms import Step
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import roles_in_use

from .selectors import own_calendars


def checklist() -> list[Step]:
    """An office that coordinates answers no order."""
    if Role.COORDINATOR in roles_in_use():
        return []
    is_done = own_calendars().exists()
    note = _("Weekdays, holidays, own days off") if is_done else _("Which days you work; deadlines can count them.")
    url = reverse("calendars:calendars") if "manage_calendars" in require_scope().acts else ""
    return [Step("calendar", _("Working calendar"), is_done, note, url, place=55)]
