"""How files are written that others read meanwhile."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or the old one, never a half."""
    partial = path.with_name(f"{path.name}.partial")
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    os.replace(partial, path)
