"""The lists of the firm's clusters, and of the firms of one: few rows each."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.common.period import read_id
from apps.tenancy import selectors
from apps.tenancy.models import Cluster, ClusterMembership
from apps.tenancy.scope import require_scope
from apps.ui.columns import Column, Value, age, buttons, custom, text
from apps.ui.filters import ChoiceFilter
from apps.ui.tables import TableFilters, TableListing
from apps.ui.texts import mark

from . import clusters, desk


class ClusterList(TableListing):
    name = "clusters"
    url_name = "joining:clusters"
    title = gettext_lazy("Clusters")
    act = "manage_clusters"
    default_sort = "name"
    empty = gettext_lazy("Your firm belongs to no cluster yet.")

    def lead(self) -> str:
        return _("Groups of firms that your firm belongs to, leads or coordinates")

    @cached_property
    def managed(self) -> set[int]:
        return {part.cluster_id for part in selectors.manages()}

    def items(self) -> QuerySet[ClusterMembership]:
        return selectors.memberships().filter(
            organization_id=require_scope().organization_id, state=ClusterMembership.State.ACTIVE
        )

    def sort_value(self, column: Column) -> Any:
        return column.values[0].read

    def columns(self) -> Sequence[Column]:
        name = (Value(_("Cluster"), lambda row: str(row.cluster)),)
        return (
            custom("name", _("Cluster"), self._name, name, sort="name", css="first", is_fixed=True),
            text("kind", _("Kind"), lambda row: row.cluster.get_kind_display()),
            text("region", _("Region"), "cluster.region"),
            text("part", _("Your part"), lambda row: row.get_kind_display()),
            buttons("acts", _("Actions"), self._acts),
        )

    def _name(self, row: ClusterMembership) -> SafeString:
        if row.cluster_id not in self.managed:
            return format_html("<b>{}</b>", row.cluster)
        return format_html('<a class="key" href="{}">{}</a>', reverse("joining:cluster", args=[row.cluster_id]), row.cluster)

    def _acts(self, row: ClusterMembership) -> SafeString:
        name, found = {"cluster": row.cluster}, []
        if row.cluster_id in self.managed:
            found.append(("joining:invite", _("Invite firms"), _("Invite firms into %(cluster)s") % name))
        if "view_members" in require_scope().acts:
            found.append(("joining:texts", _("Texts"), _("Texts of %(cluster)s") % name))
        if "leave_clusters" in require_scope().acts:
            found.append(("leaving:leave", _("Leave the cluster"), _("Leave %(cluster)s") % name))
        link = '<a class="btn slim" href="{}" aria-label="{}">{}</a>'
        return mark_safe(
            "".join(format_html(link, reverse(to, args=[row.cluster_id]), label, word) for to, word, label in found)
        )


class FirmFilters(TableFilters):
    stage = ChoiceFilter(label=gettext_lazy("State"), choices=[(name, words[0]) for name, words in desk.STAGES.items()])


class FirmList(TableListing):
    """The firms of one cluster, which stands in its address: those that have come least far first."""

    name = "firms"
    url_name = "joining:clusters"
    act = "manage_clusters"
    default_sort = "state"
    last = "name"
    filters = FirmFilters
    by = {"stage": "stage"}
    empty = gettext_lazy("No firm is here yet.")
    has_buttons = True

    @cached_property
    def cluster(self) -> Cluster:
        """
        Raises:
            NoSuchCluster: none that the firm looks after.
        """
        return clusters.managed(read_id(self.asked.get("cluster"), "cluster") or 0).cluster

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.cluster)

    @cached_property
    def path(self) -> str:
        return reverse("joining:cluster", args=[self.cluster.pk])

    def fixed(self) -> Mapping[str, str]:
        return {"cluster": str(self.cluster.pk)}

    def view_label(self) -> str:
        return _("Firms")

    def lead(self) -> str:
        return " · ".join(filter(None, (self.cluster.get_kind_display(), self.cluster.region)))

    @cached_property
    def firms(self) -> list[desk.Firm]:
        return desk.firms_of(self.cluster.pk)

    def items(self) -> Sequence[desk.Firm]:
        return self.firms

    def key(self, row: desk.Firm) -> int:
        return self.firms.index(row)

    def columns(self) -> Sequence[Column]:
        name = (Value(_("Firm"), lambda row: row.name), Value(_("E-mail"), _email))
        state = (Value(_("State"), lambda row: str(_look(row)[0])),)
        return (
            custom("name", _("Firm"), _firm, name, sort="name", css="first", is_fixed=True),
            text("part", _("Part in the cluster"), lambda row: str(row.kind)),
            custom("state", _("State"), _state, state, sort="reached", css="state"),
            text("next", _("Next step"), lambda row: str(row.next_step), css="wrap"),
            age("last", pgettext("moment", "Last"), "last_at", sort="last_at"),
            buttons("acts", _("Actions"), self._acts),
        )

    def _acts(self, row: desk.Firm) -> SafeString:
        found = SafeString("")
        if row.invitation is None:
            return found
        to = [self.cluster.pk, row.invitation.pk]
        if row.may_be_reminded:
            label = _("Remind %(firm)s") % {"firm": row.name}
            found += self.button(_("Remind"), reverse("joining:remind", args=to), label)
        if row.is_open:
            word, label = pgettext("invitation", "Revoke"), _("Revoke the invitation to %(email)s") % {"email": _email(row)}
            asks = _("Revoke this invitation? Its link stops working at once.")
            found += self.button(word, reverse("joining:revoke", args=to), label, asks=asks)
        return found


def _email(row: desk.Firm) -> str:
    return row.invitation.email if row.invitation else ""


def _firm(row: desk.Firm) -> SafeString:
    asked = row.invitation
    small = format_html("<small>{} · {}</small>", asked.number, asked.email) if asked else ""
    return format_html("<b>{}</b>{}", row.name, small)


def _look(row: desk.Firm) -> tuple[Any, str, str]:
    if row.is_open and row.invitation is not None and row.invitation.is_expired:
        return _("Expired"), "clock", "mute"
    if row.is_open and row.invitation is not None and not row.invitation.sent_at:
        return _("Being sent"), "clock", "mute"
    if row.is_open:
        return row.label, "mail", "info"
    return (row.label, "user-check", "warn") if row.next_step else (row.label, "circle-check", "ok")


def _state(row: desk.Firm) -> SafeString:
    steps = "".join('<i class="on"></i>' if is_passed else "<i></i>" for is_passed in row.pips)
    return format_html('{}<span class="pips" aria-hidden="true">{}</span>', mark(*_look(row)), mark_safe(steps))
