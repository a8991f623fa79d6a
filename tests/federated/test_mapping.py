"""`dure-factory map`: writes what is plain, asks what is not, and says the same again."""

import os

import polars as pl
import pytest

from federated.factory.home import Home
from federated.factory.mapping import map_columns
from federated.factory.speech import SPEECH, speak
from federated.rows.columns import Column
from federated.rows.proposals import propose
from federated.rows.units import between
from federated.rows.words import codes_of, pieces

from .plants import KOREAN, converted, lines, psi, text
from .sites import contract, table


@pytest.fixture(autouse=True)
def english():
    yield
    speak("en")


def put(home: Home, content: bytes, name: str = "rows.csv") -> None:
    for path in (home.folder / "rows").iterdir():
        path.unlink()
    (home.folder / "rows" / name).write_bytes(content)


def korean_file() -> bytes:
    return text(lines(("OK", "NG")), KOREAN, ";", "cp949", "\r\n")


def test_what_is_plain_is_written_without_a_question(joined, run, capsys):
    put(joined, korean_file())
    assert run("map", "--yes") == 0
    shown = capsys.readouterr().out
    assert "✓ pressure ← 사출압력[bar]" in shown
    assert "As they will be read:" in shown
    assert "pressure [bar]: 102.515 | 97.3579" in shown
    assert joined.settings().columns["y"] == Column("판정", codes={"OK": "0", "NG": "1"})
    assert run("check") == 0
    assert "200 rows with" in capsys.readouterr().out


def test_the_second_time_says_the_same_and_keeps_what_a_person_settled(joined, run, capsys):
    put(joined, korean_file())
    assert run("map", "--yes", "--factor", "pressure=2") == 0
    first = joined.settings_file.read_bytes()
    assert run("map", "--yes") == 0
    assert joined.settings_file.read_bytes() == first
    assert joined.settings().columns["pressure"].factor == 2.0
    assert run("map", "--yes", "--afresh") == 0
    assert joined.settings().columns["pressure"].factor == 1.0


def test_what_is_unsure_is_not_written_by_yes_and_can_be_said(joined, run, capsys):
    put(joined, text(converted(lines(("A01", "Z99")), psi), ("사출압력", *KOREAN[1:])))
    before = joined.settings_file.read_bytes()
    assert run("map", "--yes") == 1
    captured = capsys.readouterr()
    assert "Left open: pressure, y. Nothing was written." in captured.err
    assert "What do its codes mean: A01, Z99?" in captured.out
    assert joined.settings_file.read_bytes() == before
    assert run("map", "--yes", "--unit", "pressure=psi", "--good", "A01", "--defect", "Z99") == 0
    assert joined.settings().columns["pressure"].factor == pytest.approx(0.0689476)
    assert run("check") == 0


