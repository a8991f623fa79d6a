"""A room stands above all that it imports (docs/architecture.md); nothing imports upward, nobody imports `cluster`.
Each says in its `room.py` on which floor it stands; what is no installed app, here.

The web application and what starts it enter the federated half by two doors: `agreed`, and the reader of tables, `sheets`.
The keeper alone, a process of its own, goes further.
"""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

from apps.common.rooms import rooms

ROOT = Path(__file__).resolve().parents[2]
KEEPER = "apps/learning/superlinks.py"
FLOORS = {
    "federated.agreed": -8,
    "federated.sheets": -7,
    "federated.rows": -6,
    "federated.door": -6,
    "federated.flower": -6,
    "federated.models": -5,
    "federated.privacy": -4,
    "federated.use": -4,
    "federated.run": -3,
    "federated.site": -2,
    "federated.server": -2,
    "federated.factory": -1,
    "federated.benchmark": 0,
    "apps.common": 1,
    **{name: room.floor for name, room in rooms().items()},
    "cluster": 9,
}


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return next((r for r in (".".join(parts[:2]), parts[0]) if r in FLOORS), None)


def modules_of(node: ast.AST, path: Path) -> list[str]:
    """Names of the modules that an import may mean, relative ones in full."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.relative_to(ROOT).parts[: -node.level] if node.level else ()
    base = ".".join((*package, *([node.module] if node.module else [])))
    return [base, *(f"{base}.{alias.name}" for alias in node.names)]


def arrows():
    """(file, room, imported room) of every import in the product, those inside functions too."""
    for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("federated/**/*.py")]:
        room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if room is None or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            for name in modules_of(node, path):
                target = room_of(name)
                if target and target != room:
                    yield path.relative_to(ROOT), room, target


def upward() -> list[str]:
    return [f"{path}: {room} → {target}" for path, room, target in arrows() if FLOORS[target] > FLOORS[room]]


def test_nothing_imports_upward():
    assert upward() == []


def test_an_import_upward_is_found_inside_a_function_too(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "apps/orders").mkdir(parents=True)
    below = "from apps.common import units\nfrom apps.tenancy.scope import atomic\nfrom . import models\n"
    (tmp_path / "apps/orders/here.py").write_text(f"{below}def later():\n    from ..tower import supply\n")
    assert set(upward()) == {"apps/orders/here.py: apps.orders → apps.tower"}


def test_rooms_on_one_floor_form_no_circle():
    pairs = {(room, target) for _path, room, target in arrows()}
    assert not [pair for pair in pairs if pair[::-1] in pairs]


def test_every_room_has_a_floor():
    rooms = {f"{top}.{path.parent.name}" for top in ("apps", "federated") for path in ROOT.glob(f"{top}/*/__init__.py")}
    assert rooms <= set(FLOORS)
    assert len([room for room in rooms if room.startswith("federated")]) == 13


def module_of(path: Path) -> str:
    """As others import it; a package stands for its `__init__`."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_files_of_one_room_form_no_circle_in_the_federated_half():
    files = {module_of(path): path for path in ROOT.glob("federated/**/*.py")}
    assert {"federated.agreed.strategies", "federated.agreed.strategies.base"} <= set(files)
    reached = {
        name: {found for node in ast.walk(ast.parse(path.read_text())) for found in modules_of(node, path) if found in files}
        for name, path in files.items()
    }
    assert sum(map(len, reached.values())) > 100
    with_order = TopologicalSorter(reached)
    with_order.prepare()  # CycleError names the circle


def test_the_web_application_enters_the_federated_half_by_its_doors():
    files = [*ROOT.glob("apps/**/*.py"), *ROOT.glob("cluster/**/*.py"), ROOT / "manage.py"]
    entered = {
        (str(path.relative_to(ROOT)), name)
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        for name in modules_of(node, path)
        if name.startswith("federated.")
    }
    assert {path for path, _name in entered} >= {KEEPER, "cluster/runtime/separation.py"}
    door = ("federated.agreed", "federated.sheets", "federated.VERSION")  # a factory asks which client the server works with
    wrong = [f"{path} → {name}" for path, name in sorted(entered) if path != KEEPER and not name.startswith(door)]
    assert wrong == []


def test_only_settings_read_the_environment():
    readers = {
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("apps/**/*.py")]
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    }
    assert readers == set()
