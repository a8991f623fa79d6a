"""Each part of the product installs what its files import, and no more: a web host has no torch, a factory no Django."""

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .test_layers import KEEPER, ROOT, module_of, modules_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
HEAVY = ("torch", "flwr", "sklearn", "xgboost", "opacus", "onnx", "polars", "scipy", "dp_accounting")
KEEPING = (KEEPER, "apps/learning/management/commands/superlinks.py")


FILES = {module_of(path): path for top in ("apps", "cluster", "federated") for path in ROOT.glob(f"{top}/**/*.py")}


def is_in(name: str, *starts: str) -> bool:
    return str(FILES[name].relative_to(ROOT)).startswith(starts)


def reach(entries: list[str], within=lambda name: True) -> dict[str, str]:
    """Foreign top-level module → one file that imports it, over all that the entries reach, imports in functions too."""
    todo, seen, foreign = list(entries), set(), {}
    while todo:
        name = todo.pop()
        if name in seen or not within(name):
            continue
        seen.add(name)
        for node in ast.walk(ast.parse(FILES[name].read_text())):
            for found in modules_of(node, FILES[name]):
                top = found.partition(".")[0]
                if found in FILES:
                    todo.append(found)
                elif top and top not in ("apps", "cluster", "federated") and top not in sys.stdlib_module_names:
                    foreign[top] = name
    assert len(seen) > 20
    return foreign


PARTS = {
    "web": [n for n in FILES if is_in(n, "apps", "cluster") and not is_in(n, *KEEPING)],
    "keeper": [n for n in FILES if is_in(n, KEEPER, "federated/server", "federated/door")],
    "factory": [n for n in FILES if is_in(n, "federated/factory", "federated/site")],
}


def listed(extra: str) -> set[str]:
    lines = [*PROJECT["dependencies"], *EXTRAS[extra], *(EXTRAS["web"] if extra == "keeper" else [])]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def unlisted(foreign: dict[str, str], names: set[str]) -> dict[str, str]:
    """Those of the foreign modules whose package is not among the names; one that is not installed goes by its own."""
    installed = packages_distributions()
    found = {top: {canonicalize_name(name) for name in installed.get(top, [top])} for top in foreign}
    return {top: foreign[top] for top, packages in found.items() if not packages & names}


def test_the_web_part_lists_what_its_files_import():
    """The others: tests/together/test_extras.py, where they are installed."""
    assert unlisted(reach(PARTS["web"], lambda name: not is_in(name, *KEEPING)), listed("web")) == {}


def test_every_version_is_pinned_and_the_same_everywhere():
    lines = {line for extra in EXTRAS.values() for line in extra} | set(PROJECT["dependencies"])
    names = [Requirement(line).name for line in lines]
    assert len(names) == len(set(names)) > 40
    assert [line for line in lines if "==" not in line] == []


def test_the_factory_alone_lists_the_same():
    alone = tomllib.loads((ROOT / "federated" / "pyproject.toml").read_text())["project"]["dependencies"]
    assert sorted(alone) == sorted([*PROJECT["dependencies"], *EXTRAS["factory"]])


BLOCKED = """
import importlib, importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in {heavy}:
            raise ImportError(name + " is not installed here")

sys.meta_path.insert(0, Absent())
import django
django.setup()
from django.urls import get_resolver
assert get_resolver().url_patterns
for name in {names}:
    importlib.import_module(name)
print("whole")
"""


def test_the_web_application_runs_where_neither_torch_nor_flower_is_installed():
    names = [name for name in PARTS["web"] if name.startswith("apps.") and ".migrations" not in name]
    code = BLOCKED.format(heavy=HEAVY, names=names)
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "cluster.settings.test", "PATH": "/usr/bin:/bin"},
    )
    assert (found.stdout.strip(), found.returncode) == ("whole", 0), found.stderr[-2000:]
