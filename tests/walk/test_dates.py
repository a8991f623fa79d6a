"""A date carries its year outside this one, wherever it stands: there is one way to write a day and one for a moment."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from apps.common.dates import day_text, moment_text

ROOT = Path(__file__).resolve().parents[2]
FILTERED = re.compile(r"""([\w.]+)\|(date|time|naturalday|naturaltime|timesince|timeuntil)(?::["']([^"']+)["'])?""")
# For machines (values of fields, addresses, <time>), with a year, or a part of a date under a heading that holds the rest.
WHOLE = {"c", "Y-m-d", "Y-m", "DATE_FORMAT", "DATETIME_FORMAT"}
PARTS = {"W", "j", "n/j", "D", "Y"}
IN_PYTHON = re.compile(r"""(date_format|time_format|strftime|\blocalize\(|:%[a-zA-Z])""")
BY_THEMSELVES = {"apps/common/dates.py", "apps/ui/files.py"}  # files are read by programs


def unlike(template: str) -> list[str]:
    """Ways in which a template formats a date by itself and drops the year."""
    return [found[0] for found in FILTERED.finditer(template) if found[2] != "date" or found[3] not in WHOLE | PARTS]


def test_no_template_formats_a_date_by_another_way():
    seen = 0
    for path in ROOT.glob("apps/**/templates/**/*.html"):
        text = path.read_text()
        seen += len(re.findall(r"\|(?:day|moment)\b", text))
        assert unlike(text) == [], path
    assert seen > 30


@pytest.mark.parametrize("planted", ['{{ a.day|date:"n/j (D)" }}', "{{ a.at|date }}", '{{ a.at|time:"H:i" }}'])
def test_a_template_that_does_is_found(planted):
    assert unlike(planted)


def test_no_module_formats_a_date_by_another_way():
    seen = 0
    for path in ROOT.glob("apps/**/*.py"):
        name = str(path.relative_to(ROOT))
        for line in path.read_text().splitlines() if "/migrations/" not in name else ():
            seen += 1
            if IN_PYTHON.search(line) and "%Y" not in line and "%y" not in line:
                assert name in BY_THEMSELVES, f"{name}: {line.strip()}"
    assert seen > 10_000
    papers = list(ROOT.glob("apps/*/documents.py"))
    assert len(papers) > 1
    for path in papers:  # read in any year
        assert not re.search(r"(?<!paper_)\b(?:day|moment)_text\(", path.read_text()), path


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("year", [2013, 2099, None])
def test_the_year_stands_where_it_is_not_this_one(language, year):
    now = timezone.localdate().year
    day = date(year or now, 12, 9)
    moment = datetime(day.year, 12, 9, 14, 5, tzinfo=ZoneInfo("Asia/Seoul"))
    with translation.override(language):
        for text in (day_text(day), day_text(moment), moment_text(moment)):
            assert (str(day.year) in text) is (year is not None)
            assert re.search(r"(12/9|9 Dec|12-09)", text)


def test_last_december_has_its_year_in_january(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: date(2027, 1, 4))
    assert "2026" in day_text(date(2026, 12, 30))
    assert day_text(date(2027, 1, 4) + timedelta(days=1)) == "Tue 5 Jan"
