"""The firms of a cluster for who looks after it, and those that leave for everybody else of it: few rows each."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.common.period import read_id
from apps.joining.clusters import managed
from apps.tenancy.models import Cluster
from apps.tenancy.scope import require_scope
from apps.ui.columns import Column, buttons, day, number, states, text
from apps.ui.filters import ChoiceFilter
from apps.ui.tables import TableFilters, TableListing

from . import selectors

STATES = {
    "in": (gettext_lazy("Takes part"), "circle-check", "ok"),
    "leaving": (gettext_lazy("Leaving"), "log-out", "warn"),
    "removed": (gettext_lazy("Being removed"), "log-out", "bad"),
    "suspended": (gettext_lazy("Suspended"), "circle-pause", "warn"),
    "left": (gettext_lazy("Has left"), "circle-off", "mute"),
}


class PartFilters(TableFilters):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=[(name, look[0]) for name, look in STATES.items()])


class OfCluster(TableListing):
    """A list of one cluster, which stands in its address."""

    default_sort = "day"
    last = "name"
    filters = PartFilters
    by = {"state": "state"}

    @property
    def cluster_id(self) -> int:
        return read_id(self.asked.get("cluster"), "cluster") or 0

    @cached_property
    def cluster(self) -> Cluster:
        raise NotImplementedError

    def fixed(self) -> Mapping[str, str]:
        return {"cluster": str(self.cluster.pk)}

    def lead(self) -> str:
        return str(self.cluster)

    def state_columns(self) -> Sequence[Column]:
        return (
            states("state", _("State"), lambda row: [STATES[row.state]], sort="state"),
            day("day", _("Last day"), "last_day", sort="last_day", has_gaps=True),
        )


class PartList(OfCluster):
    name = "cluster-firms"
    url_name = "joining:clusters"
    title = gettext_lazy("Suspend or remove firms")
    act = "manage_clusters"
    empty = gettext_lazy("No firm is here yet.")
    has_buttons = True

    @cached_property
    def cluster(self) -> Cluster:
        """
        Raises:
            NoSuchCluster: none that the firm looks after.
        """
        return managed(self.cluster_id).cluster

    @cached_property
    def path(self) -> str:
        return reverse("leaving:firms", args=[self.cluster.pk])

    def items(self) -> Sequence[selectors.Part]:
        return selectors.parts(self.cluster)

    def key(self, row: selectors.Part) -> int:
        return row.organization_id

    def columns(self) -> Sequence[Column]:
        return (
            text("firm", _("Firm"), "name", sort="name", is_fixed=True, css="first"),
            text("part", _("Part in the cluster"), lambda row: row.membership.get_kind_display()),
            *self.state_columns(),
            number("open", _("Still open"), "open_count", sort="open_count"),
            text("reason", _("Reason"), "reason", css="wrap"),
            text("objection", _("Objection"), "objection", css="wrap"),
            buttons("acts", _("Actions"), self._acts),
        )

    def _acts(self, row: selectors.Part) -> SafeString:
        firm, to = {"firm": row.name}, [self.cluster.pk, row.organization_id]
        if row.is_own:
            return SafeString("")
        found = SafeString("")
        if row.state == "suspended":
            found += self.button(_("Resume"), reverse("leaving:resume", args=to), _("Resume %(firm)s") % firm)
        else:
            asks = _("Suspend this firm? Its people see nothing of the cluster until you resume it; its orders go on.")
            found += self.button(_("Suspend"), reverse("leaving:suspend", args=to), _("Suspend %(firm)s") % firm, asks=asks)
        if row.state == "removed":
            found += self.button(_("Let it stay"), reverse("leaving:stay", args=to), _("Let %(firm)s stay") % firm)
        elif row.departure is None:
            link = '<a class="btn slim danger" href="{}" aria-label="{}">{}</a>'
            found += format_html(
                link, reverse("leaving:remove", args=to), _("Remove %(firm)s") % firm, pgettext("firm", "Remove")
            )
        return found


class DepartureList(OfCluster):
    name = "departures"
    url_name = "web:today"
    title = gettext_lazy("Firms that leave")
    act = "view_members"
    empty = gettext_lazy("No firm of this cluster leaves, is suspended or has left within ninety days.")

    @cached_property
    def cluster(self) -> Cluster:
        """
        Raises:
            NotInCluster: the own firm takes no part.
        """
        return selectors.shared_cluster(self.cluster_id)

    @cached_property
    def path(self) -> str:
        return reverse("leaving:departures", args=[self.cluster.pk])

    def key(self, row: selectors.Going) -> int:
        return row.organization_id

    def items(self) -> Sequence[selectors.Going]:
        return selectors.going(self.cluster.pk)

    def columns(self) -> Sequence[Column]:
        return (
            text("firm", _("Firm"), "name", to=self._relation, sort="name", is_fixed=True, css="first"),
            *self.state_columns(),
            number("open", _("Open with your firm"), "open_count", sort="open_count"),
        )

    def _relation(self, row: Any) -> str:
        if row.relation_id is None or "view_partners" not in require_scope().acts:
            return ""
        return reverse("partners:relation", args=[row.relation_id])
