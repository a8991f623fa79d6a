"""The factory's folder: settings, key, countersigned contracts, what runs left behind, and what has left the site."""

import json
import shutil
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from ..agreed.contracts import Contract, read_contract
from ..agreed.errors import FederatedError, NotApproved
from ..agreed.files import write_whole
from ..agreed.keys import PrivateKey, is_signed, point_of, public_text, read_key, sign, sign_short, text_of
from ..models.memory import Memory
from ..privacy.accounting import BUDGET, Spending, check_budget
from ..privacy.masks import derive
from ..rows.columns import Column, Reading
from ..use.deployment import Deployment, pack_deployment, unpack_deployment
from ..use.verdicts import PROMISED, USUAL_COST, Shares, cost_threshold

OF_VERDICTS = ("miss_cost", "missed_share", "false_share")
MEMORIES = ("moments", "head", "control", "update", "trained")
KEPT_ROUNDS = 3
ASKED = "asked.json"


@dataclass(frozen=True)
class Settings:
    """
    Attributes:
        server: address of the web application.
        gateway: host:port of the published door.
        rows: folder or file of rows; empty where a query is used.
        columns: contract name → how the site's own table holds it.
        reading: what was said of the files; they tell the rest themselves.
        miss_cost: what a missed defect costs, in false alarms; decides from which risk on a row is an alarm.
        missed_share: of all defects, the most that may pass as ok.
        false_share: of the rows called defect, the most that may be good.
        privacy_budget: ε that this site's rows may spend over their life, in all programmes with a privacy level.
    """

    site: str
    server: str
    gateway: str
    rows: str = "rows"
    database: str = ""
    query: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    privacy_budget: float = BUDGET
    miss_cost: float = USUAL_COST
    missed_share: float = PROMISED.missed
    false_share: float = PROMISED.false

    @property
    def shares(self) -> Shares:
        return Shares(self.missed_share, self.false_share)

    @property
    def alarm_from(self) -> float:
        """The risk from which a row is an alarm."""
        return cost_threshold(self.miss_cost)


