"""Which room's table a text names: SQL in strings is an arrow between rooms that no import shows."""

import ast
import re
from functools import cache
from pathlib import Path

from django.apps import apps

from apps.common import sql

ROOT = Path(__file__).resolve().parents[2]
MADE_OF_MODELS = {name for name, made in vars(sql).items() if getattr(made, "__module__", "") == sql.__name__}


@cache
def owners() -> dict[str, str]:
    """Table → the room that declares it; tables of Django and of libraries belong to none."""
    models = apps.get_models(include_auto_created=True)
    return {m._meta.db_table: m._meta.app_config.name for m in models if m._meta.app_config.name.startswith("apps.")}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(" + "|".join(sorted(owners(), key=len, reverse=True)) + r")(?:_id_seq)?(?!\w)")


def room_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).parts[:2])


def named_in(path: Path) -> set[tuple[str, int, str]]:
    """(room, line, table) of every table that a string of the file names, or whose model it asks for its name."""
    tree = ast.parse(path.read_text())
    imported = {
        alias.asname or alias.name: f"{node.module}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level
        for alias in node.names
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {(owners()[table], node.lineno, table) for table in _pattern().findall(node.value)}
        elif model := _model_asked(node):
            name = next((part.id for part in ast.walk(model) if isinstance(part, ast.Name)), "")
            room = ".".join(imported.get(name, "").split(".")[:2])
            if room in owners().values():
                found.add((room, node.lineno, f"{name}, by its model"))
    return found


def _model_asked(node: ast.AST) -> ast.AST | None:
    """The model in `Model._meta.db_table`, and in what `apps.common.sql` makes of one."""
    if isinstance(node, ast.Attribute) and node.attr == "db_table":
        return node
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in MADE_OF_MODELS:
        return node.args[0]
    return None


def arrows() -> list[tuple[Path, int, str, str, str]]:
    """(file, line, its room, the other room, table) wherever a file names a table that is not its room's."""
    return [
        (path.relative_to(ROOT), line, room_of(path), room, table)
        for path in sorted(ROOT.glob("apps/**/*.py"))
        for room, line, table in sorted(named_in(path), key=lambda found: (found[1], found[2]))
        if room != room_of(path)
    ]
