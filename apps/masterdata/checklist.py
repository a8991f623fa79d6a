"""Parts, in the first days of a firm that buys."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.rooms import Step
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import roles_in_use

from . import selectors


def checklist() -> list[Step]:
    """Suppliers have the parts of their customers."""
    if Role.BUYER not in roles_in_use():
        return []
    count = selectors.parts().count()
    note = ngettext("%(n)s part", "%(n)s parts", count) % {"n": count} if count else _("What you buy, with number and unit.")
    url = reverse("masterdata:parts") if "manage_parts" in require_scope().acts else ""
    return [Step("parts", _("Parts"), count > 0, note, url, place=60)]
