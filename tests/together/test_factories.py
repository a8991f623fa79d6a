"""What follows the example run of `make demo`: each factory scores its lots, with the command of a real one."""

import pytest

from cluster.runtime import factories


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(factories.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(factories, "TRIES", 2)


def test_a_factory_that_agreed_to_nothing_sends_nothing(tmp_path, capsys):
    (tmp_path / "approved").mkdir()
    assert factories.score(tmp_path)
    assert capsys.readouterr().out == ""


def test_a_factory_that_cannot_score_is_tried_again_and_the_reason_is_told(tmp_path, capsys):
    (tmp_path / "approved").mkdir()
    (tmp_path / "approved" / "some.json").write_text("{}")
    assert not factories.score(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if line.startswith(f"{tmp_path.name}, try ")]
    assert len(told) == 2, lines
    assert "has not joined yet" in " ".join(lines)
