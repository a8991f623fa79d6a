"""Which user the programs run as, where root starts them: decided here and nowhere else.

`dure-web` runs web, relay, worker and beat, and holds the keys of the database and of Django. `dure-superlink` runs
SuperLinks, their executors with the ServerApps, and the gateway: what speaks with factories. Neither can read what the other
holds. The keeper needs both and starts processes of another user, so it stays with root, as the supervisor does; it listens
nowhere.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from federated.agreed.accounts import Account

from . import roles, state, users
from .postgres import PostgresServer
from .services import DATABASE
from .valkey import ValkeyServer

# What an operator may have set that only the programs of dure-web need.
SECRETS = (
    *("DATABASE_URL", "REDIS_URL", "DURE_SECRET_KEY", "DURE_SMTP_PASSWORD"),
    *(f"DURE_{role.upper()}_PASSWORD" for role in roles.ROLES),
)
NOWHERE = "/nonexistent"  # a home for users who have none


@dataclass(frozen=True)
class Separation:
    """
    Attributes:
        web, superlink: None where everything runs as the user who starts it.
        why: what keeps the programs from having users of their own, in one line; empty where they have.
        folder: where the two users' files lie.
    """

    web: Account | None = None
    superlink: Account | None = None
    why: str = ""
    folder: Path = state.CHECKOUT / ".dure"

    @property
    def learning(self) -> Path:
        return Path(os.environ.get("DURE_LEARNING_FOLDER") or self.folder / "learning")

    @property
    def files(self) -> Path:
        """Mails and files of the web application."""
        return Path(os.environ.get("DURE_FILES") or (self.folder / "web" if self.web else self.folder))

    def settings(self) -> dict[str, str]:
        """Where things lie, for every program that is started."""
        if not (self.web and self.superlink):
            return {}
        places = {"DURE_LEARNING_FOLDER": str(self.learning), "DURE_FILES": str(self.files)}
        return {**places, "DURE_SUPERLINK_USER": self.superlink.name}


def decide(current: state.State) -> Separation:
    """As root each part gets its user; where one could not work, everything stays with root and says why.

    Without root everything runs as the user who starts it; `services up` says what that means.
    """
    if os.geteuid() != 0:
        return Separation()
    accounts = []
    for name in (users.NAMES["web"], users.NAMES["superlink"]):
        if users.named(name).pw_name != name:
            return Separation(why=f"web and SuperLinks run as root: the user {name} cannot be made (no useradd here)")
        accounts.append(Account.of(name))
        if why := hindrance(accounts[-1]):
            return Separation(why=f"web and SuperLinks run as root: {name} {why} (docs/operations.md)")
    return Separation(web=accounts[0], superlink=accounts[1], folder=Path(current.data_dir))


def hindrance(account: Account) -> str:
    """Why the user could not run the programs; empty where it can: tried with the interpreter and the code themselves."""
    words = [sys.executable, "-c", "import django, flwr.proto, federated.server.launching, cluster.runtime"]
    try:
        done = subprocess.run(words, cwd=state.CHECKOUT, capture_output=True, check=False, env={}, **account.popen)
        is_able = done.returncode == 0
    except OSError:  # it may not enter the folder of the code, or not start the interpreter
        is_able = False
    if is_able:
        return ""
    closed = [barrier(path) for path in (state.CHECKOUT, Path(sys.executable), Path(sys.executable).resolve())]
    where = next((path for path in closed if path), None)
    return f"cannot enter {where}, where Python or the code lies" if where else "cannot start Python with the code"


def barrier(path: Path) -> Path | None:
    """The first folder on the way to a path that only its owner and group may enter."""
    return next((one for one in reversed(path.parents) if not one.stat().st_mode & 0o001), None)


def arrange(found: Separation) -> None:
    """Folders of the two users; what an earlier start as root left in the checkout goes with them."""
    if not (found.web and found.superlink):
        return
    found.folder.mkdir(parents=True, exist_ok=True)
    found.folder.chmod(0o711)
    found.web.give(found.files)
    earlier = state.CHECKOUT / ".dure" / "learning"
    if earlier.exists() and not found.learning.exists():
        shutil.move(earlier, found.learning)
    found.learning.mkdir(parents=True, exist_ok=True)
    found.learning.chmod(0o711)
    checkpoints = found.learning / "checkpoints"
    found.web.give(checkpoints)
    for folder, _folders, files in os.walk(checkpoints, topdown=False):
        for path in (*(os.path.join(folder, file) for file in files), folder):
            os.chown(path, found.web.uid, found.web.gid, follow_symlinks=False)


def for_web(current: state.State, *, as_owner: bool = False) -> dict[str, str]:
    """What the programs of dure-web need to know, and no more: neither the owner of the tables nor who may make roles.

    Args:
        as_owner: for preparing, before anything serves.
    """
    given = os.environ.get("DATABASE_URL")
    parts = urlsplit(given or PostgresServer(current).url(database=DATABASE))
    secret = unquote(parts.password or "") if given else current.password
    place = f"app@{parts.hostname}:{parts.port or 5432}"
    found = {
        "DATABASE_URL": urlunsplit(parts._replace(netloc=place)),
        "REDIS_URL": os.environ.get("REDIS_URL") or ValkeyServer(current).url(),
        "DURE_SECRET_KEY": os.environ.get("DURE_SECRET_KEY") or current.secret_key,
        "DURE_OWNER_PASSWORD": "not-for-serving",
        "HOME": NOWHERE,
    }
    for role in roles.ROLES if as_owner else roles.ROLES[1:]:
        name = f"DURE_{role.upper()}_PASSWORD"
        found[name] = os.environ.get(name) or state.derived_password(secret, role)
    return found


def for_superlink() -> dict[str, str]:
    """Takes away what the gateway would inherit and has no business with."""
    return {**dict.fromkeys(SECRETS, ""), "HOME": NOWHERE}


def program(account: Account | None, environment: Mapping[str, str]) -> str:
    """The lines of a supervisor's program that runs as the user; none where it runs as the supervisor's own."""
    if account is None:
        return ""
    words = ",".join(f'{name}="{value.replace("%", "%%")}"' for name, value in environment.items())
    return f"user={account.name}\numask=077\nenvironment={words}\n"
