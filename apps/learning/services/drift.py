"""Flags of new rows that factories send."""

from django.utils import timezone

from federated.agreed.contracts import RISK, read_contract

from ..exceptions import UnknownFeature, UnknownRun
from ..models import DriftReport, Node, Run


def record_drift(node: Node, *, run_id: int, rows: int, flags: dict[str, str]) -> DriftReport:
    """Keep one look; inside the enrolment's scope. A later one of the same day takes its place: no site fills the table.

    Raises:
        UnknownRun: no run of this federation.
        UnknownFeature: a flag of something that the contract does not name.
    """
    run = Run.objects.select_related("contract__programme").filter(pk=run_id).first()
    if run is None or run.contract.programme.federation_id != node.federation_id:
        raise UnknownRun(place="run", value=run_id)
    known = {feature.name for feature in read_contract(run.contract.document).features} | {RISK}
    if strange := sorted(set(flags) - known):
        raise UnknownFeature(place="flags", value=strange[0])
    DriftReport.objects.filter(node=node, run=run, created_at__date=timezone.localdate()).delete()
    return DriftReport.objects.create(
        organization_id=node.organization_id, office_id=node.office_id, node=node, run=run, rows=rows, flags=flags
    )
