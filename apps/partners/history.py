"""What is told of a site on its page."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.tenancy.deeds import Source, Told, deeds_of, in_words, states_of, versions_of
from apps.tenancy.history import Change
from apps.tenancy.models import Site

TOLD: dict[Any, dict[str, Any]] = {
    Site: {
        "code": _("Plant code"),
        "name": _("Name"),
        "name_en": _("English name"),
        "address": pgettext_lazy("place", "Address"),
        "gln": "GLN",
        "time_zone": _("Time zone"),
        "receives": _("Goods arrive here"),
        "ships": _("Goods leave from here"),
        "produces": _("Goods are made here"),
    }
}
SILENT: dict[Any, set[str]] = {Site: {"organization", "bpns", "closed_at"}}  # closed and opened are entries of their own


def site_history(site: Site) -> tuple[list[Change], list[Told]]:
    """When the site was opened, closed, opened again, and what was changed of it; one query."""
    versions = versions_of(Source(Site, TOLD[Site], {"pgh_obj_id": site.pk}, more=("closed_at",)))
    return states_of(versions, Site, "closed_at"), in_words(deeds_of(versions))


def look_of_site(change: Change) -> tuple[Any, str, str]:
    if change.facts["closed_at"] is not None:
        return (_("Closed"), "lock", "mute")
    return (_("Opened"), "circle-check", "ok")
