"""A run is started, paused after a round, stopped and taken up again by the office."""

from typing import Any

from django.db.models import Max
from django.utils import timezone

from apps.tenancy.scope import atomic, require_scope
from federated.agreed.contracts import read_contract

from ..exceptions import RunBusy, TooFewSites, UnknownContract, UnknownRun, WrongRunState
from ..models import Consent, ContractVersion, Run
from ..statuses import ACTIVE, NodeState, RunState
from .contracts import require_standing
from .shared import common, own_federation, tell


def consenting(contract: ContractVersion) -> list[Consent]:
    """Consents of joined sites that are approved, countersigned and not withdrawn."""
    rows = Consent.objects.filter(
        contract=contract,
        approved_at__isnull=False,
        signed_at__isnull=False,
        withdrawn_at=None,
        node__state=NodeState.JOINED,
    )
    return list(rows.select_related("node").order_by("node__name"))


@atomic
def start_run(*, contract_id: int) -> Run:
    """Start a training; the federation's SuperLink takes it up within seconds.

    Raises:
        UnknownContract, NotTheOffice, ContractTakenBack
        TooFewSites: fewer consenting sites than the contract's quorum, or than three where trees grow under masks.
        RunBusy: the federation trains already.
    """
    contract = ContractVersion.objects.select_related("programme").filter(pk=contract_id).first()
    if contract is None:
        raise UnknownContract(place="contract", value=contract_id)
    federation = own_federation(contract.programme.federation_id)
    require_standing(contract)
    require_idle(federation.pk)
    ready = consenting(contract)
    require_enough(contract, len(ready))
    run = new_run(contract, ready)
    tell("run.started", federation=federation, subject_id=run.pk, label=label_of(run))
    return run


def require_enough(contract: ContractVersion, ready: int) -> None:
    """
    Raises:
        TooFewSites
    """
    fewest = read_contract(contract.document).fewest
    if ready < fewest:
        raise TooFewSites(place="sites", value=f"{ready} / {fewest}")


def new_run(contract: ContractVersion, ready: list[Consent], **others: Any) -> Run:
    """The next run of the federation, which its SuperLink will take up."""
    earlier = Run.objects.filter(contract__programme__federation_id=contract.programme.federation_id)
    return Run.objects.create(
        **common(contract),
        contract=contract,
        number=(earlier.aggregate(found=Max("number"))["found"] or 0) + 1,
        rounds=read_contract(contract.document).rounds,
        nodes={consent.node.name: consent.node_id for consent in ready},
        started_by_id=require_scope().user_id,
        **others,
    )


@atomic
def pause_run(*, run_id: int) -> Run:
    """End after the round that is being trained; nothing of it is lost."""
    return _move(run_id, {RunState.RUNNING, RunState.STARTING}, RunState.PAUSING)


@atomic
def stop_run(*, run_id: int) -> Run:
    """End for good; the last complete round stays."""
    run = _locked(run_id)
    if run.state in (RunState.PAUSED, RunState.FAILED):
        return _end(run, RunState.STOPPED, "run.stopped")
    return _move(run_id, {RunState.RUNNING, RunState.STARTING, RunState.PAUSING}, RunState.STOPPING)


@atomic
def resume_run(*, run_id: int) -> Run:
    """Go on after the last complete round whose model was good (reporting.job), with the sites that consent now.

    Raises:
        TooFewSites, RunBusy
    """
    run = _locked(run_id)
    require_idle(run.contract.programme.federation_id)
    if run.state not in (RunState.PAUSED, RunState.FAILED):
        raise WrongRunState(place="run", value=run.get_state_display())
    ready = consenting(run.contract)
    require_enough(run.contract, len(ready))
    run.nodes = {consent.node.name: consent.node_id for consent in ready}
    run.state, run.failure, run.ended_at, run.flower_id, run.attempt = RunState.STARTING, "", None, "", 0
    run.save()
    tell("run.started", federation=run.contract.programme.federation, subject_id=run.pk, label=label_of(run))
    return run


def label_of(run: Run) -> str:
    without = f" −{run.left_out.name}" if run.left_out else ""
    return f"{run.contract.programme.name} · {run.number}{without}"


def finish_state(run: Run, state: RunState, event: str, failure: str = "") -> Run:
    """End a run from the SuperLink's side; in any scope that may write it."""
    return _end(run, state, event, failure)


def _move(run_id: int, old: set[Any], new: RunState) -> Run:
    run = _locked(run_id)
    if run.state not in old:
        raise WrongRunState(place="run", value=run.get_state_display())
    run.state = new
    run.save(update_fields=["state"])
    return run


def _end(run: Run, state: RunState, event: str, failure: str = "") -> Run:
    run.state, run.failure, run.ended_at, run.deadline_at = state, failure, timezone.now(), None
    run.save(update_fields=["state", "failure", "ended_at", "deadline_at"])
    tell(event, federation=run.contract.programme.federation, subject_id=run.pk, label=label_of(run))
    return run


def _locked(run_id: int) -> Run:
    found = (
        Run.objects.select_for_update(of=("self",))
        .select_related("contract", "contract__programme", "contract__programme__federation")
        .filter(pk=run_id)
        .first()
    )
    if found is None:
        raise UnknownRun(place="run", value=run_id)
    own_federation(found.contract.programme.federation_id)
    return found


def require_idle(federation_id: int) -> None:
    if Run.objects.filter(contract__programme__federation_id=federation_id, state__in=ACTIVE).exists():
        raise RunBusy(place="federation", value=federation_id)
