"""System users of the services: where root starts them, each runs as one of its own and reads nothing of the others.

Without root all run as the user who started them, and whoever is that user reads all of them.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

NAMES = {"postgresql": "dure-postgres", "valkey": "dure-valkey", "web": "dure-web", "superlink": "dure-superlink"}
UNPRIVILEGED = "nobody"  # where the system has no tool to make users; PostgreSQL refuses to run as root


def user_of(service: str, data: Path) -> pwd.struct_passwd | None:
    """The owner of its data, or for a new one the user named for it; None where root does not start the service."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    return named(NAMES[service])


def named(name: str) -> pwd.struct_passwd:
    """The system user, made where it is missing: without password, home or shell."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        words = [
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
        ]
        tool = shutil.which("useradd")
        made = tool and subprocess.run([tool, *words, name], capture_output=True, check=False).returncode == 0
        # Another start may have been faster.
        return pwd.getpwnam(name if made or _exists(name) else UNPRIVILEGED)


def adopt(service: str, data: Path) -> None:
    """Give the data of a stopped server to the service's own user: earlier ones ran as `nobody`."""
    if os.geteuid() != 0 or not data.exists():
        return
    user = named(NAMES[service])
    if data.stat().st_uid == user.pw_uid:
        return
    for folder, _folders, files in os.walk(data, topdown=False):
        for path in (*(os.path.join(folder, file) for file in files), folder):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def remove() -> list[str]:
    """Take the users away again; their names.

    Raises:
        RuntimeError: a server of one of them runs still, or the caller is not root.
    """
    gone = []
    for name in filter(_exists, NAMES.values()):
        done = subprocess.run([shutil.which("userdel") or "userdel", name], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"The user {name} stays: {done.stderr.strip()} Stop the services first, as root.")
        gone.append(name)
    return gone


def note() -> str:
    """What the present way of starting means for the walls between the services, in one line; empty as root."""
    if os.geteuid() == 0:
        return ""
    name = pwd.getpwuid(os.geteuid()).pw_name
    return f"all services run as {name}: every program of {name} on this machine can read their data (docs/operations.md)"


def _exists(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())
