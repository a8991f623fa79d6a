"""What a firm needs of itself in its first days: its places, and firms that it trades with."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.rooms import Step
from apps.tenancy import selectors
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope

from .selectors import open_requests


def checklist() -> list[Step]:
    """An office that coordinates has neither stock nor orders."""
    if Role.COORDINATOR in selectors.roles_in_use():
        return []
    sites, partners = selectors.own_sites().count(), selectors.relations().count()
    acts = require_scope().acts
    waiting = open_requests().exclude(asker=require_scope().organization_id).count()
    told = _("Ask a firm of your cluster to trade with you.")
    if partners:
        told = ngettext("%(n)s partner", "%(n)s partners", partners) % {"n": partners}
    elif waiting:
        told = ngettext("%(n)s request waits for your answer", "%(n)s requests wait for your answer", waiting) % {
            "n": waiting
        }
    return [
        Step(
            "sites",
            _("Sites"),
            sites > 0,
            ngettext("%(n)s site", "%(n)s sites", sites) % {"n": sites} if sites else _("Where you make, keep or receive."),
            reverse("partners:sites") if "manage_sites" in acts else "",
            place=50,
        ),
        Step(
            "partners",
            _("Trading partners"),
            partners > 0,
            told,
            reverse("partners:relations") if "manage_relations" in acts else "",
            place=55,
        ),
    ]
