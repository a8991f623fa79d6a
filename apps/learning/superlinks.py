"""One private SuperLink per federation: started, told who belongs, watched; runs are started on it and taken up again.

The database is the truth and a SuperLink is disposable: when one is lost, a new one gets the sites' keys and the run goes on
after its last complete round. Runs as its own process (`manage.py superlinks`).
"""

import json
import logging
import os
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.tenancy.scope import unscoped
from federated.agreed.accounts import Account
from federated.agreed.errors import FederatedError
from federated.agreed.files import write_whole
from federated.agreed.keys import flower_bytes
from federated.agreed.logs import rotate
from federated.agreed.tls import issue
from federated.door.admission import COUNTED, Admitted, write_tables
from federated.server.control import Control
from federated.server.launching import Running, SuperLinkPlace, launch

from .gateway import door_folder
from .models import Federation, Node, Run
from .services.reporting import key_of
from .services.runs import finish_state
from .services.shared import TRAINING
from .statuses import ACTIVE, NodeState, RunState

log = logging.getLogger("dure.superlinks")

SILENT_AFTER = timedelta(seconds=25)
START_WITHIN = timedelta(seconds=60)
MOST_ATTEMPTS = 6
EVERY_S = 1.0
COUNTED_LATE = timedelta(seconds=10)  # what the gateway writes and the keeper reads of a run that has ended
ADDED = "bytes-added.json"


def account() -> Account | None:
    """Whose processes SuperLinks and the gateway are; None for the keeper's own user."""
    return Account.of(settings.SUPERLINK_USER) if settings.SUPERLINK_USER else None


def prepare_door() -> None:
    """The door's folder and certificate: written by the keeper, read by the gateway, and ca.pem by the web application."""
    folder, user = door_folder(), account()
    counted = (folder / COUNTED).parent
    for made in (folder, counted):
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
    if user:
        os.chown(folder, os.geteuid(), user.gid)
        folder.chmod(0o751)
        user.give(counted)
    issue(folder, [settings.GATEWAY_ADDRESS.rpartition(":")[0]], group=user.gid if user else None)


class SuperLink:
    """One federation's SuperLink with its executor, and the calls on it."""

    def __init__(self, federation: Federation) -> None:
        self.federation_id = federation.pk
        folder = Path(settings.LEARNING_FOLDER) / f"federation-{federation.pk}"
        self.place = SuperLinkPlace(folder, federation.port, account())
        self.processes: Running | None = None
        self.control: Control | None = None

    @property
    def is_up(self) -> bool:
        return self.processes is not None and self.processes.is_up

    def ensure(self) -> None:
        """Start it where it is not running; a port that an orphan still holds is waited for. Its log is kept short."""
        rotate(self.place.log)
        if self.is_up:
            return
        self.close()
        log.info("federation %s: starting its SuperLink on %s", self.federation_id, self.place.address)
        self.processes = launch(self.place, desk=settings.DESK_ADDRESS)
        self.control = Control(self.place)
        self.control.wait(30)
        with unscoped(reason=TRAINING):
            Node.objects.filter(federation_id=self.federation_id).update(flower_id="", is_online=False)

    def sync_nodes(self, nodes: list[Node]) -> None:
        """Register joined sites, forget the others, and note who is connected."""
        assert self.control is not None
        known = self.control.nodes()
        wanted = {flower_bytes(node.public_key): node for node in nodes if node.state == NodeState.JOINED}
        for node_id, key in known.items():
            if key not in wanted:
                self.control.unregister(node_id)
        ids = {key: node_id for node_id, key in known.items()}
        online = self.control.online()
        for key, node in wanted.items():
            node_id = ids.get(key) or self.control.register(key, node.name)
            changed = {"flower_id": str(node_id), "is_online": node_id in online}
            if (node.flower_id, node.is_online) != (changed["flower_id"], changed["is_online"]):
                with unscoped(reason=TRAINING):
                    Node.objects.filter(pk=node.pk).update(**changed)

    def tend(self, run: Run) -> None:
        """Start a run that waits for it, or take one up again whose ServerApp is gone."""
        assert self.control is not None
        now = timezone.now()
        if run.flower_id:
            status = self.control.status(int(run.flower_id))
            is_over = status.startswith("finished") or status == "unknown"
            heard = run.heard_at or run.started_at
            # A loaded machine is slow to start a ServerApp: each attempt is waited for twice as long as the one before.
            patience = (SILENT_AFTER if run.state != RunState.STARTING else START_WITHIN) * 2 ** (run.attempt - 1)
            is_silent = now - heard > patience
            if not is_over and not is_silent:
                return None
            if not is_over:
                self.control.stop(int(run.flower_id))
            log.warning("run %s: its ServerApp is gone (%s); going on after round %s", run.pk, status, run.round)
        if run.state in (RunState.STOPPING, RunState.PAUSING):
            state = RunState.STOPPED if run.state == RunState.STOPPING else RunState.PAUSED
            return self._end(run.pk, state, f"run.{state}")
        if run.attempt >= MOST_ATTEMPTS:
            return self._end(
                run.pk, RunState.FAILED, "run.failed", f"The ServerApp was lost {run.attempt} times; see superlink.log."
            )
        self.place.hand_key(str(run.pk), key_of(run))
        flower_id = self.control.start(str(run.pk))
        with unscoped(reason=TRAINING):
            Run.objects.filter(pk=run.pk).update(flower_id=str(flower_id), attempt=run.attempt + 1, heard_at=now)
        return None

    def close(self) -> None:
        if self.control:
            self.control.close()
        if self.processes:
            self.processes.terminate()

    @staticmethod
    def _end(pk: int, state: RunState, event: str, failure: str = "") -> None:
        with unscoped(reason=TRAINING):
            run = Run.objects.select_related("contract__programme__federation").get(pk=pk)
            if run.state in ACTIVE:
                finish_state(run, state, event, failure)


