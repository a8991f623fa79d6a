"""Risks of lots that factories send, where their contract lets them."""

from typing import Any

from django.utils import timezone

from federated.contracts import read_contract

from ..exceptions import NotShared, UnknownRun
from ..models import Consent, LotRisk, Node, Run


def record_lot_risks(node: Node, *, run_id: int, lots: list[dict[str, Any]]) -> int:
    """Keep the latest risk of each lot; inside the enrolment's scope.

    Raises:
        UnknownRun: no run of this federation.
        NotShared: the contract keeps lot risks at the factory, or the firm has not agreed to it, or not any more.
    """
    run = Run.objects.select_related("contract").filter(pk=run_id).first()
    if run is None or run.contract.programme.federation_id != node.federation_id:
        raise UnknownRun(place="run", value=run_id)
    agreed = Consent.objects.filter(
        contract=run.contract, node=node, approved_at__isnull=False, signed_at__isnull=False, withdrawn_at=None
    )
    if read_contract(run.contract.document).lot_risk != "customers" or not agreed.exists():
        raise NotShared(place="run", value=run_id)
    now = timezone.now()
    fields = ("rows", "mean_risk", "highest_risk", "not_ok")
    LotRisk.objects.bulk_create(
        [
            LotRisk(
                organization_id=node.organization_id,
                node=node,
                run=run,
                lot=entry["lot"],
                scored_at=now,
                **{name: entry[name] for name in fields},
            )
            for entry in {entry["lot"]: entry for entry in lots}.values()
        ],
        update_conflicts=True,
        unique_fields=["organization", "lot"],
        update_fields=["node", "run", "scored_at", *fields],
    )
    return len(lots)
