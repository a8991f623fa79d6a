"""Risks of lots that factories send, where their contract lets them."""

from typing import Any

from django.utils import timezone

from apps.sharing.services import give_to_customers
from federated.agreed.contracts import read_contract

from ..exceptions import NotShared, UnknownRun
from ..models import LotRisk, Node, Run
from .runs import consenting


def record_lot_risks(node: Node, *, run_id: int, lots: list[dict[str, Any]]) -> int:
    """Keep the latest risk of each lot; inside the enrolment's scope.

    Raises:
        UnknownRun: no run of this federation.
        NotShared: the contract keeps lot risks at the factory, or the firm has not agreed to it, or not any more, or has
            revoked what it shares with its customers.
    """
    run = Run.objects.select_related("contract").filter(pk=run_id).first()
    if run is None or run.contract.programme.federation_id != node.federation_id:
        raise UnknownRun(place="run", value=run_id)
    is_agreed = any(consent.node_id == node.pk for consent in consenting(run.contract))
    if read_contract(run.contract.document).lot_risk != "customers" or not is_agreed:
        raise NotShared(place="run", value=run_id)
    if not give_to_customers(organization_id=node.organization_id, kind="lot_risk"):
        raise NotShared(place="run", value=run_id)
    now = timezone.now()
    fields = ("rows", "mean_risk", "highest_risk", "not_ok")
    latest = {entry["lot"]: entry for entry in lots}
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
            for entry in latest.values()
        ],
        update_conflicts=True,
        unique_fields=["organization", "lot"],
        update_fields=["node", "run", "scored_at", *fields],
    )
    return len(latest)
