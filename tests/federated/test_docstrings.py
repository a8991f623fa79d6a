"""Whoever reads a function of arrays need not run it to know their shapes."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHAPE = re.compile(r"\([^()]*[\wμ+×−*| ]+,[^()]*\)|\(n\)")


def is_inherited(path: Path, node: ast.FunctionDef) -> bool:
    """A strategy's method stands with its words in base.py."""
    is_method = bool(node.args.args) and node.args.args[0].arg == "self"
    return path.parent.name == "strategies" and path.name != "base.py" and is_method


def functions_of_arrays():
    for path in sorted(ROOT.glob("federated/**/*.py")):
        if "benchmark" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not is_inherited(path, node):
                named = [a.annotation for a in (*node.args.args, *node.args.kwonlyargs)] + [node.returns]
                if any(found is not None and re.search(r"\bArray\b", ast.unparse(found)) for found in named):
                    yield f"{path.relative_to(ROOT)}: {node.name}", ast.get_docstring(node) or ""


def test_a_public_function_of_arrays_tells_their_shapes():
    found = dict(functions_of_arrays())
    assert len(found) > 80
    assert [name for name, text in found.items() if not SHAPE.search(text)] == []
