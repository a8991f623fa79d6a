"""From the settings to a trained round: every step tested in order, each failure with its fix."""

import shutil
import socket
import ssl
import stat
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from .. import VERSION
from ..agreed.errors import FederatedError
from ..agreed.signing import TOLERANCE_S
from .home import Home
from .joining import API, refresh, server_of

LEAST_FREE_BYTES = 500_000_000


@dataclass(frozen=True)
class Finding:
    """
    Attributes:
        fix: what to do; empty where all is well.
    """

    name: str
    is_good: bool
    text: str
    fix: str = ""


class Fault(Exception):
    def __init__(self, text: str, fix: str) -> None:
        super().__init__(text)
        self.text, self.fix = text, fix


def examine(home: Home) -> list[Finding]:
    """All steps; those that rest on a failed one are left out."""
    steps: list[tuple[str, Callable[[Home], str]]] = [
        ("settings", check_settings),
        ("key", check_key),
        ("disk", check_disk),
        ("server", check_server),
        ("clock", check_clock),
        ("version", check_version),
        ("name", check_name),
        ("connection", check_connection),
        ("TLS", check_tls),
        ("admission", check_admission),
        ("contract", check_contract),
        ("rows", check_rows),
    ]
    needs = {
        "key": {"settings"},
        "server": {"settings", "key"},
        "clock": {"settings"},
        "version": {"server"},
        "name": {"settings"},
        "connection": {"name"},
        "TLS": {"connection"},
        "admission": {"TLS", "key"},
        "contract": {"settings", "key"},
        "rows": {"contract"},
    }
    found: list[Finding] = []
    bad: set[str] = set()
    for name, step in steps:
        if needs.get(name, set()) & bad:
            bad.add(name)
            continue
        try:
            found.append(Finding(name, True, step(home)))
        except Fault as fault:
            found.append(Finding(name, False, fault.text, fault.fix))
            bad.add(name)
        except FederatedError as error:
            place = f"{error.place}: " if error.place else ""
            found.append(Finding(name, False, f"{place}{error.rule}", error.remedy))
            bad.add(name)
    return found


def check_settings(home: Home) -> str:
    settings = home.settings()
    return f"site {settings.site}, server {settings.server}"


def check_key(home: Home) -> str:
    fix = "Ask the administrator for a new token, then: dure-factory leave; dure-factory join <token address>"
    if not home.key_file.exists():
        raise Fault(f"{home.key_file} is missing.", fix)
    if home.key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Fault(f"{home.key_file} can be read by others.", f"chmod 600 {home.key_file}")
    try:
        home.key()
    except ValueError as error:
        raise Fault(f"{home.key_file} is no key any more.", fix) from error
    return "present, readable for its owner only"


def check_disk(home: Home) -> str:
    free = shutil.disk_usage(home.folder if home.folder.exists() else home.folder.parent).free
    if free < LEAST_FREE_BYTES:
        raise Fault(f"{free / 1e6:.0f} MB free below {home.folder}.", "Free at least 500 MB: rounds are kept on disk.")
    return f"{free / 1e9:.0f} GB free"


def check_server(home: Home) -> str:
    refresh(home)
    return "answers, and knows this site"


def check_clock(home: Home) -> str:
    server = server_of(home)
    try:
        server.call("GET", f"{API}/time/")
    except FederatedError:
        if server.seconds_off is None:
            return "not compared: the server does not answer"
    off = server.seconds_off or 0.0
    if abs(off) > TOLERANCE_S - 60:
        raise Fault(
            f"This machine's clock is {abs(off) / 60:.0f} minutes {'ahead' if off > 0 else 'behind'}.",
            "Set it by NTP: timedatectl set-ntp true",
        )
    return f"{abs(off):.0f} s off"


def check_version(home: Home) -> str:
    wanted = server_of(home).call("GET", f"{API}/time/").get("client_version", VERSION)
    if wanted.split(".")[:2] != VERSION.split(".")[:2]:
        raise Fault(
            f"This is dure-factory {VERSION}; the server works with {wanted}.", f"pip install 'dure-factory=={wanted}'"
        )
    return VERSION


