"""Every icon that a template or a table of looks names exists: a page fails to render otherwise."""

import re
from pathlib import Path

import lucide

ROOT = Path(__file__).resolve().parents[2] / "apps"
IN_TEMPLATES = re.compile(r"""{%\s*(?:lucide|status\s+\S+|tile[^%]*icon=)\s*"([a-z0-9-]+)\"""")
IN_PYTHON = re.compile(r"\"([a-z0-9]+(?:-[a-z0-9]+)*)\", \"(?:ok|warn|bad|info|mute)\"")


def names():
    for path in ROOT.glob("**/templates/**/*.html"):
        yield from ((path, name) for name in IN_TEMPLATES.findall(path.read_text()))
    for path in ROOT.glob("*/*.py"):
        yield from ((path, name) for name in IN_PYTHON.findall(path.read_text()))


def test_every_icon_exists():
    found = list(names())
    assert len(found) > 80
    missing = set()
    for path, name in found:
        try:
            lucide._load_icon(name)
        except lucide.IconDoesNotExist:
            missing.add((path.name, name))
    assert missing == set()
