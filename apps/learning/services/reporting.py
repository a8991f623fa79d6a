"""What a run's ServerApp fetches and hands in. Every call is signed with the run's own key and runs as a system job."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from apps.tenancy.scope import unscoped
from federated.agreed.contracts import ROUND_KINDS, ROUND_METRICS, Kind
from federated.agreed.signing import run_key, run_signature

from ..exceptions import InvalidSignature, RunEnded
from ..models import Node, Round, Run, SiteFigures
from ..reasons import reasons_of_sites
from ..statuses import ACTIVE, RunState
from . import registry, valuing
from .replays import check_time, take_once
from .runs import consenting, finish_state, label_of
from .shared import TRAINING, common, tell

FEWEST_SUMMED = 3
REFUSALS = ("invalid_request", "training_diverged", "site_failed")  # of a site that could not use the model it was sent


def federation_secret(federation_id: int) -> str:
    """Known to the web application and the keeper; nothing of it is stored, and a ServerApp gets its run's key only."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"federation/{federation_id}".encode(), hashlib.sha256).hexdigest()


def key_of(run: Run) -> bytes:
    """By which the web application knows the run's ServerApp."""
    return run_key(federation_secret(run.contract.programme.federation_id), str(run.pk))


def signed_run(pk: int, *, signature: str, at: str, nonce: str, method: str, path: str, body: bytes) -> Run:
    """The run whose key signed a call, locked; inside the job's scope. An unknown run answers as a wrong signature does.

    Raises:
        InvalidSignature, ClockOff: not made with the run's key, or not now.
        Replayed: this very call was made before.
    """
    rows = Run.objects.select_related("contract", "contract__programme__federation")
    run = rows.filter(pk=pk).first()
    key = key_of(run) if run else secrets.token_bytes(32)
    right = run_signature(key, method, path, body, at=at, nonce=nonce)
    if not hmac.compare_digest(right.encode(), signature.encode()) or run is None:
        raise InvalidSignature(place="Dure-Signature")
    check_time(at)
    take_once(right.encode())
    return rows.select_for_update(of=("self",)).get(pk=pk)


def job_scope() -> Any:
    return unscoped(reason=TRAINING)


def job(run: Run) -> dict[str, Any]:
    """Contract, consenting nodes and the last checkpoint; the last good one where it is in doubt.

    Raises:
        RunEnded
    """
    if run.state not in ACTIVE:
        raise RunEnded(place="run", value=run.get_state_display())
    run.heard_at = timezone.now()
    if run.state == RunState.STARTING:
        run.state = RunState.RUNNING
    if run.is_doubtful:
        _go_back(run)
    run.save()
    nodes = [consent.node for consent in consenting(run.contract) if consent.node.flower_id]
    names, signers = ({node.name: getattr(node, what) for node in nodes} for what in ("flower_id", "public_key"))
    content = ""
    if run.checkpoint:
        with storages["learning"].open(run.checkpoint) as file:
            found = file.read()
        if hashlib.sha256(found).hexdigest() == run.checkpoint_hash:
            content = base64.b64encode(found).decode()
    left_out = run.left_out.name if run.left_out else ""
    document = run.contract.document
    return {"contract": document, "nodes": names, "signers": signers, "checkpoint": content, "left_out": left_out}


def consenting_sites(run: Run) -> list[str]:
    """Who may still be asked."""
    return [consent.node.name for consent in consenting(run.contract)]


def record_progress(run: Run, body: dict[str, Any]) -> None:
    """Of a run that has ended nothing is noted any more."""
    if run.state not in ACTIVE:
        return
    now = timezone.now()
    run.states, run.phase, run.present_round = body["states"], body["kind"], body["round"]
    run.deadline_at = now + timedelta(seconds=body["left_s"]) if body["left_s"] > 0 else None
    run.heard_at = now
    run.save(update_fields=["states", "phase", "present_round", "deadline_at", "heard_at"])


