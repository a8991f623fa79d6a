"""Korean is complete: no text missing, none guessed, placeholders the same."""

import re
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.utils import translation

from apps.web.management.commands.catalogues import KEYWORDS
from federated.agreed.leaving import EARLIER, what_leaves
from federated.agreed.strategies import STRATEGIES

from .shown import is_in

CATALOGUE = Path(__file__).resolve().parents[2] / "apps/web/locale/ko/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def entries():
    return polib.pofile(str(CATALOGUE))


def test_every_text_is_translated_and_none_is_fuzzy():
    for entry in entries():
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        assert all(texts), f"not translated: {entry.msgid}"
        assert "fuzzy" not in entry.flags, entry.msgid


def test_placeholders_are_the_same():
    for entry in entries():
        texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
        for text in texts:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(entry.msgid)), entry.msgid


def test_the_catalogue_holds_the_texts_of_the_code():
    before = CATALOGUE.read_text()
    try:
        call_command("catalogues", "extract")
        after = {entry.msgid for entry in entries() if not entry.obsolete}
    finally:
        CATALOGUE.write_text(before)
    known = {entry.msgid for entry in entries() if not entry.obsolete}
    assert after == known, "run `python manage.py catalogues extract` and translate what is new"


MARKS = re.compile(r"from django\.utils\.translation import (.+)")


def test_every_way_to_mark_a_text_is_collected():
    """The sentences of a contract were marked by a function that the collector did not know, and stayed English."""
    known = {keyword.partition(":")[0] for keyword in KEYWORDS}
    marks = set()
    for path in Path("apps").glob("**/*.py"):
        for names in MARKS.findall(path.read_text()):
            marks |= {name.partition(" as ")[0].strip(" ()") for name in names.split(",")}
    marks = {mark for mark in marks if "gettext" in mark}
    assert len(marks) > 4
    assert marks <= known


SENTENCES = [
    *EARLIER,
    *dict.fromkeys(text for name in STRATEGIES for text in what_leaves(name, guarded=True)),
    *(strategy.says for strategy in STRATEGIES.values()),
]


@pytest.mark.parametrize("text", SENTENCES)
def test_what_a_contract_says_is_told_in_korean(text):
    with translation.override("ko"):
        assert is_in("ko", translation.gettext(text))
