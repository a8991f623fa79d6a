"""How files are written that others read meanwhile."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o600, group: int | None = None) -> None:
    """The whole file or the old one, never a half.

    Args:
        group: id of the group that may read it as well.
    """
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    share(partial, mode=mode, group=group)
    partial.write_bytes(content)
    os.replace(partial, path)


def share(path: Path, *, mode: int = 0o600, group: int | None = None) -> None:
    """Let a file have these rights, and the group read it."""
    if group is not None:
        os.chown(path, -1, group)
    path.chmod(mode | (0o040 if group is not None else 0))