def check_name(home: Home) -> str:
    host, _port = gateway_of(home)
    try:
        return f"{host} is {socket.getaddrinfo(host, None)[0][4][0]}"
    except OSError as error:
        fix = "Correct `gateway` in the settings, or let your DNS know the name."
        raise Fault(f"The gateway's name {host} is not found.", fix) from error


def check_connection(home: Home) -> str:
    host, port = gateway_of(home)
    try:
        with socket.create_connection((host, port), timeout=5):
            return f"port {port} is open"
    except OSError as error:
        fix = f"Let your firewall open outbound TCP to {host}:{port}; nothing inbound is needed."
        raise Fault(f"No TCP connection to {host}:{port} ({type(error).__name__}).", fix) from error


def check_tls(home: Home) -> str:
    host, port = gateway_of(home)
    try:
        context = ssl.create_default_context(cafile=str(home.ca_file))
        with (
            socket.create_connection((host, port), timeout=5) as raw,
            context.wrap_socket(raw, server_hostname=host) as wrapped,
        ):
            return f"{wrapped.version()}, certificate trusted"
    except FileNotFoundError as error:
        raise Fault(
            f"{home.ca_file} is missing.", "Ask the coordinator for the federation's CA file and put it there."
        ) from error
    except (ssl.SSLError, OSError) as error:
        fix = "A proxy opens TLS on the way (let it pass this host), or the CA changed (ask the coordinator for the file)."
        raise Fault(
            f"The gateway's certificate is not trusted ({getattr(error, 'reason', None) or type(error).__name__}).", fix
        ) from error


def check_admission(home: Home) -> str:
    """One signed call through the gateway."""
    from .node import signed_headers

    host, port = gateway_of(home)
    context = ssl.create_default_context(cafile=str(home.ca_file))
    try:
        answer = httpx.post(
            f"https://{host}:{port}/v1/fleet/pull-messages",
            content=b"",
            headers=signed_headers(home.key()),
            verify=context,
            timeout=10,
        )
    except httpx.HTTPError as error:
        raise Fault(
            f"The gateway breaks the connection ({type(error).__name__}).",
            "Tell the coordinator: the SuperLink may be down.",
        ) from error
    if answer.status_code == 403:
        raise Fault(
            "The gateway refuses this site: suspended, left, or never joined.",
            "Ask the coordinator to admit the site again, or join with a new token.",
        )
    if answer.status_code in (502, 503, 504):
        raise Fault(
            "The gateway is there, the SuperLink behind it is not.", "Wait a minute; if it stays, tell the coordinator."
        )
    return "the gateway admits this site"


def check_contract(home: Home) -> str:
    offered, approved = home.offered(), home.approved()
    pins = {path.stem for path in (home.folder / "approved").glob("*.json")}
    if changed := pins - set(approved):
        raise Fault(
            f"Contract {sorted(changed)[0][:12]} was changed after it was countersigned.",
            "Read it again: dure-factory approve",
        )
    if not approved:
        waiting = f"{len(offered)} offered, " if offered else ""
        raise Fault(f"{waiting}none countersigned.", "Read and countersign: dure-factory approve")
    return ", ".join(f"{c.programme} v{c.version} ({c.hash[:12]})" for c in approved.values())


def check_rows(home: Home) -> str:
    from .joining import newest
    from .tables import examine_rows

    texts = []
    for contract in newest(home.approved()):
        found = examine_rows(home, contract)
        rows, train = found.rows, found.parts.train
        texts.append(
            f"{len(rows):,} rows, {rows.positives:,} defects fit {contract.programme} v{contract.version}, "
            f"{len(train):,} and {train.positives:,} of them train"
        )
    return "; ".join(texts)


def gateway_of(home: Home) -> tuple[str, int]:
    host, _, port = home.settings().gateway.rpartition(":")
    if not host or not port.isdigit():
        raise Fault(f"`gateway` is {home.settings().gateway!r}.", 'Write it as "host:port" in the settings.')
    return host, int(port)
