"""Reads of what is learned together."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from apps.tenancy.access import office, own
from apps.tenancy.models import ClusterMembership, Site
from federated.agreed.contracts import Kind

from .exceptions import NotComparable, UnknownContract, UnknownFederation, UnknownModel, UnknownProgramme, UnknownRun
from .models import (
    Consent,
    ContractVersion,
    Contribution,
    DriftReport,
    Federation,
    LotRisk,
    ModelVersion,
    Node,
    Programme,
    Round,
    Run,
    SiteFigures,
    Trial,
)
from .services.runs import consenting
from .services.shared import sites_of_members
from .statuses import ConsentState, NodeState

FEWEST_COMPARED, MOST_COMPARED = 2, 4  # runs beside each other: more do not fit a screen


def federations() -> QuerySet[Federation]:
    joined = Count("nodes", filter=Q(nodes__state=NodeState.JOINED))
    online = Count("nodes", filter=Q(nodes__state=NodeState.JOINED, nodes__is_online=True))
    return Federation.objects.filter(closed_at=None).annotate(joined=joined, online=online).order_by("-pk")


def federation(pk: int) -> Federation:
    found = federations().filter(pk=pk).first()
    if found is None:
        raise UnknownFederation(place="federation", value=pk)
    return found


def members(federation_id: int) -> QuerySet[Node]:
    """Who takes part, as every member may know. Joined to their firms, those that the reader does not deal with would be
    missing."""
    return Node.objects.filter(federation_id=federation_id).order_by("name")


def nodes(federation_id: int | None = None) -> QuerySet[Node]:
    rows = Node.objects.select_related("organization", "site", "federation")
    return (rows.filter(federation_id=federation_id) if federation_id else rows).order_by("name")


def programmes(federation_id: int) -> QuerySet[Programme]:
    return Programme.objects.filter(federation_id=federation_id).order_by("name")


def contracts() -> QuerySet[ContractVersion]:
    return ContractVersion.objects.select_related("programme", "programme__federation").order_by("-pk")


def contract(pk: int) -> ContractVersion:
    found = contracts().filter(pk=pk).first()
    if found is None:
        raise UnknownContract(place="contract", value=pk)
    return found


def latest_contracts() -> QuerySet[ContractVersion]:
    """The present version of each programme: the latest that was not taken back."""
    newest = (
        ContractVersion.objects.filter(programme=OuterRef("programme"), taken_back_at=None)
        .order_by("-number")
        .values("pk")[:1]
    )
    return contracts().filter(pk=Subquery(newest))


def contracts_to_approve() -> list[ContractVersion]:
    """Present contracts of the firm's federations that one of its sites has not approved."""
    rows = latest_contracts().filter(programme__federation__in=Node.objects.that(own()).values("federation_id"))
    done = Consent.objects.that(own()).filter(approved_at__isnull=False, withdrawn_at=None)
    return list(rows.exclude(pk__in=done.values("contract_id")))


def consents(contract_id: int) -> dict[int, Consent]:
    """Node id → consent, those that the scope may see."""
    rows = Consent.objects.filter(contract_id=contract_id).select_related("approved_by")
    return {row.node_id: row for row in rows}


def asked_sites(version: ContractVersion) -> list[tuple[Node, Consent | None]]:
    """The sites whose consents the scope may see: all of them for the office, else one's own."""
    found = consents(version.pk)
    rows = Node.objects.that(own() | office()).filter(federation_id=version.programme.federation_id)
    rows = rows.select_related("organization", "site", "federation").order_by("name")
    return [(node, found.get(node.pk)) for node in rows]


def consent_states(version: ContractVersion, consent: Consent | None) -> tuple[ConsentState, ConsentState]:
    """Where approval and countersignature stand; nobody waits for those of a contract that was taken back."""
    unsaid = ConsentState.WAITING if version.taken_back_at is None else ConsentState.TAKEN_BACK
    if consent is None:
        return unsaid, unsaid
    approval = ConsentState.GIVEN if consent.approved_at else unsaid
    if consent.withdrawn_at:
        approval = ConsentState.WITHDRAWN
    return approval, ConsentState.GIVEN if consent.signed_at else unsaid


def ready_sites(found: ContractVersion) -> int:
    return len(consenting(found))


def runs() -> QuerySet[Run]:
    return Run.objects.select_related("contract__programme__federation", "left_out").order_by("-pk")


def run(pk: int) -> Run:
    found = runs().select_related("model", "started_by").filter(pk=pk).first()
    if found is None:
        raise UnknownRun(place="run", value=pk)
    return found


def runs_to_compare(ids: Sequence[int]) -> list[Run]:
    """Runs in the order in which they were asked for.

    Raises:
        UnknownRun: one that the reader may not see.
        NotComparable: not two to four different ones, or of several programmes.
    """
    wanted = list(dict.fromkeys(ids))
    if not FEWEST_COMPARED <= len(wanted) <= MOST_COMPARED:
        raise NotComparable(place="run", value=len(wanted))
    found = {row.pk: row for row in runs().select_related("model").filter(pk__in=wanted)}
    if missing := next((pk for pk in wanted if pk not in found), None):
        raise UnknownRun(place="run", value=missing)
    programmes = {run.contract.programme.name for run in found.values()}
    if len({run.contract.programme_id for run in found.values()}) > 1:
        raise NotComparable(place="programme", value=", ".join(sorted(programmes)))
    return [found[pk] for pk in wanted]


