"""One command writes what a server needs: `python -m cluster.runtime.setup /etc/dure --address dure.example …`.

Settings with drawn secrets (mode 600), systemd units, nginx, and with --containers a compose file. It never overwrites: what
is there stays, and is told; so it may be run again for what is missing.
"""

import argparse
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from .roles import ROLES
from .state import CHECKOUT, derived_password

DEPLOY = CHECKOUT / "deploy"
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.I)
MAIL = re.compile(r"[^@\s\"']+@[^@\s\"']+\.[^@\s\"']+")
WORD = re.compile(r"\{([a-z_]+)\}")
DOOR_PORT = 9443


class Wrong(ValueError):
    """What was asked for cannot be; nothing was written."""


@dataclass(frozen=True)
class Wanted:
    """
    Attributes:
        folder: where all of it is written.
        address: the public host. operator: who is told of failures.
        database_url: of the role that may create roles and databases; drawn where it is not given. redis_url: likewise.
        smtp: host:port of the mail server. smtp_user, smtp_password: "" without. mail_from: "" for dure@<address>.
        certificate, key: of the public address; "" for where certbot puts them.
    """

    folder: Path
    address: str
    operator: str
    database_url: str = ""
    redis_url: str = ""
    smtp: str = "localhost:25"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    mail_from: str = ""
    certificate: str = ""
    key: str = ""
    files: str = "/var/lib/dure/files"
    learning: str = "/var/lib/dure/learning"
    port: int = 8000
    workers: int = 2
    containers: bool = False
    python: str = field(default_factory=lambda: sys.executable)

    def check(self) -> None:
        """
        Raises:
            Wrong: an address that is none, or a secret of the settings that would not be one.
        """
        if not HOST.fullmatch(self.address):
            raise Wrong(f"--address {self.address!r}: the public host in full, such as dure.example, without https://.")
        for name, mail in (("--operator", self.operator), ("--mail-from", self.mail_from or "a@b.example")):
            if not MAIL.fullmatch(mail):
                raise Wrong(f"{name} {mail!r}: an e-mail address.")
        host, colon, port = self.smtp.rpartition(":")
        if not (host and colon and port.isdigit()):
            raise Wrong(f"--smtp {self.smtp!r}: host:port, such as mail.example:587.")
        if self.database_url and len(unquote(urlsplit(self.database_url).password or "")) < 16:
            raise Wrong("--database-url: its password is shorter than 16 characters, and all others come from it. Draw one.")
        if any("\n" in str(value) for value in vars(self).values()):
            raise Wrong("A value breaks lines; settings stand in one line each.")


def drawn() -> str:
    return secrets.token_urlsafe(32)


def settings(wanted: Wanted) -> dict[str, dict[str, str]]:
    """The files of settings: what serves, what prepares the database, and for containers what the servers start with."""
    host = "database" if wanted.containers else "127.0.0.1"
    admin = wanted.database_url or f"postgresql://dure_admin:{drawn()}@{host}:5432/dure"
    redis = wanted.redis_url or f"redis://:{drawn()}@{'redis' if wanted.containers else '127.0.0.1'}:6379/0"
    parts = urlsplit(admin)
    secret = unquote(parts.password or "")
    smtp_host, _colon, smtp_port = wanted.smtp.rpartition(":")
    serving = {
        "DJANGO_SETTINGS_MODULE": "cluster.settings.production",
        "DURE_SECRET_KEY": secrets.token_urlsafe(50),
        "DURE_HOSTS": wanted.address,
        "DURE_PUBLIC_URL": f"https://{wanted.address}",
        "DURE_DESK_ADDRESS": f"https://{wanted.address}",
        "DURE_GATEWAY": f"{wanted.address}:{DOOR_PORT}",
        "DURE_TRUSTED_PROXIES": "1",
        "DATABASE_URL": parts._replace(netloc=f"app@{parts.hostname}:{parts.port or 5432}").geturl(),
        "DURE_OWNER_PASSWORD": "not-for-serving",
        **{f"DURE_{role.upper()}_PASSWORD": derived_password(secret, role) for role in ROLES if role != "owner"},
        "REDIS_URL": redis,
        "DURE_SMTP_HOST": smtp_host,
        "DURE_SMTP_PORT": smtp_port,
        "DURE_SMTP_USER": wanted.smtp_user,
        "DURE_SMTP_PASSWORD": wanted.smtp_password,
        "DURE_SMTP_TLS": "1" if wanted.smtp_tls else "",
        "DURE_MAIL_FROM": wanted.mail_from or f"dure@{wanted.address}",
        "DURE_OPERATOR_MAIL": wanted.operator,
        "DURE_FILES": wanted.files,
        "DURE_LEARNING_FOLDER": wanted.learning,
        "DURE_SUPERLINK_USER": "dure-superlink",
    }
    preparing = {"DATABASE_URL": admin, "DURE_OWNER_PASSWORD": derived_password(secret, "owner")}
    servers = {
        "POSTGRES_USER": unquote(parts.username or ""),
        "POSTGRES_PASSWORD": secret,
        "POSTGRES_DB": "postgres",
        "REDIS_PASSWORD": unquote(urlsplit(redis).password or ""),
    }
    return {"dure.env": serving, "admin.env": preparing, **({"database.env": servers} if wanted.containers else {})}


