"""What people call units of quantity, in files and in what they paste."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language

from .units import IMPORT_ALIASES, UNITS

BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|（[^）]*）")
SIGNS = re.compile(r"[\W_]+")
# How a column of units is headed; without blanks and signs.
UNIT_HEADS = (
    *("단위", "기본단위", "주문단위", "수량단위", "계량단위", "unit", "units", "uom", "unitofmeasurement"),
    *("einheit", "me", "artikelme", "baseunit", "orderunit"),
)
UNIT_WORDS = {
    "H87": ("ea", "pc", "pcs", "piece", "pieces", "st", "stk", "stück", "개", "대", "each", "nr", "unitpiece"),
    "SET": ("세트", "sets", "조", "satz"),
    "PR": ("켤레", "쌍", "pairs"),
    "KGM": ("kgs", "킬로그램", "㎏", "unitkilogram", "kilogram"),
    "GRM": ("그램", "gr", "unitgram", "gram"),
    "TNE": ("톤", "ton", "tons", "to", "unittonne"),
    "MTR": ("미터", "mtr", "unitmetre", "metre", "meter"),
    "CMT": ("㎝", "센티미터", "unitcentimetre"),
    "MMT": ("㎜", "밀리미터", "unitmillimetre"),
    "MTK": ("㎡", "m2", "unitsquaremetre"),
    "MTQ": ("㎥", "m3", "unitcubicmetre"),
    "LTR": ("liter", "litre", "ℓ", "리터", "unitlitre"),
    "MLT": ("㎖", "밀리리터", "unitmillilitre"),
    "HUR": ("h", "hr", "hrs", "시간"),
    "DAY": ("days", "일"),
}
# Nothing is counted in these, but people write them: so many of a unit that Dure has.
MULTIPLES = {
    **dict.fromkeys(("km", "kmt", "킬로미터", "kilometre", "kilometer"), ("MTR", Decimal(1000))),
    **dict.fromkeys(("mg", "mgm", "밀리그램", "milligram"), ("GRM", Decimal("0.001"))),
    **dict.fromkeys(("mwh", "메가와트시"), ("KWH", Decimal(1000))),
}


def plain(text: str) -> str:
    """A head or word as it is compared: small, full width as half, without signs and what stands in brackets."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return SIGNS.sub("", BRACKETS.sub("", folded)) or SIGNS.sub("", folded)


def folded(text: str) -> str:
    """A code as it is compared: capitals or small, full width or half, blanks around it make no difference."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def units_by_word() -> dict[str, str]:
    """Codes by their words, those on screen in the reader's language too."""
    return dict(_units(get_language()))


@lru_cache(maxsize=8)
def _units(_language: str | None) -> dict[str, str]:
    found = {folded(code): code for code in UNITS} | {folded(word): code for word, code in IMPORT_ALIASES.items()}
    for code, unit in UNITS.items():
        found[folded(str(unit.label))] = code
    for code, words in UNIT_WORDS.items():
        found |= {folded(word): code for word in words}
    return found


def unit_word(word: str) -> str | None:
    """The code of a unit's word, as everybody writes it; None where nobody does."""
    found = _units(get_language())
    return found.get(folded(word)) or found.get(plain(word))


def measured(word: str) -> tuple[str, Decimal] | None:
    """(unit, how many of it one of the word is): a kilometre is 1,000 m; None where nobody knows the word."""
    code = unit_word(word)
    return (code, Decimal(1)) if code else MULTIPLES.get(folded(word)) or MULTIPLES.get(plain(word))
