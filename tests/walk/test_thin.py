"""The tests of the web application run where nothing but the extras `web` and `test` is installed (`make thin`): what they
import, and what that imports when it is loaded, is in those lists. What needs more lies in one of the folders APART."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from .test_extras import listed, unlisted
from .test_layers import ROOT, module_of, modules_of

SCRIPT = ROOT / "deploy" / "run_tests.sh"
APART = ("federated", "together", "processes", "faults")
FILES = {module_of(path): path for top in ("apps", "cluster", "federated", "tests") for path in ROOT.glob(f"{top}/**/*.py")}
LANE = [name for name in FILES if name.startswith("tests.") and name.split(".")[1] not in (*APART, "benchmarks")]


def loaded(tree: ast.AST) -> Iterator[ast.AST]:
    """What is executed when a module is loaded: not what its functions do, nor what only the type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from loaded(node)


@cache
def imports(name: str) -> frozenset[str]:
    """What a module imports; in a test's functions too, because they are run."""
    tree = ast.parse(FILES[name].read_text())
    nodes = ast.walk(tree) if name.startswith("tests.") else loaded(tree)
    return frozenset(found for node in nodes for found in modules_of(node, FILES[name]))


def foreign_of(entries: Iterable[str]) -> dict[str, str]:
    """Foreign top-level module → a way from one of the entries to a file that imports it."""
    todo, seen, foreign = [(entry, entry) for entry in entries], set(), {}
    while todo:
        name, way = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for found in imports(name):
            top, *_rest = parts = found.split(".")
            if top in ("apps", "cluster", "federated", "tests"):
                steps = (".".join(parts[:count]) for count in range(1, len(parts) + 1))  # its packages are loaded before it
                todo += [(step, f"{way} > {step}") for step in steps if step in FILES]
            elif top and top not in sys.stdlib_module_names:
                foreign[top] = way
    return foreign


def test_the_tests_of_the_web_application_import_nothing_that_only_training_installs():
    assert len(LANE) > 150
    assert unlisted(foreign_of(LANE), listed("web") | listed("test")) == {}


def test_what_is_apart_is_what_the_script_leaves_out():
    line = next(line for line in SCRIPT.read_text().splitlines() if "--ignore" in line)
    assert [word.removeprefix("tests/") for word in line.strip('"').split() if word.startswith("tests/")] == list(APART)


def test_nothing_hides_behind_what_is_not_installed():
    found = [name for name in FILES if name.startswith("tests.") and "importorskip" in FILES[name].read_text()]
    assert found == [__name__]
