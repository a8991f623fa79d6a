"""Public holidays of Korea with their substitute days, as the package `holidays` knows them (deploy/write_holidays.py)."""

import json
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("korea.json")


@cache
def holidays() -> dict[date, tuple[str, str]]:
    """Day → Korean and English name."""
    found = json.loads(FILE.read_text(encoding="utf-8"))["days"]
    return {date.fromisoformat(day): (korean, english) for day, (korean, english) in found.items()}


@cache
def known_until() -> date:
    """Later ones are not known yet."""
    return date.fromisoformat(json.loads(FILE.read_text(encoding="utf-8"))["until"])
