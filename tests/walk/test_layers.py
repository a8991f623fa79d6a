"""A room stands above all that it imports (docs/architecture.md); nothing imports upward, nobody imports `cluster`."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "apps.common": 1,
    "federated": 1,
    "apps.tenancy": 2,
    "apps.accounts": 3,
    "apps.masterdata": 3,
    "apps.events": 3,
    "apps.sharing": 4,
    "apps.orders": 4,
    "apps.inventory": 4,
    "apps.learning": 4,
    "apps.quality": 5,
    "apps.deliveries": 6,
    "apps.tower": 7,
    "apps.exchange": 7,
    "apps.web": 8,
    "cluster": 9,
}


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return next((r for r in (".".join(parts[:2]), parts[0]) if r in FLOORS), None)


def arrows():
    """(file, room, imported room) of every import in the product, those inside functions too."""
    for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("federated/**/*.py")]:
        room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if room is None or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            for name in names:
                target = room_of(name)
                if target and target != room:
                    yield path.relative_to(ROOT), room, target


def test_nothing_imports_upward():
    wrong = [f"{path}: {room} → {target}" for path, room, target in arrows() if FLOORS[target] > FLOORS[room]]
    assert wrong == []


def test_rooms_on_one_floor_form_no_circle():
    pairs = {(room, target) for _path, room, target in arrows()}
    assert not [pair for pair in pairs if pair[::-1] in pairs]


def test_every_room_has_a_floor():
    rooms = {f"apps.{path.name}" for path in (ROOT / "apps").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= set(FLOORS)


def test_only_settings_read_the_environment():
    readers = {
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("apps/**/*.py")]
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    }
    assert readers == set()