def test_a_person_is_asked_and_answers(joined, run, monkeypatch, capsys):
    put(joined, text(lines(("A01", "Z99")), ("C1", "C2", "C3", "C4")))
    answers = iter(["C1", "C2", "C3", "C4", "A01", "Z99", "", "yes"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    monkeypatch.setattr(map_columns, "__defaults__", (lambda _question: next(answers),))
    assert run("map") == 0
    assert next(answers, None) is None
    assert joined.settings().columns["mould"] == Column("C3")
    assert joined.settings().columns["y"].codes == {"A01": "0", "Z99": "1"}


def test_where_nobody_answers_nothing_is_changed(joined, run, monkeypatch, capsys):
    def ended(_question: str) -> str:
        raise EOFError

    put(joined, text(lines(), ("C1", "C2", "C3", "C4")))
    monkeypatch.setattr(map_columns, "__defaults__", (ended,))
    before = joined.settings_file.read_bytes()
    assert run("map") == 1
    assert "Nobody answers here" in capsys.readouterr().err
    assert joined.settings_file.read_bytes() == before


def test_what_was_said_of_the_files_is_kept(joined, run):
    put(joined, text([["1,234", "1,500", "A", "OK"]] * 60 + [["1,100", "1,200", "B", "NG"]] * 60, KOREAN, ";"))
    assert run("map", "--yes", "--decimal", ",") == 0
    assert joined.settings().reading.decimal == ","
    assert run("map", "--yes", "--column", "pressure=nothing") == 2


def test_check_applies_the_rules_of_the_run(joined, run, office, capsys):
    office.contracts = [contract(least_rows=150)]
    table(0, 200).write_csv(joined.folder / "rows" / "rows.csv")
    from federated.factory.joining import refresh

    refresh(joined)
    assert run("check") == 2
    assert "The contract asks for at least 150 training rows. Found: 120." in capsys.readouterr().err


def test_the_newest_contract_of_a_programme_is_meant(joined, run, office, capsys):
    office.contracts = [contract(), contract(version=2, least_rows=10)]
    assert run("approve", "--yes") == 0
    assert "Surface defects, version 2" in capsys.readouterr().out
    assert run("check") == 0
    assert "Surface defects v2" in capsys.readouterr().out


def test_no_rows_one_class_copies_constants_and_leaks_are_told(joined, run, capsys):
    put(joined, text([], ("pressure", "temperature", "mould", "y")))
    assert run("check") == 2
    put(joined, text([[p, t, m, "1"] for p, t, m, _y in lines()], ("pressure", "temperature", "mould", "y")))
    assert run("check") == 2
    assert "Training rows hold good parts too." in capsys.readouterr().err
    leaking = [[p, "200", "AB"[int(y)], y] for p, t, m, y in lines()]
    put(joined, text(leaking + leaking, ("pressure", "temperature", "mould", "y")))
    assert run("check") == 0
    shown = capsys.readouterr().out
    assert "Column temperature has the same value in all rows." in shown
    assert "Column mould alone tells defects almost perfectly" in shown
    assert "200 rows stand there more than once." in shown


def test_the_program_speaks_korean_when_told_to(joined, run, capsys):
    put(joined, korean_file())
    assert run("--language", "ko", "map", "--yes") == 0
    assert "이렇게 읽습니다:" in capsys.readouterr().out
    put(joined, b"MZ\x90\x00" + bytes(300), "rows.csv")
    assert run("--language", "ko", "check") == 2
    assert "표는 .xlsx, .xls, .ods, .csv 또는 텍스트여야 합니다." in capsys.readouterr().err


def test_the_locale_chooses_the_language(monkeypatch):
    monkeypatch.setitem(os.environ, "LC_ALL", "ko_KR.UTF-8")
    speak()
    assert SPEECH.language == "ko"


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        (["OK", "NG"], {"OK": "0", "NG": "1"}),
        (["불합격", "합격"], {"불합격": "1", "합격": "0"}),
        (["양", "불"], {"양": "0", "불": "1"}),
        (["O", "X"], {"O": "0", "X": "1"}),
        (["OK", "NG", "보류"], {"OK": "0", "NG": "1", "보류": ""}),
        (["Y", "N"], {}),
        (["A", "B"], {}),
        (["OK"], {}),
        (["OK", "재작업"], {}),
    ],
)
def test_codes_are_known_or_asked(codes, wanted):
    assert codes_of(codes) == wanted


def test_names_of_one_thing_meet_in_both_languages():
    assert pieces("사출압력(MPa)") == {"injection", "pressure"} == pieces("injPressure")
    assert pieces("금형온도") == pieces("mould_temp")


def test_units_convert_by_factor_and_offset():
    assert between("MPa", "bar") == (10.0, 0.0)
    factor, offset = between("°F", "℃")
    assert 212 * factor + offset == pytest.approx(100)
    assert between("bar", "mm") is None


def test_two_columns_that_may_be_meant_are_asked_about():
    frame = pl.DataFrame({"사출압력": ["100"], "보압압력": ["90"], "온도": ["200"], "금형": ["A"], "판정": ["OK"]})
    proposals = {one.name: one for one in propose(frame, contract())}
    assert not proposals["pressure"].is_sure
    assert {"사출압력", "보압압력"} <= {proposals["pressure"].column.source, *proposals["pressure"].others}
