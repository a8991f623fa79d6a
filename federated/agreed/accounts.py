"""Users of this machine, as whom processes are started."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    """A user of this machine other than the one who starts its processes; only root can start them so."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, name: str) -> "Account":
        found = pwd.getpwnam(name)
        return cls(name, found.pw_uid, found.pw_gid)

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments of Popen: this user, none of the starter's groups, and nothing it writes for others to read."""
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def give(self, folder: Path) -> None:
        """Make a folder that only this user may enter; one that somebody else had is handed over with what lies in it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid != self.uid:  # a user removed and made anew has another number
            for inner, folders, files in os.walk(folder):
                for name in (*folders, *files):
                    os.chown(os.path.join(inner, name), self.uid, self.gid, follow_symlinks=False)
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
