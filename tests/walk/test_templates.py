"""Templates are read by people: no line is so long that a difference in it cannot be seen."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 140


def test_no_line_of_a_template_is_longer():
    templates = list(ROOT.glob("apps/*/templates/**/*.html"))
    assert len(templates) > 80
    lines = [(path, n, line) for path in templates for n, line in enumerate(path.read_text().splitlines(), start=1)]
    assert [f"{path.relative_to(ROOT)}:{n}" for path, n, line in lines if len(line) > MOST] == []


def test_what_the_frame_names_hides_nothing_that_a_page_is_given():
    """A name that `base.html` gives stands in place of the page's own: once a firm's name was a language."""
    frame = (ROOT / "apps/web/templates/web/base.html").read_text()
    named = set(re.findall(r" as (\w+) %}", frame))
    assert named
    assert {name for name in named if not name.startswith("shell_")} == set()


# Django doubles the percent signs of texts in templates before it looks them up; the extractor does not.
MARKED = re.compile(
    r"""(?:translate\s+|_\()(["'])(?P<text>.*?)\1|{% blocktranslate[^%]*%}(?P<block>.*?){% endblocktranslate %}""", re.S
)


def test_no_text_of_a_template_holds_a_percent_sign_that_its_translation_would_miss():
    missed = []
    for path in ROOT.glob("apps/*/templates/**/*.html"):
        for found in MARKED.finditer(path.read_text()):
            text = re.sub(r"{%.*?%}", "", found["text"] or found["block"] or "")
            if "%" in text:
                missed.append(f"{path.relative_to(ROOT)}: {text[:60]}")
    assert missed == []