def line(name: str, value: str) -> str:
    """As systemd and compose both read it."""
    if not value or re.fullmatch(r"[A-Za-z0-9_.,:/@+=-]+", value):
        return f"{name}={value}\n"
    return f"{name}='{value}'\n" if "'" not in value else f'{name}="{quote(value)}"\n'


def rendered(wanted: Wanted) -> dict[str, str]:
    """Name below the folder → text, of what holds no secret."""
    values = {
        "root": str(CHECKOUT),
        "folder": str(wanted.folder),
        "python": wanted.python,
        "port": str(wanted.port),
        "workers": str(wanted.workers),
        "files": wanted.files,
        "learning": wanted.learning,
        "host": wanted.address,
        "upstream": f"127.0.0.1:{wanted.port}",
        "nginx": str(wanted.folder / "nginx"),
        "certificate": wanted.certificate or f"/etc/letsencrypt/live/{wanted.address}/fullchain.pem",
        "key": wanted.key or f"/etc/letsencrypt/live/{wanted.address}/privkey.pem",
    }
    places = {"nginx/dure.conf": "nginx/dure.conf.in", "nginx/proxy.inc": "nginx/proxy.inc.in"}
    if wanted.containers:
        places["compose.yaml"] = "container/compose.yaml.in"
    else:
        for path in sorted((DEPLOY / "systemd").glob("*.in")):
            places[f"systemd/{path.name.removesuffix('.in')}"] = f"systemd/{path.name}"
    found = {name: _filled((DEPLOY / place).read_text(), values) for name, place in places.items()}
    found["nginx/door.conf"] = _door(wanted, values)
    return found


def _door(wanted: Wanted, values: dict[str, str]) -> str:
    """The door of training together is written by the federated half, a program of its own."""
    words = ["--folder", str(Path(wanted.learning, "door")), "--port", str(DOOR_PORT)]
    words += ["--certificate", values["certificate"], "--key", values["key"]]
    command = [sys.executable, "-m", "federated.door.nginx", *words]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout


def _filled(text: str, values: dict[str, str]) -> str:
    return WORD.sub(lambda match: values[match[1]], text)


def write(wanted: Wanted) -> dict[str, bool]:
    """Write what is missing; name → whether it was written. Settings can be read by their owner alone.

    Raises:
        Wrong: nothing was written.
    """
    wanted.check()
    secret_files = {name: "".join(line(*pair) for pair in found.items()) for name, found in settings(wanted).items()}
    there = [name for name in secret_files if (wanted.folder / name).exists()]
    if there and len(there) < len(secret_files):
        raise Wrong(f"{wanted.folder} holds {there[0]} but not all settings: they belong together. Move it away first.")
    done = {}
    for name, text in {**secret_files, **rendered(wanted)}.items():
        done[name] = _write_new(wanted.folder / name, text, 0o600 if name in secret_files else 0o644)
    return done


def _write_new(path: Path, text: str, mode: int) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    try:
        with path.open("x") as file:
            path.chmod(mode)
            file.write(text)
    except FileExistsError:
        return False
    return True


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m cluster.runtime.setup", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--address", required=True, help="the public host")
    parser.add_argument("--operator", required=True, help="mail address of who is told of failures")
    for name in ("database-url", "redis-url", "smtp-user", "smtp-password", "mail-from", "certificate", "key"):
        parser.add_argument(f"--{name}", default="")
    parser.add_argument("--smtp", default="localhost:25", help="host:port of the mail server")
    parser.add_argument("--smtp-tls", action="store_true")
    parser.add_argument("--files", default="/var/lib/dure/files")
    parser.add_argument("--learning", default="/var/lib/dure/learning")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--containers", action="store_true", help="a compose file instead of systemd units")
    wanted = Wanted(**vars(parser.parse_args(words)))
    try:
        done = write(wanted)
    except (Wrong, OSError) as error:
        raise SystemExit(str(error)) from None
    for name, is_new in done.items():
        print(f"{'written' if is_new else 'kept   '}  {wanted.folder / name}")
    print("Next: docs/operations.md, On a server.")


if __name__ == "__main__":
    main()