class Home:
    """Everything that a factory keeps, below one folder that only its own user can read. It is the `Store` of its site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings_file = folder / "settings.toml"
        self.key_file = folder / "node.key"
        self.ca_file = folder / "ca.pem"
        self.id_file = folder / "node.id"
        self.question_file = folder / "runs" / "question.bin"
        self.log_file = folder / "dure-factory.log"

    def create(self) -> None:
        for name in ("", "contracts", "approved", "runs", "models", "rows"):
            (self.folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def is_joined(self) -> bool:
        return self.settings_file.exists() and self.key_file.exists()

    def forget(self) -> None:
        """Delete all that is not rows: for a site that has left and wants nothing kept. What was taken of the rows' budget
        and how often they were asked stays as long as they do."""
        for name in ("contracts", "approved", "models"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.forget_memories()
        for name in ("ledger.jsonl", "released.json", "members.json", "settings.toml"):
            (self.folder / name).unlink(missing_ok=True)

    def forget_memories(self) -> None:
        """Delete what runs left but for how often each step was asked: the same rows joined anew would be asked as often
        again, and the server could take one answer from another."""
        for path in (self.folder / "runs").glob("*/*"):
            if path.name != ASKED:
                path.unlink()
        self.question_file.unlink(missing_ok=True)

    def settings(self) -> Settings:
        """
        Raises:
            FederatedError: not joined yet, or a setting that cannot be read.
        """
        place = str(self.settings_file)
        if not self.settings_file.exists():
            raise FederatedError(
                "This factory has not joined yet.", place=place, remedy="Run: dure-factory join <token address>"
            )
        try:
            found = tomllib.loads(self.settings_file.read_text())
            columns = {
                name: Column(entry) if isinstance(entry, str) else Column(**entry)
                for name, entry in found.pop("columns", {}).items()
            }
            reading = Reading(**found.pop("reading", {}))
            if not found.get("miss_cost", 1) > 0:
                raise TypeError(f"miss_cost = {found['miss_cost']}: a cost is above 0")
            for name in ("missed_share", "false_share"):
                if not 0 < found.get(name, 0.1) < 1:
                    raise TypeError(f"{name} = {found[name]}: a share lies between 0 and 1")
            return Settings(**found, columns=columns, reading=reading)
        except (tomllib.TOMLDecodeError, TypeError) as error:
            remedy = 'Compare it with the example in docs/federated.md; columns are written "contract name" = "your name".'
            raise FederatedError("The settings cannot be read.", place=place, value=str(error), remedy=remedy) from error

    def write_settings(self, settings: Settings) -> None:
        document: dict[str, Any] = {
            name: getattr(settings, name)
            for name in ("site", "server", "gateway", "rows", "database", "query", "privacy_budget", *OF_VERDICTS)
        }
        document["columns"] = {
            name: {key: value for key, value in asdict(column).items() if value != {}}
            for name, column in settings.columns.items()
        }
        document["reading"] = asdict(settings.reading)
        write_whole(self.settings_file, tomli_w.dumps(document).encode())

    def key(self) -> PrivateKey:
        """
        Raises:
            FederatedError: this site has left.
        """
        if not self.key_file.exists():
            remedy = "Run: dure-factory join <token address>"
            raise FederatedError("This site has left its federation.", place=str(self.folder), remedy=remedy)
        return read_key(self.key_file)

    # Contracts: what the server offered, and what this factory countersigned.

    def offer(self, contract: Contract) -> None:
        write_whole(self.folder / "contracts" / f"{contract.hash}.json", dump(contract.document()))

    def offered(self) -> dict[str, Contract]:
        """Hash → contract, those that were offered and can be read."""
        return {c.hash: c for path in sorted((self.folder / "contracts").glob("*.json")) if (c := _contract(path))}

    def approve(self, contract: Contract, person: str) -> str:
        """Countersign and pin a contract; returns the signature over its hash."""
        signature = sign(self.key(), contract.hash.encode())
        document = {
            "contract": contract.document(),
            "hash": contract.hash,
            "signature": signature,
            "approved_by": person,
            "approved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_whole(self.folder / "approved" / f"{contract.hash}.json", dump(document))
        return signature

    def withdraw(self, contract_hash: str) -> None:
        (self.folder / "approved" / f"{contract_hash}.json").unlink(missing_ok=True)

    def approved(self) -> dict[str, Contract]:
        """Hash → contract, only those whose pin this factory's own key signed."""
        found = {}
        for path in sorted((self.folder / "approved").glob("*.json")):
            try:
                found[path.stem] = self.pinned(path.stem)
            except FederatedError:
                continue
        return found

    def pinned(self, contract_hash: str) -> Contract:
        """The contract this factory countersigned under that hash.

        Raises:
            NotApproved: never countersigned, withdrawn, or changed on disk since.
        """
        path = self.folder / "approved" / f"{Path(contract_hash).name}.json"
        remedy = "Read the contract with `dure-factory approve`, and countersign it if your firm agrees."
        if not path.exists():
            raise NotApproved(
                "This factory answers only for contracts it countersigned.", value=contract_hash[:12], remedy=remedy
            )
        if (contract := self._countersigned(path)) and contract.hash == contract_hash:
            return contract
        rule = "The contract was changed after this factory countersigned it."
        raise NotApproved(rule, value=contract_hash[:12], remedy=remedy, code="contract_changed")

    def _countersigned(self, path: Path) -> Contract | None:
        """What stands in that file, where this factory's key signed it; nothing where it cannot even be read."""
        try:
            document = json.loads(path.read_text())
            contract = read_contract(document["contract"])
            is_own = is_signed(public_text(self.key()), contract.hash.encode(), document["signature"])
        except (ValueError, KeyError, TypeError, FederatedError):
            return None
        return contract if is_own else None

    def secret(self, purpose: str) -> bytes:
        """32 bytes that only whoever holds the site's key can derive."""
        return derive(self.key_file.read_bytes(), purpose)

    def signer(self) -> bytes:
        return point_of(public_text(self.key()))

    def sign(self, content: bytes) -> bytes:
        return sign_short(self.key(), content)

    # Whose keys this site has seen: the server tells them, and cannot change one later.

    def knows(self, site: str, signer: bytes) -> bool:
        members, key = self.members(), text_of(signer)
        if site not in members:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            write_whole(self._members, dump({**members, site: {"key": key, "seen_at": at}}))
            return True
        return members[site]["key"] == key

    def members(self) -> dict[str, dict[str, str]]:
        """Other site → its countersigning `key`, and when this site saw it first."""
        return json.loads(self._members.read_text()) if self._members.exists() else {}

    def forget_member(self, site: str) -> bool:
        """Whether it was known; its next key is believed."""
        members = self.members()
        known = members.pop(site, None)
        write_whole(self._members, dump(members))
        return known is not None

    @property
    def _members(self) -> Path:
        return self.folder / "members.json"

    def spend(self, run: str, data: str, spending: Spending) -> None:
        """Write a run's spending down, once, before anything of it leaves.

        Raises:
            FederatedError: the rows have spent their budget, in whatever programmes.
        """
        past = self.spendings()
        if any(entry["run"] == run and entry["data"] == data for entry in past):
            return
        check_budget([entry["spending"] for entry in past], spending, self.settings().privacy_budget)
        entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "run": run, "data": data}
        with (self.folder / "privacy.jsonl").open("a") as file:
            file.write(json.dumps({**entry, "spending": spending.document()}) + "\n")

    def claim(self, run: str, step: str, digest: str, most: int) -> bool:
        """Whether so many different requests of one step, this one among them, are within `most`; kept over restarts."""
        known = self._asked(run).get(step, [])
        if digest not in known:
            if len(known) >= most:
                return False
            self._add(run, step, digest)
        return True

    def first(self, run: str, step: str, value: str) -> str:
        """What was said first of a step, kept over restarts: this value where nothing was."""
        known = self._asked(run).get(step)
        if known is None:
            self._add(run, step, value)
            return value
        return known[0]

    def _asked(self, run: str) -> dict[str, list[str]]:
        path = self._asked_file(run)
        return json.loads(path.read_text()) if path.exists() else {}

    def _add(self, run: str, step: str, entry: str) -> None:
        path, asked = self._asked_file(run), self._asked(run)
        asked.setdefault(step, []).append(entry)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, dump(asked))

    def _asked_file(self, run: str) -> Path:
        return self.folder / "runs" / _safe(run) / ASKED

    def spendings(self) -> list[dict[str, Any]]:
        """Every run that took from the rows' budget. Rows are added to over time: all runs count against the same budget."""
        path = self.folder / "privacy.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    # What a run leaves behind.

    def read_memory(self, run: str, round_number: int) -> Memory:
        path = self._memory(run, round_number)
        if not path.exists():
            return Memory()
        with np.load(path, allow_pickle=False) as arrays:
            kept = {name: arrays[name] for name in MEMORIES if name in arrays}
            return Memory(steps=int(arrays["steps"]), **kept)

    def write_memory(self, run: str, round_number: int, memory: Memory) -> None:
        path = self._memory(run, round_number)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        kept: dict[str, Any] = {name: array for name in MEMORIES if (array := getattr(memory, name)) is not None}
        with partial.open("wb") as file:
            np.savez(file, steps=memory.steps, **kept)
        partial.replace(path)
        self._memory(run, round_number - KEPT_ROUNDS).unlink(missing_ok=True)

    def write_deployment(self, run: str, deployment: Deployment) -> None:
        write_whole(self._model(run), pack_deployment(deployment))

    def read_deployment(self, run: str) -> Deployment | None:
        path = self._model(run)
        return unpack_deployment(path.read_bytes()) if path.exists() else None

    def write_released(self, models: list[dict[str, Any]]) -> None:
        """What the server said of released models: run, contract, number, what unseen sites got; the latest last."""
        write_whole(self.folder / "released.json", dump(models))

    def released(self) -> list[dict[str, Any]]:
        path = self.folder / "released.json"
        return json.loads(path.read_text()) if path.exists() else []

    def note(self, entry: dict[str, Any]) -> None:
        """One line in the ledger of what has left this site."""
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **entry}
        with (self.folder / "ledger.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")

    def ledger(self) -> list[dict[str, Any]]:
        path = self.folder / "ledger.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def _model(self, run: str) -> Path:
        return self.folder / "models" / f"{_safe(run)}.npz"

    def _memory(self, run: str, round_number: int) -> Path:
        return self.folder / "runs" / _safe(run) / f"round-{round_number}.npz"


def dump(document: Any) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True).encode()


def _contract(path: Path) -> Contract | None:
    try:
        return read_contract(json.loads(path.read_text()))
    except (FederatedError, json.JSONDecodeError):
        return None


def _safe(run: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in run)[:80]
