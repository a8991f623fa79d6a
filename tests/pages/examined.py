"""How much the walks over pages looked at: each test notes its own, the end of the run says the sum."""

import json
import time
from collections import Counter
from pathlib import Path

FOLDER = Path("artifacts/examined")
STARTED = time.time()


def note(page: str, seen: Counter[str]) -> None:
    """Tables, forms and fields of a page, in all its looks."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{page}.json").write_text(json.dumps(seen))


def summary() -> str:
    """What this run examined, whichever process did; empty when no walk ran."""
    notes = [path for path in sorted(FOLDER.glob("*.json")) if path.stat().st_mtime >= STARTED - 1]
    total = sum((Counter(json.loads(path.read_text())) for path in notes), Counter[str]())
    return f"examined on {len(notes)} pages: " + ", ".join(f"{n} {name}" for name, n in total.items()) if notes else ""
