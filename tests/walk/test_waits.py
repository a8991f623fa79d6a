"""A test waits for a condition as long as a loaded machine needs: how quick a thing is, the measurements say."""

import re
from pathlib import Path

BROWSER = sorted([*Path("tests/pages").rglob("*.py"), *Path("tests/together").rglob("*.py")])
TIMED = re.compile(r"\.(?:wait_for_\w+|expect_\w+)\([^\n]*timeout=")
# Below a second nothing is expected: that is how the absence of a message is looked for.
HEARD = re.compile(r"\.recv\(timeout=([\d.]+)\)")
LEAST = 10.0  # seconds


def hurried(text: str) -> list[str]:
    """The lines whose wait fails only because the machine is busy."""
    return [
        line.strip()
        for line in text.splitlines()
        if TIMED.search(line) or any(1 <= float(seconds) < LEAST for seconds in HEARD.findall(line))
    ]


def test_no_browser_test_ends_before_a_busy_machine_has_answered():
    assert BROWSER
    assert {str(path): found for path in BROWSER if (found := hurried(path.read_text()))} == {}


def test_the_search_finds_what_hurries():
    assert hurried("page.wait_for_selector('#x', timeout=1000)\nsocket.recv(timeout=3)\n") != []
    assert hurried("page.wait_for_selector('#x')\nsocket.recv(timeout=0.2)\nsocket.recv(timeout=10)\n") == []