def rounds_of(ids: Sequence[int]) -> dict[int, list[Round]]:
    """Run id → its rounds, of all of these."""
    found: dict[int, list[Round]] = {pk: [] for pk in ids}
    for row in Round.objects.filter(run_id__in=ids).order_by("run_id", "number"):
        found[row.run_id].append(row)
    return found


def last_figures(ids: Sequence[int]) -> list[SiteFigures]:
    """The last of each kind of the firm's own sites in each of these runs."""
    rows = SiteFigures.objects.filter(run_id__in=ids).select_related("node").order_by("run_id", "node_id", "kind", "-number")
    return list(rows.distinct("run_id", "node_id", "kind"))


def rounds(run_id: int) -> list[Round]:
    return list(Round.objects.filter(run_id=run_id).order_by("number"))


def own_figures(run_id: int) -> list[SiteFigures]:
    """Figures of the firm's own sites, in order of rounds."""
    return list(SiteFigures.objects.filter(run_id=run_id).select_related("node").order_by("node_id", "kind", "number"))


def models() -> QuerySet[Any]:
    used = Q(released_at__isnull=False, retired_at=None)
    later = ModelVersion.objects.filter(used, programme=OuterRef("programme"), released_at__gt=OuterRef("released_at"))
    rows = ModelVersion.objects.select_related("programme", "run")
    return rows.annotate(is_champion=Q(used) & ~Exists(later)).order_by("-pk")


def model(pk: int) -> ModelVersion:
    found = models().select_related("programme__federation", "run__contract").filter(pk=pk).first()
    if found is None:
        raise UnknownModel(place="model", value=pk)
    return found


def champion(programme_id: int) -> ModelVersion | None:
    """The model that the programme's factories use now."""
    rows = ModelVersion.objects.filter(programme_id=programme_id, released_at__isnull=False, retired_at=None)
    return rows.order_by("-released_at").first()


def programme(pk: int) -> Programme:
    found = Programme.objects.select_related("federation").filter(pk=pk).first()
    if found is None:
        raise UnknownProgramme(place="programme", value=pk)
    return found


def trials(programme_id: int) -> list[Trial]:
    """Of the office's own programmes; the latest first."""
    return list(Trial.objects.select_related("model").filter(programme_id=programme_id).order_by("-pk"))


def inspections_saved() -> float | None:
    """Mean over the models in use of the own clusters: the share of inspections that an order by risk saves while 19 of 20
    defects are found. None where no model in use has told it."""
    found = models().filter(is_champion=True).values_list("figures__effort_saved", flat=True)
    known = [value for value in found if value is not None]
    return sum(known) / len(known) if known else None


def certificate(run_id: int, node_id: int) -> SiteFigures:
    """The end figures of one own site in one run; another firm's are not there."""
    rows = SiteFigures.objects.select_related("node__organization", "node__site", "run__contract__programme")
    found = rows.filter(run_id=run_id, node_id=node_id, kind=Kind.FINISH).first()
    if found is None:
        raise UnknownRun(place="certificate", value=run_id)
    return found


def lot_risks(lots: Iterable[tuple[int, str]]) -> dict[tuple[int, str], LotRisk]:
    """(supplier, lot) → what its factory's model said, of those that it sent; one query, none for nothing."""
    wanted = {pair for pair in lots if pair[1]}
    if not wanted:
        return {}
    suppliers, names = zip(*wanted, strict=True)
    rows = LotRisk.objects.filter(organization_id__in=set(suppliers), lot__in=set(names))
    return {pair: row for row in rows if (pair := (row.organization_id, row.lot)) in wanted}


def risk_of_lot(supplier: str, lot: str) -> Subquery:
    """Mean risk of the lot that a row of another room names, for its order."""
    rows = LotRisk.objects.filter(organization_id=OuterRef(supplier), lot=OuterRef(lot))
    return Subquery(rows.values("mean_risk")[:1])


def latest_drift(*run_ids: int) -> list[DriftReport]:
    """The latest look of each site in each run that the reader may see: own sites, and all of them for the office."""
    rows = DriftReport.objects.select_related("node__organization").filter(run_id__in=run_ids)
    return list(rows.order_by("run_id", "node_id", "-pk").distinct("run_id", "node_id"))


def valuations(model_id: int) -> list[Run]:
    """Runs that left one site of the model out, the latest of each site; in order of the sites' names."""
    rows = Run.objects.select_related("left_out").filter(valued_id=model_id).order_by("left_out__name", "-pk")
    return list(rows.distinct("left_out__name"))


def contributions(model_id: int) -> dict[int, Contribution]:
    """Node id → what it added, those that the reader may see: own sites, and all of them for the office."""
    return {row.node_id: row for row in Contribution.objects.filter(model_id=model_id)}


def contributions_of(run_ids: Sequence[int]) -> list[Contribution]:
    """To the models of these runs, those that the reader may see."""
    return list(Contribution.objects.select_related("model", "node").filter(model__run_id__in=run_ids))


def sites_to_invite(found: Federation) -> list[Site]:
    """Sites of active members that are not in the federation yet."""
    rows = sites_of_members(found.cluster_id).select_related("organization")
    return list(rows.exclude(pk__in=found.nodes.values("site_id")).order_by("organization__legal_name", "code"))


def cluster_choices() -> list[Any]:
    """(id, name) of the clusters that the scope's firm coordinates."""
    kinds = (ClusterMembership.Kind.COORDINATOR, ClusterMembership.Kind.LEAD)
    rows = ClusterMembership.objects.that(own()).filter(kind__in=kinds, state="active").select_related("cluster")
    return [(row.cluster_id, str(row.cluster)) for row in rows]