class Keeper:
    """Brings all SuperLinks and the gateway's tables to what the database says, again and again."""

    def __init__(self) -> None:
        self.superlinks: dict[int, SuperLink] = {}
        prepare_door()

    def step(self) -> None:
        with unscoped(reason=TRAINING):
            federations = {row.pk: row for row in Federation.objects.filter(closed_at=None)}
            nodes: dict[int, list[Node]] = {pk: [] for pk in federations}
            for node in Node.objects.filter(federation__closed_at=None).exclude(public_key=""):
                nodes[node.federation_id].append(node)
            # The oldest first: runs that measure contributions wait in a row.
            runs = {run.contract.programme.federation_id: run for run in reversed(self._active_runs())}
        for pk in set(self.superlinks) - set(federations):
            self.superlinks.pop(pk).close()
        for pk, federation in federations.items():
            superlink = self.superlinks.setdefault(pk, SuperLink(federation))
            try:
                superlink.ensure()
                superlink.sync_nodes(nodes[pk])
                if run := runs.get(pk):
                    superlink.tend(run)
            except FederatedError as error:
                log.warning("federation %s: %s", pk, error)
        self._open_doors(nodes)
        self._count_bytes()

    def run(self) -> None:
        """Until the process is stopped."""
        try:
            while True:
                self.step()
                time.sleep(EVERY_S)
        finally:
            for superlink in self.superlinks.values():
                superlink.close()

    @staticmethod
    def _active_runs() -> list[Run]:
        return list(Run.objects.filter(state__in=ACTIVE).select_related("contract__programme__federation").order_by("pk"))

    def _open_doors(self, nodes: dict[int, list[Node]]) -> None:
        """Joined sites pass the gateway, nobody else."""
        admitted = [
            Admitted(str(node.pk), node.public_key, self.superlinks[pk].place.address, self.superlinks[pk].place.ca)
            for pk, rows in nodes.items()
            for node in rows
            if node.state == NodeState.JOINED and self.superlinks[pk].place.ca.exists()
        ]
        user = account()
        write_tables(door_folder(), admitted, group=user.gid if user else None)

    def _count_bytes(self) -> None:
        """Add what the gateway has counted since the last look; it starts from nothing when it restarts.

        What has been added is kept beside it: a keeper that starts anew would add all of it once more.
        """
        found, added = _pairs(door_folder() / COUNTED), _pairs(door_folder() / ADDED)
        if found == added:
            return
        for site, (received, sent) in found.items():
            before = added.get(site, [0, 0])
            if received < before[0]:
                before = [0, 0]
            more = (received - before[0], sent - before[1])
            if any(more) and site.isdigit():
                with unscoped(reason=TRAINING):
                    node = Node.objects.get(pk=int(site))
                    for row in (node, *_at_work(node)):
                        row.received_bytes = (row.received_bytes or 0) + more[0]
                        row.sent_bytes = (row.sent_bytes or 0) + more[1]
                        row.save(update_fields=["received_bytes", "sent_bytes"])
        write_whole(door_folder() / ADDED, json.dumps(found).encode())


def _at_work(node: Node) -> QuerySet[Run]:
    """The run that a site's bytes are of: one trains in a federation at a time. The last bytes of one come after its end."""
    is_on = Q(state__in=ACTIVE) | Q(ended_at__gt=timezone.now() - COUNTED_LATE)
    runs = Run.objects.filter(is_on, contract__programme__federation_id=node.federation_id, heard_at__isnull=False)
    return runs.filter(nodes__has_key=node.name).order_by("-heard_at")[:1]


def _pairs(path: Path) -> dict[str, list[int]]:
    """Site → bytes received from it and sent to it."""
    return json.loads(path.read_text()) if path.exists() else {}
