"""Joining, countersigning, leaving: what ties this factory to a federation."""

import base64
import shutil
from dataclasses import replace
from typing import Any

from .. import VERSION
from ..agreed.arrays import Array
from ..agreed.contracts import Contract, read_contract
from ..agreed.errors import FederatedError
from ..agreed.keys import new_key, public_text, write_key
from ..run.checkpoints import unpack_checkpoint
from ..use.deployment import Deployment, shared_deployment
from .home import Home, Settings
from .server import Server, ServerRefused, split_token
from .tables import own_baseline

API = "/api/learning"


def join(home: Home, address: str, rows: str = "") -> Settings:
    """Make the key on site, hand in its public half, keep what the server answers. Nothing is written if it refuses.

    Args:
        rows: folder or file of rows; where empty what this site said once holds, and a folder `rows` where it said nothing.

    Raises:
        FederatedError: joined before, or the token is unknown, used or expired.
    """
    if home.is_joined:
        remedy = "Run `dure-factory leave` first, or name another folder with --home."
        raise FederatedError("This folder belongs to a site that has joined already.", place=str(home.folder), remedy=remedy)
    server_address, token = split_token(address)
    key = new_key()
    answer = Server(server_address).call(
        "POST", f"{API}/join/", {"token": token, "public_key": public_text(key), "version": VERSION}
    )
    home.create()
    write_key(home.key_file, key)
    home.ca_file.write_text(answer["ca"])
    given = {"site": answer["site"], "server": server_address, "gateway": answer["gateway"]}
    if rows:
        given |= {"rows": rows, "database": "", "query": ""}  # a query that was set once would be read in their stead
    # What a site that had left once said of its rows and columns still holds.
    settings = replace(home.settings(), **given) if home.settings_file.exists() else Settings(**given)
    for document in answer["contracts"]:
        home.offer(read_contract(document))
    home.write_settings(settings)
    return settings


def server_of(home: Home) -> Server:
    """
    Raises:
        ServerRefused: this site has left, or has not joined; nobody is asked then.
    """
    if not home.is_joined:
        remedy = "Run: dure-factory join <token address>"
        raise ServerRefused("This site has left its federation.", place=str(home.folder), remedy=remedy)
    return Server(home.settings().server, home.key())


def refresh(home: Home) -> dict[str, Any]:
    """What the server knows of this site; contracts it offers are kept beside the approved ones."""
    answer = server_of(home).call("GET", f"{API}/site/")
    for path in (home.folder / "contracts").glob("*.json"):
        path.unlink()
    for document in answer["contracts"]:
        home.offer(read_contract(document))
    home.write_released(answer["released"])
    return answer


def deployment_of(home: Home, run: str, contract: Contract) -> Deployment:
    """What this site made of a run's model; where it was not there at the end of the run, the released model, which is kept.

    Raises:
        FederatedError: no answer; InvalidRows: see own_baseline.
    """
    return home.read_deployment(run) or _fetch_model(home, run, own_baseline(home, contract))


def _fetch_model(home: Home, run: str, baseline: Array | None) -> Deployment:
    answer = server_of(home).call("GET", f"{API}/site/models/{run}/")
    found = unpack_checkpoint(base64.b64decode(answer["npz"]))
    deployment = shared_deployment(replace(found.model, baseline=baseline))
    home.write_deployment(run, deployment)
    return deployment


def newest(contracts: dict[str, Contract]) -> list[Contract]:
    """The latest version of each programme."""
    found: dict[str, Contract] = {}
    for contract in contracts.values():
        if contract.programme not in found or found[contract.programme].version < contract.version:
            found[contract.programme] = contract
    return list(found.values())


def choose(offered: dict[str, Contract], start: str) -> Contract:
    """The offered contract whose hash begins with `start`; where nothing is said, the newest of the only programme.

    Raises:
        FederatedError: none or several.
    """
    found = [contract for key, contract in offered.items() if key.startswith(start)] if start else newest(offered)
    if len(found) == 1:
        return found[0]
    shown = ", ".join(f"{c.hash[:12]} ({c.programme} v{c.version})" for c in offered.values()) or "none"
    remedy = "Name the beginning of one hash." if offered else "Ask the coordinator to publish the contract."
    raise FederatedError("One contract must be named.", place="contract", value=f"offered: {shown}", remedy=remedy)


def approve(home: Home, contract: Contract, person: str) -> None:
    """Countersign on this machine, then tell the server.

    Raises:
        ServerRefused: the server is away, or knows the contract no more; one that was taken back is not kept pinned here.
    """
    signature = home.approve(contract, person)
    body = {"hash": contract.hash, "signature": signature, "person": person}
    try:
        server_of(home).call("POST", f"{API}/site/consents/", body)
    except ServerRefused as error:
        if error.code == "contract_taken_back":
            home.withdraw(contract.hash)
        raise


def withdraw(home: Home, contract: Contract) -> None:
    """Take the countersignature back here first: from this moment the node refuses."""
    home.withdraw(contract.hash)
    server_of(home).call("POST", f"{API}/site/withdrawals/", {"hash": contract.hash})


def leave(home: Home) -> None:
    """Tell the server, then forget key and approvals. Rows, what was asked of them, the ledger and models stay."""
    for key in home.approved():
        home.withdraw(key)
    server_of(home).call("POST", f"{API}/site/leave/", {})
    for path in (home.key_file, home.ca_file, home.id_file):
        path.unlink(missing_ok=True)
    shutil.rmtree(home.folder / "approved", ignore_errors=True)
    home.forget_memories()
