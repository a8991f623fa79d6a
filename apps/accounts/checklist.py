"""Who works for the firm, in its first days."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.rooms import Step
from apps.tenancy.scope import require_scope

from . import selectors


def checklist() -> list[Step]:
    """One person alone is nobody's deputy."""
    people, invited = selectors.colleagues().count(), selectors.open_invitations().count()
    note = ngettext("%(n)s person", "%(n)s people", people) % {"n": people}
    if invited:
        note += " · " + ngettext("%(n)s invited", "%(n)s invited", invited) % {"n": invited}
    elif people < 2:
        note += " · " + _("Invite a deputy and those who do the work.")
    url = reverse("accounts:people") if "manage_people" in require_scope().acts else ""
    return [Step("people", _("People"), people > 1, note, url, place=20)]
