"""Every icon that a template, a table of looks or a declaration names exists: a page fails to render otherwise."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import lucide
import pytest

ROOT = Path(__file__).resolve().parents[2] / "apps"
IN_TEMPLATES = re.compile(r"""{%\s*(?:lucide|status\s+\S+|tile[^%]*icon=)\s*"([a-z0-9-]+)\"""")
TONES = {"ok", "warn", "bad", "info", "mute"}
SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PLACES = {"Entry": 2, "EventType": 2}  # where a declaration holds its icon, whatever its lines look like


def strings(nodes):
    return [node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "" for node in nodes]


def named_in(source: str):
    """Icons of a module: a string before a tone in a tuple or a call, `icon=`, and the place of a declaration."""
    for node in ast.walk(ast.parse(source)):
        values = strings(node.elts if isinstance(node, ast.Tuple) else node.args if isinstance(node, ast.Call) else ())
        yield from (icon for icon, tone in pairwise(values) if tone in TONES and SHAPE.fullmatch(icon))
        if isinstance(node, ast.Call):
            yield from strings([keyword.value for keyword in node.keywords if keyword.arg == "icon"])
            place = PLACES.get(getattr(node.func, "id", ""), len(values))
            yield from values[place : place + 1]


def names():
    for path in ROOT.glob("**/templates/**/*.html"):
        yield from ((path, name) for name in IN_TEMPLATES.findall(path.read_text()))
    for path in ROOT.glob("**/*.py"):
        if "migrations" not in path.parts:
            yield from ((path, name) for name in named_in(path.read_text()) if name)


def exists(name: str) -> bool:
    try:
        lucide._load_icon(name)
    except lucide.IconDoesNotExist:
        return False
    return True


def test_every_icon_exists():
    found = list(names())
    assert len(found) > 150
    assert {(path.name, name) for path, name in found if not exists(name)} == set()


@pytest.mark.parametrize(
    "planted",
    [
        'EventType(\n    "contract.published",\n    _("…"),\n    "file-signature",\n    "info",\n)',
        'EventType("contract.published", _("…"), icon="file-signature")',
        'Entry("training", _("Training"), "file-signature", "learning:home")',
        'LOOK = {State.OPEN: (\n    "file-signature",\n    "ok",\n)}',
        'label, icon, tone = _("Open"), "file-signature", "mute"',
    ],
)
def test_a_name_that_does_not_exist_is_found_however_it_is_written(planted):
    assert [name for name in named_in(planted) if not exists(name)]
