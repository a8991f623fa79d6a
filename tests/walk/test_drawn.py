"""No test looks for the absence of digits in a page as it was sent: a key drawn for a form holds them once in a while."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drawn import without_drawn

TESTS = sorted(Path("tests").rglob("*.py"))
# What takes out drawn values, or reads what a person reads; a record of figures holds none.
CLEAN = {"without_drawn", "words_of", "inner_text", "readable"}


def called(node: ast.AST) -> set[str]:
    """Names of the functions called in an expression."""
    calls = [found.func for found in ast.walk(node) if isinstance(found, ast.Call)]
    return {getattr(call, "attr", getattr(call, "id", "")) for call in calls}


def chancy(source: str) -> Iterator[str]:
    """Every `assert "500" not in page` whose page was not cleaned in the same function."""
    for function in [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]:
        assigned: dict[str, set[str]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    assigned.setdefault(ast.unparse(target), set()).update(called(node.value))
        for node in [part for asked in ast.walk(function) if isinstance(asked, ast.Assert) for part in ast.walk(asked.test)]:
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.NotIn):
                continue
            sought, place = node.left, node.comparators[0]
            digits = isinstance(sought, ast.Constant) and isinstance(sought.value, str) and sought.value.isdigit()
            if digits and not CLEAN & (called(place) | assigned.get(ast.unparse(place), set())):
                yield f"{function.name}: {ast.unparse(node)}"


def test_no_test_is_failed_by_a_key_that_happens_to_hold_its_digits():
    assert TESTS
    assert {str(path): found for path in TESTS if (found := list(chancy(path.read_text())))} == {}


def test_the_search_finds_what_chance_may_fail():
    assert list(chancy('def test_a():\n    page = outlook(client)\n    assert "500" not in page\n'))
    assert not list(chancy('def test_a():\n    page = without_drawn(outlook(client))\n    assert "500" not in page\n'))


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        ('value="500904447a2744778b611fcf310eb9e7"', 'value=""'),
        ("<td>1,500.25</td><td>2026-11-30T05:31:20</td>", "<td>1,500.25</td><td>2026-11-30T05:31:20</td>"),
        ("/parts/500/ aria-labelledby-nothing", "/parts/500/ aria-labelledby-nothing"),
    ],
)
def test_what_is_drawn_is_taken_out_and_figures_stay(sent, left):
    assert without_drawn(sent) == left
