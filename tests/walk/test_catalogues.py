"""Korean is complete: no text missing, none guessed, placeholders the same."""

import re
from pathlib import Path

import polib
from django.core.management import call_command

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
