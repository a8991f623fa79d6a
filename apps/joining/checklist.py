"""The firm itself and its clusters, in its first days."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.identifiers import format_business_number
from apps.common.rooms import Step
from apps.tenancy import selectors
from apps.tenancy.models import Cluster
from apps.tenancy.roles import Role
from apps.tenancy.scope import require_scope

from .agreements import clusters_waiting


def checklist() -> list[Step]:
    """A firm that was invited has its cluster; who manages one fills it. Roles follow it, so it comes before people."""
    firm, numbers = selectors.own_organization(), list(selectors.business_numbers())
    is_office = Role.COORDINATOR in selectors.roles_in_use()
    shown = [firm.name, *(format_business_number(row.number) for row in numbers)]
    if not numbers and not is_office:
        shown.append(_("the business registration number is missing"))
    steps = [Step("firm", _("Your firm"), bool(numbers) or is_office, " · ".join(shown), place=10)]
    return [*steps, *_cluster_steps()]


def _cluster_steps() -> list[Step]:
    may = "manage_clusters" in require_scope().acts
    managed, inside = [part.cluster for part in selectors.manages()], list(selectors.clusters())
    names = ", ".join(str(cluster) for cluster in inside)
    url = reverse("joining:clusters") if may else ""
    steps = [Step("cluster", _("Cluster"), bool(inside), names or _("Led by a lead firm, or of peers."), url, place=15)]
    if waiting := clusters_waiting():
        here = reverse("joining:texts", args=[waiting[0].pk]) if "accept_agreements" in require_scope().acts else ""
        steps.append(Step("texts", _("Terms and sharing agreement"), False, _("A new version waits."), here, place=12))
    for cluster in managed:
        steps += _of_managed(cluster, may)
    return steps


def _of_managed(cluster: Cluster, may: bool) -> list[Step]:
    """Its lead, where it has none, and firms to work with."""
    parts = selectors.memberships().filter(cluster_id=cluster.pk, kind="supplier", state="active").count()
    invite = reverse("joining:invite", args=[cluster.pk]) if may else ""
    here = reverse("joining:cluster", args=[cluster.pk]) if may else ""
    steps = []
    if cluster.kind == Cluster.Kind.LED and cluster.lead_id is None:
        steps.append(Step(f"lead-{cluster.pk}", _("Lead firm"), False, str(cluster), invite, place=35))
    count = ngettext("%(n)s firm", "%(n)s firms", parts) % {"n": parts}
    label = _("Firms of the cluster")
    steps.append(Step(f"firms-{cluster.pk}", label, parts > 0, f"{cluster} · {count}", here if parts else invite, place=40))
    return steps
