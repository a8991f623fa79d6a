"""All that `dure-factory` says has Korean words: whoever adds a sentence to a factory's half adds its Korean."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from federated.agreed import plain
from federated.agreed.contracts import Feature
from federated.agreed.errors import InvalidRows
from federated.agreed.leaving import what_leaves
from federated.factory.korean import KOREAN
from federated.factory.showing import describe
from federated.factory.speech import HOLE, speak, told, translated
from federated.sheets.words import WORDS

from .sites import contract

ROOT = Path(__file__).resolve().parents[2] / "federated"
FILES = [*ROOT.glob("factory/*.py"), *ROOT.glob("rows/*.py"), *(ROOT / name for name in ("site/site.py", "site/trial.py"))]
FILES += [ROOT / "agreed/trials.py", ROOT / "privacy/accounting.py"]
ERRORS = re.compile(r"(Error|Refused|Rows|Approved|Fault)$")
LISTS = {"check.py": ("problems", "warnings"), "suspicions.py": ("found",), "tables.py": ("warnings",)}
RETURNED = ("doctor.py", "suspicions.py")
# No words of a language in them.
WORDLESS = (
    "{} {}: {}",
    "     fix: {}",
    "{} {}: PSI {}, KS {}",
    "{} {} {} v{}",
    "chmod 600 {}",
    "pip install 'dure-factory=={}'",
    "{} is {}",
)


@pytest.fixture(autouse=True)
def english():
    yield
    speak("en")


def text_of(node: ast.AST) -> str | None:
    """A sentence as it stands in the code, its values as holes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def words(node: ast.AST, names: dict[str, list[ast.AST]]) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from words(node.body, names)
        yield from words(node.orelse, names)
    elif isinstance(node, ast.Name):
        for value in names.pop(node.id, []):
            yield from words(value, names)
    elif text := text_of(node):
        yield text


def sentences(path: Path) -> Iterator[str]:
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef):
            yield from _of_function(path, function)


def _of_function(path: Path, function: ast.FunctionDef) -> Iterator[str]:
    names: dict[str, list[ast.AST]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and path.name in RETURNED:
            yield from (text for text in words(node.value, dict(names)) if len(text) > 3)
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if name in ("say", "tell", "_refuse") or (ERRORS.search(name) and name != "SheetError"):
            given = [*node.args[: 2 if name == "Fault" else 1], *(k.value for k in node.keywords if k.arg == "remedy")]
            for argument in given:
                yield from words(argument, dict(names))
        of_list = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id
        if name == "append" and of_list in LISTS.get(path.name, ()):
            yield from words(node.args[0], dict(names))


def test_every_sentence_of_the_program_has_its_korean():
    known = {HOLE.sub("{}", text) for text in KOREAN}
    found = {HOLE.sub("{}", text) for path in FILES for text in sentences(path)}
    assert len(found) > 120
    assert sorted(found - known - set(WORDLESS)) == []


def test_a_korean_sentence_has_the_holes_of_the_english_one():
    wrong = [text for text, korean in KOREAN.items() if sorted(HOLE.findall(text)) != sorted(HOLE.findall(korean))]
    assert wrong == []


def test_every_word_of_the_reader_is_there_in_both_languages_with_the_same_holes():
    for code, entry in WORDS.items():
        for said in (entry.rule, entry.remedy):
            assert bool(said["en"]) == bool(said["ko"]), code
            assert sorted(HOLE.findall(said["en"])) == sorted(HOLE.findall(said["ko"])), code


def test_a_sentence_is_known_again_when_its_values_are_filled_in():
    speak("ko")
    remedy = "Remedy: export numbers with a decimal point, empty for gaps."
    assert translated(f"Column pressure: numbers only. 2 rows (number 5, 10) hold text. {remedy}") == (
        "열 pressure: 숫자만 됩니다. 2행(번호 5, 10)에 글자가 있습니다. "
        "해결: 소수점을 쓴 숫자로 내보내고 빈 값은 비우십시오."
    )
    error = InvalidRows("The contract asks for at least 150 training rows.", value=84, remedy="Export all inspected parts.")
    assert told(error) == "계약은 학습 행을 최소 150개 요구합니다. 찾은 값: 84. 해결: 검사한 부품을 모두 내보내십시오."


def test_what_is_signed_is_read_back_in_korean():
    speak("ko")
    agreed = contract(relative=True, refused=("twf",), tree_rounds=3)
    lines = describe(agreed).split("\n")
    words = lines[: lines.index(KOREAN["Signed with it, word for word:"])]
    assert [line for line in words if not re.search("[가-힣]", line)] == []
    full = contract(
        features=(
            Feature(name="a", unit="bar", low=0, high=2.5, adjustable=True, missing="refuse"),
            Feature(name="b", kind="categorical", categories=("A", "B")),
            Feature(name="c", kind="boolean"),
            Feature(name="d"),
        ),
        refused=("twf",),
        lot="lot",
        guarded=False,
        relative=True,
        lot_risk="customers",
        site_metrics="members",
        strategy="scaffold",
        tree_rounds=3,
    )
    assert [
        one.text for one in plain.sentences(full) if one.text not in KOREAN and not one.text.startswith("{name} = ")
    ] == []
    leaving = (*what_leaves(agreed.training.strategy, guarded=True), *what_leaves("fedavg", masked=True))
    leaving = (*leaving, *(one.text for one in plain.sentences(contract(masked=True)) if "asked" in one.text))
    assert [text for text in leaving if text not in KOREAN] == []


def test_all_that_is_signed_is_read_back():
    """The bug: `relative`, settings that advice may change, and how it is trained were signed unseen."""
    agreed = contract(
        features=(
            Feature(name="pressure", unit="bar", low=0, high=2.5, adjustable=True, missing="refuse"),
            Feature(name="mould", kind="categorical", categories=("A", "B")),
        ),
        refused=("twf",),
        lot="batch",
        relative=True,
        trials=True,
        tree_rounds=3,
    )
    shown = describe(agreed)
    assert "pressure is a setting: advice may propose to change it." in shown
    assert "pressure may have no gaps." in shown
    assert "compared with this site's own median" in shown
    assert "to firms that have not joined" in shown
    assert "Not masked: the server sees the weights of each site" in shown
    assert "the server reads the weighted mean only" in describe(contract(masked=True))
    assert (
        "masked" not in describe(contract(rounds=0, tree_rounds=2)).partition("Signed with it")[0].lower().split("tables")[0]
    )
    assert "Of a site's rows 60% train, 15% choose and calibrate, and 25% prove" in shown
    for part in ("pressure [bar]: a number from 0 to 2.5", "mould: one of A, B", "twf", "column batch", agreed.hash):
        assert part in shown
    assert "boosting.learning_rate = 0.3" in shown
    # Whatever a contract may say later is said here too, or this fails.
    said = {**dict(plain.settings(agreed))}
    told = {"programme", "version", "purpose", "process", "features", "label", "lot", "refused", "quorum", "deadline_s"}
    told |= {"least_rows", "least_positives", "validation_share", "test_share", "privacy", "guarded", "leaves"}
    told |= {"retention_days", "site_metrics", "lot_risk", "relative", "trials", "masked"}
    assert {name.partition(".")[0] for name in said} | told == set(type(agreed).model_fields)
