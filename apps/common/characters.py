"""Which characters a text may hold: one rule for every door (forms, API, imports) and for the columns themselves.

Three kinds of texts. A *code* (order number, lot, tracking number) is typed, scanned, mailed and printed by both firms: it
consists of what a Korean keyboard can write. A *name* may use any script, but does not mix those whose letters look alike.
A *note* may have lines. None holds a character that cannot be seen. See docs/decisions.md.
"""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from fontTools.unicodedata import script

from .errors import InvalidValue

QUOTES = "\"'`´‘’‚‛“”„‟«»‹›＂＇"
NAME_QUOTES = '"`“”„‟«»＂'  # an apostrophe belongs to names such as O'Neill
LINE_ENDS = "\n\t"
# Letters that are drawn as nothing, and are no format characters.
BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
ALIKE = ({"Latn", "Cyrl"}, {"Latn", "Grek"}, {"Cyrl", "Grek"})
EMOJI_JOINERS = "\u200d\ufe0f"


def refuse(text: str, kind: str) -> str:
    """Why a text of this kind ("code", "name" or "note") may not be stored: the character and its place; empty if it may."""
    if text.isascii() and text.isprintable() and not any(quote in text for quote in "\"'`"):
        return ""
    for place, character in enumerate(text, start=1):
        if word := _fault(character, kind):
            return _("Character %(place)s is %(code)s %(name)s: %(rule)s") % {
                "place": place,
                "code": f"U+{ord(character):04X}",
                "name": unicodedata.name(character, _("(no name)")),
                "rule": word,
            }
    return _mixed(text) if kind == "name" else ""


def _fault(character: str, kind: str) -> str:
    if " " <= character <= "~" and character not in QUOTES:
        return ""
    category = unicodedata.category(character)
    if character in LINE_ENDS and kind == "note":
        return ""
    if category in ("Cc", "Zl", "Zp"):
        return _("control characters and line breaks are not allowed here.")
    if character in BLANK_LETTERS or (category == "Cf" and not (kind == "note" and character in EMOJI_JOINERS)):
        return _("characters that cannot be seen or that turn the direction of writing are not allowed.")
    if category in ("Cs", "Cn", "Co"):
        return _("it stands for no character that others can read.")
    if kind != "note" and character in (QUOTES if kind == "code" else NAME_QUOTES):
        return _("quotation marks are not allowed here.")
    if category == "Zs" and character != " " and kind != "note":
        return _("only the ordinary space is allowed here.")
    if kind == "code" and not _is_of_a_code(character, category):
        return _("a number consists of Latin or Korean letters, digits and the signs of the keyboard.")
    return ""


def _is_of_a_code(character: str, category: str) -> bool:
    if character.isascii():
        return True
    if category not in ("Lu", "Ll", "Lo") or unicodedata.normalize("NFKC", character) != character:
        return False  # wide, raised and circled letters look like others
    base = unicodedata.normalize("NFD", character)[0]
    return script(character) in ("Hang", "Hani") or base.isascii() or character in "ßÆæØøŒœ"


def _mixed(text: str) -> str:
    for word in text.split():
        found = {script(character) for character in word if character.isalpha()}
        if any(pair <= found for pair in ALIKE):
            rule = _("“%(word)s” mixes scripts whose letters look alike. Write it in one script.")
            return rule % {"word": word[:40]}
    return ""


def composed(text: str) -> str:
    """One spelling of what looks the same: letters composed (NFC), line ends as \\n."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n")


def plainly_spaced(text: str) -> str:
    """The text with each kind of space as the ordinary one, for what files of other programs hold between two words."""
    return text if text.isascii() else "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)


def clean(text: str, kind: str, place: str) -> str:
    """The text as it is stored.

    Raises:
        InvalidValue: a character that this kind of text may not hold; the words name it and where it stands.
    """
    text = composed(text)
    if rule := refuse(text, kind):
        raise InvalidValue(rule, place=place, value=visible(text), remedy=_("Take the character out, or type it anew."))
    return text


def visible(text: str) -> str:
    """The text with what cannot be seen shown by its number."""
    return "".join(c if c.isprintable() and c not in BLANK_LETTERS else f"<U+{ord(c):04X}>" for c in text[:80])


class Characters:
    """A validator for forms and serializers; the words are those of the columns."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, value: Any) -> None:
        if rule := refuse(composed(str(value)), self.kind):
            raise ValidationError(rule, code="characters")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Characters) and other.kind == self.kind

    def __hash__(self) -> int:
        return hash(self.kind)
