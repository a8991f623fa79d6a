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
    count, agreed = selectors.parts().count(), selectors.partner_parts().count()
    note = _("What you buy, with number and unit.")
    if agreed:
        note = ngettext("%(n)s part agreed", "%(n)s parts agreed", agreed) % {"n": agreed}
    elif count:
        note = _("Agree on your parts with a supplier: then they can be ordered.")
    page = "masterdata:own-parts" if count and not agreed else "masterdata:parts"
    url = reverse(page) if "manage_parts" in require_scope().acts else ""
    return [Step("parts", _("Parts"), agreed > 0, note, url, place=60)]
