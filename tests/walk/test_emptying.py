"""No test empties tables that others rest on: roles and their acts come from `migrate`, once, and order is drawn."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
# Django's own way truncates every table when the test ends; `committed` puts the world back.
EMPTIES = re.compile(r"transaction=True|\btransactional_db\b|TransactionTestCase|\blive_server\b")


def test_no_test_truncates_what_migrate_wrote():
    files = [path for path in TESTS.rglob("*.py") if path != Path(__file__)]
    assert len(files) > 200
    assert [str(path.relative_to(TESTS)) for path in files if EMPTIES.search(path.read_text())] == []
