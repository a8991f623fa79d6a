"""Flower's internal names: listed in one place, there in the installed release, and used nowhere else."""

import ast
import importlib
import importlib.metadata
import tomllib
from pathlib import Path

import pytest

from federated.flower.internals import CHECKED_AGAINST, NAMES

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {"flwr.app", "flwr.serverapp", "flwr.clientapp"}


def used() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in [*ROOT.glob("federated/**/*.py"), *ROOT.glob("apps/**/*.py"), *ROOT.glob("cluster/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").split(".")[0] == "flwr"
                and node.module not in PUBLIC
            ):
                found.setdefault(node.module, set()).update(alias.name for alias in node.names)
            assert not (isinstance(node, ast.Import) and any(a.name.split(".")[0] == "flwr" for a in node.names)), path
    return found


def test_the_list_is_what_the_code_imports():
    assert {module: set(names) for module, names in NAMES.items()} == used()


@pytest.mark.parametrize("module", NAMES)
def test_the_installed_flower_has_them(module):
    home = importlib.import_module(module)
    assert [name for name in NAMES[module] if not hasattr(home, name)] == []


def test_the_list_was_checked_against_the_pinned_release():
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["factory"]
    assert f"flwr=={CHECKED_AGAINST}" in pinned
    assert importlib.metadata.version("flwr") == CHECKED_AGAINST