def record_round(run: Run, number: int, body: dict[str, Any]) -> str:
    """Store a round once, however often it is handed in; returns what the ServerApp does next.

    A run that has ended stays as it is: what comes late is told to stop.
    """
    if run.state not in ACTIVE:
        return "stop"
    run.heard_at = timezone.now()
    if body["kind"] in ROUND_KINDS and number > run.round:
        run.is_doubtful = body["spoilt"]
        if not run.is_doubtful:
            _keep_as_good(run)
        _store_checkpoint(run, number, body["checkpoint"])
        _store_figures(run, number, body)
        run.round = number
        tell("run.progressed", federation=run.contract.programme.federation, subject_id=run.pk, label=label_of(run))
    if body["kind"] == Kind.CALIBRATE:
        _store_checkpoint(run, number, body["checkpoint"])
    run.save()
    if body["kind"] == Kind.FINISH:
        _store_site_figures(run, number, body)
        finish_state(run, RunState.FINISHED, "run.finished")
        if run.left_out_id:
            valuing.record_contribution(run, body)
        else:
            registry.register_model(run, body)
        return "go"
    if run.state == RunState.PAUSING:
        finish_state(run, RunState.PAUSED, "run.paused")
        return "pause"
    if run.state == RunState.STOPPING:
        finish_state(run, RunState.STOPPED, "run.stopped")
        return "stop"
    return "go"


def record_failure(run: Run, text: str) -> None:
    """The ServerApp gave up: the quorum was missed, or the like. A run that has ended keeps its end and its text."""
    if run.state in ACTIVE:
        refused = [why for why in reasons_of_sites(text, run.nodes).values() if why.code in REFUSALS]
        if 2 * len(refused) > len(run.nodes):
            run.is_doubtful = True
            run.save(update_fields=["is_doubtful"])
        finish_state(run, RunState.FAILED, "run.failed", text[:2000])


def _keep_as_good(run: Run) -> None:
    """The last checkpoint: with this round the sites have said how its model does."""
    old = run.good_checkpoint
    run.good_round, run.good_checkpoint, run.good_hash = run.round, run.checkpoint, run.checkpoint_hash
    _delete(run, old)


def _go_back(run: Run) -> None:
    """To the last good checkpoint. The rounds after it did not help, and are made anew."""
    for kind in (Round, SiteFigures):
        kind.objects.filter(run=run, number__gt=run.good_round).delete()
    old = run.checkpoint
    run.round, run.checkpoint, run.checkpoint_hash = run.good_round, run.good_checkpoint, run.good_hash
    run.is_doubtful = False
    _delete(run, old)


def _store_checkpoint(run: Run, number: int, content: bytes) -> None:
    old = run.checkpoint
    run.checkpoint = storages["learning"].save(f"run-{run.pk}/round-{number}.npz", ContentFile(content))
    run.checkpoint_hash = hashlib.sha256(content).hexdigest()
    _delete(run, old)


def _delete(run: Run, file: str) -> None:
    """One that the run does not name any more."""
    if file and file not in (run.checkpoint, run.good_checkpoint):
        storages["learning"].delete(file)


def _store_figures(run: Run, number: int, body: dict[str, Any]) -> None:
    sites = body["sites"]
    published = run.contract.document["site_metrics"] == "members"
    Round.objects.create(
        **common(run),
        run=run,
        number=number,
        seconds=body["seconds"],
        overhead_s=body["overhead_s"],
        usable=len(sites),
        failed={site: why[:600] for site, why in (body["doubts"] | body["failed"]).items()},
        figures=registry.means([site["metrics"] for site in sites.values()], ROUND_METRICS)
        | _rows_in_all(sites)
        | (body["refused"] or {}),
        sites={name: _shown(site["metrics"]) | {"rows": site["examples"]} for name, site in sites.items()}
        if published
        else {},
    )
    _store_site_figures(run, number, body)


def _store_site_figures(run: Run, number: int, body: dict[str, Any]) -> None:
    """Each site's own figures become its firm's private rows."""
    nodes = {node.name: node for node in Node.objects.filter(federation=run.contract.programme.federation)}
    SiteFigures.objects.bulk_create(
        [
            SiteFigures(
                organization_id=nodes[name].organization_id,
                node=nodes[name],
                run=run,
                kind=body["kind"],
                number=number,
                examples=site["examples"],
                seconds=site["seconds"],
                figures=site["metrics"],
            )
            for name, site in body["sites"].items()
            if name in nodes
        ],
        ignore_conflicts=True,
    )


def _rows_in_all(sites: dict[str, Any]) -> dict[str, int]:
    """Training rows of all sites together, where that tells no site the rows of another."""
    return {"rows": sum(site["examples"] for site in sites.values())} if len(sites) >= FEWEST_SUMMED else {}


def _shown(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(figures[name], 4) for name in ROUND_METRICS if name in figures}
