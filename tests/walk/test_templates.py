"""Templates are read by people: no line is so long that a difference in it cannot be seen."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 140


def test_no_line_of_a_template_is_longer():
    templates = list(ROOT.glob("apps/*/templates/**/*.html"))
    assert len(templates) > 80
    lines = [(path, n, line) for path in templates for n, line in enumerate(path.read_text().splitlines(), start=1)]
    assert [f"{path.relative_to(ROOT)}:{n}" for path, n, line in lines if len(line) > MOST] == []
