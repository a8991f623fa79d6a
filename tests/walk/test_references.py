"""Comments, docstrings and docs name only files, sections and names that are here."""

import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = {".py", ".md", ".html", ".css", ".js", ".toml", ".cfg", ".in", ".yml", ".yaml", ".sh"}
DOCUMENT = re.compile(r"[\w./-]*\w\.md\b(?: (\d[\w.]*\w|\d))?")
PLACE = re.compile(r"(?<![\w/.:-])(?:apps|cluster|docs|deploy|federated|tests)/[\w./-]*\w")
NAME = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")
PROGRAMS = {"pg_dump"}  # of others


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = (ROOT / name for name in listed.splitlines())
    return tuple(path for path in found if path.suffix in KINDS and path.is_file() and path != Path(__file__))


def is_there(name: str, beside: Path) -> bool:
    return any((folder / name).exists() for folder in (beside, ROOT, ROOT / "docs"))


def dangling(text: str, beside: Path) -> list[str]:
    """What a text names that is not in the repository."""
    found = []
    for match in DOCUMENT.finditer(text):
        name = match[0].split(" ")[0]
        if not is_there(name, beside) or (
            match[1] and not re.search(rf"^#+ {re.escape(match[1])}\b", _document(name, beside), re.MULTILINE)
        ):
            found.append(match[0])
    for match in PLACE.finditer(text):
        if not match[0].endswith(".md") and "." in match[0].rpartition("/")[2] and not is_there(match[0], ROOT):
            found.append(match[0])
    return found


def _document(name: str, beside: Path) -> str:
    return next((folder / name).read_text() for folder in (beside, ROOT, ROOT / "docs") if (folder / name).exists())


def remarks(path: Path) -> str:
    """Comments and docstrings of a module; the whole of any other file."""
    text = path.read_text()
    if path.suffix != ".py":
        return text
    return "\n".join(re.findall(r'"""(.*?)"""', text, re.DOTALL) + re.findall(r"(?:^|\s)# (.*)", text))


def test_no_file_or_section_is_named_that_is_not_here():
    seen = 0
    lost = {}
    for path in tracked():
        text = remarks(path)
        seen += len(DOCUMENT.findall(text)) + len(PLACE.findall(text))
        if names := dangling(text, path.parent):
            lost[str(path.relative_to(ROOT))] = names
    assert seen > 60
    assert lost == {}


def test_no_name_in_backticks_is_one_that_the_code_does_not_have():
    words = Counter()
    for path in tracked():
        words.update(set(re.findall(r"\w+", re.sub(r"`[^`\n]*`", " ", path.read_text()))))
    named = {(name, str(path.relative_to(ROOT))) for path in tracked() for name in NAME.findall(remarks(path))}
    assert len(named) > 20
    assert {pair for pair in named if not words[pair[0]] and pair[0] not in PROGRAMS} == set()


@pytest.mark.parametrize(
    "planted",
    ["the rule is domain.md 1.1.", "see docs/architecture.md 1a", "(tests/plugins/database.py)", "[x](nowhere.md)"],
)
def test_a_reference_to_nothing_is_found(planted):
    assert dangling(planted, ROOT)
