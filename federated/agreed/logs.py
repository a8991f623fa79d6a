"""Logs that do not grow without end, beside programs that nobody looks after."""

import logging
import os
import shutil
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST_BYTES, OLDER = 4 * 2**20, 3


def rotate(path: Path, most: int = MOST_BYTES) -> None:
    """Empty a log that other processes hold open to append to it, once it is longer; what it held goes to `NAME.1`.

    What they write in between the copy and the cut, a line or two, is lost.
    """
    if not path.exists() or path.stat().st_size <= most:
        return
    older = path.with_name(f"{path.name}.1")
    partial = path.with_name(f"{path.name}.partial")
    shutil.copyfile(path, partial)
    partial.chmod(path.stat().st_mode & 0o777)
    os.truncate(path, 0)
    partial.replace(older)


class _Private(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        os.chmod(self.baseFilename, 0o600)
        return stream


def own_log(path: Path, most: int = MOST_BYTES, older: int = OLDER) -> logging.Handler:
    """For a program's own lines: `NAME`, and as many before it as `older` says; readable for its user only."""
    handler = _Private(path, maxBytes=most, backupCount=older, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
