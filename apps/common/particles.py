"""Korean particles after a name that is only known when it is said: 한빛을, 두레를; the catalogue writes 을(를)."""

import re
from typing import Any

PAIRS = {
    "을(를)": ("을", "를"),
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "와(과)": ("과", "와"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "으로(로)": ("으로", "로"),
    "(이)": ("이", ""),
}
MARK = re.compile("|".join(re.escape(mark) for mark in PAIRS))
TAG = re.compile(r"<[^<>]*>")
CLOSING = "\"'”’」』》〉)]} \t\n"
FIRST, LAST, FINALS, RIEUL = "가", "힣", 28, 8
# How digits and Latin letters end when they are read out: with a consonant, with ㄹ, or (all others) with a vowel.
CLOSED_DIGITS, RIEUL_DIGITS = "036", "178"
CLOSED_NAMES, RIEUL_NAMES = "MN", "LR"  # 엠, 엔; 엘, 알
CLOSED_SOUNDS, RIEUL_SOUNDS = "bcgkmnpqt", "l"


def choose(before: str, mark: str) -> str:
    """The particle that fits the last letter before it; the mark itself where no letter can be read out.

    >>> choose("대성정밀 주식회사", "을(를)"), choose("한빛", "은(는)"), choose("서울", "(으)로")
    ('를', '은', '로')
    """
    text = TAG.sub("", before).rstrip(CLOSING)
    if not text:
        return mark
    is_closed, is_rieul = _ending(text)
    if is_closed is None:
        return mark
    closed, open_ = PAIRS[mark]
    return open_ if not is_closed or (is_rieul and closed == "으로") else closed


def _ending(text: str) -> tuple[bool | None, bool]:
    """Whether a word ends with a consonant, None where nobody can say, and whether that is ㄹ."""
    letter = text[-1]
    if FIRST <= letter <= LAST:
        final = (ord(letter) - ord(FIRST)) % FINALS
        return final > 0, final == RIEUL
    if letter.isdigit() and letter.isascii():
        return letter in CLOSED_DIGITS + RIEUL_DIGITS, letter in RIEUL_DIGITS
    if not (letter.isalpha() and letter.isascii()):
        return (False, False) if letter == "%" else (None, False)
    word = re.search(r"[A-Za-z]+$", text)
    if word and word[0].isupper():  # read letter by letter
        return letter in CLOSED_NAMES + RIEUL_NAMES, letter in RIEUL_NAMES
    return letter in CLOSED_SOUNDS + RIEUL_SOUNDS, letter in RIEUL_SOUNDS


def settled(text: str) -> str:
    """A finished sentence with every particle chosen."""
    done, at = "", 0
    for found in MARK.finditer(text):
        done += text[at : found.start()]
        done += choose(done, found[0])
        at = found.end()
    return done + text[at:]


class Sentence(str):
    """A text of the catalogue that chooses its particles once its places are filled."""

    __slots__ = ()

    def __mod__(self, values: Any) -> str:
        return settled(super().__mod__(values))

    def format(self, *args: object, **kwargs: object) -> str:
        return settled(super().format(*args, **kwargs))

    def format_map(self, mapping: Any, /) -> str:
        return settled(super().format_map(mapping))
