"""Numbers as people write them: thousands, decimal comma or point, currencies, units, minus in any form.

What the decimal sign of a column is, its cells tell together: beside “3,30” a “1.000” is a thousand.
"""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from .store import Cell

FORMULA_ERRORS = frozenset(("#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#CALC!", "#SPILL!"))
GAPS = frozenset(("", "-", "–", "—", "--", "n/a", "na", "nan", "null", "none", "nil", "?", "k.a.")) | frozenset(
    ("없음", "미측정", "측정불가", "해당없음")
)
DASHES = frozenset(("-", "–", "—", "--"))
SIGNS = r"₩|\$|€|¥|£|US\$|KRW|USD|EUR|JPY|CNY|CHF|GBP"
MONEY = re.compile(rf"^(?:{SIGNS})\s*|\s*(?:{SIGNS}|원|달러)$", re.IGNORECASE)
BODY = re.compile(r"^([+-]?)(\d[\d.,' ]*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?$")
WITH_UNIT = re.compile(
    r"^([+-]?[\d.,][\d.,' ]*(?:[eE][+-]?\d{1,3}(?![A-Za-z]))?)\s*([A-Za-zµμ°%‰㎏㎜㎝㎡㎥가-힣][\w°%/²³·^.-]{0,11})$"
)
# “G001” behind a number is the rest of a code: behind a letter a unit has a power at most, as m2, or an index, as H2O.
REST_OF_CODE = re.compile(r"[A-Za-z](?:[015-9]|\d\d)")
# Of trade, and of what machines measure.
UNIT_WORDS = """
ea pc pcs set pr st stk box roll kg g mg t ton lb oz m mm cm km µm μm um nm in ft m2 m² m3 m³ mm2 mm² cm2 cm³ l ml cc
h hr hrs min s sec ms day days
% ‰ ppm °c °f c k bar mbar psi pa kpa mpa gpa hpa n kn n·m v mv kv a ma w kw kwh wh hz khz mhz rpm db j kj ω
₩ $ € ¥ £ us$ krw usd eur jpy cny chf gbp 달러
개 대 조 쌍 세트 켤레 킬로그램 그램 톤 미터 리터 시간 분 초 일 원 ㎏ ㎜ ㎝ ㎡ ㎥
"""
KNOWN_UNITS = frozenset(UNIT_WORDS.split())
# There is no part of one: “1,200 EA” and “₩1,200” are thousands.
WHOLE_UNITS = frozenset(
    ("ea", "pc", "pcs", "set", "pr", "st", "stk", "개", "대", "조", "쌍", "세트", "켤레", "원", "₩", "krw")
)
QUICK = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
STARTS = re.compile(r"[\s']*[-+−(△▲.,₩$€¥£\d０-９－＋（]|(?:US\$|KRW|USD|EUR|JPY|CNY|CHF|GBP)", re.IGNORECASE)
THREE = re.compile(r"^\d{1,3}$")


@dataclass(frozen=True)
class Written:
    """One number in parts.

    Attributes:
        digits: with its separators, without a sign.
        proof: "." or "," where it can only be the decimal sign; "" where there is none, "?" where it may be either.
        accounting: a minus written as brackets.
    """

    sign: int
    digits: str
    power: int
    unit: str
    proof: str
    accounting: bool = False


def written(text: str) -> Written | None:
    """The parts of a number; None where it is none."""
    if not STARTS.match(text):
        return None
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("−", "-").strip().strip("'")
    sign, accounting = 1, False
    if len(plain) > 2 and plain[0] == "(" and plain[-1] == ")":
        plain, sign, accounting = plain[1:-1].strip(), -1, True
    if len(plain) > 1 and plain[0] in "△▲":
        plain, sign = plain[1:].strip(), -1  # as Korean books write a minus
    minus = plain[:1] == "-"
    money = MONEY.search(plain.lstrip("+-"))
    unit = ""
    if money:
        unit, plain = money.group().strip(), ("-" if minus else "") + MONEY.sub("", plain.lstrip("+-"), count=1).strip()
    if len(plain) > 1 and plain[-1] == "-" and plain[0].isdigit():
        plain, sign = plain[:-1].rstrip(), -sign
    found = BODY.match(plain)
    if found is None and (with_unit := WITH_UNIT.match(plain)):
        found, unit = BODY.match(with_unit.group(1).strip()), with_unit.group(2)
    if found is None or REST_OF_CODE.search(unit):
        return None
    if found.group(1) == "-":
        sign = -sign
    digits = found.group(2).replace(" ", "").replace("'", "") if _is_grouped(found.group(2)) else found.group(2)
    if " " in digits or "'" in digits:
        return None
    proof = _proof(digits)
    return None if proof is None else Written(sign, digits, int(found.group(3) or 0), unit, proof, accounting)


def _is_grouped(digits: str) -> bool:
    groups = re.split(r"[ ']", re.split(r"[.,](?=\d*$)", digits.strip())[0])
    return len(groups) > 1 and THREE.match(groups[0]) is not None and all(len(group) == 3 for group in groups[1:])


def _proof(digits: str) -> str | None:
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        last, other = (".", ",") if digits.rfind(".") > digits.rfind(",") else (",", ".")
        whole, _, _rest = digits.rpartition(last)
        return last if digits.count(last) == 1 and _thousands(whole, other) else None
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other if _thousands(digits, mark) else None
    before, after = digits.split(mark)
    return "?" if len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0" else mark


def _thousands(whole: str, mark: str) -> bool:
    groups = whole.split(mark)
    return 1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and all(2 <= len(group) <= 3 for group in groups[1:])


def number_of(found: Written, decimal: str) -> float | None:
    """The number by that decimal sign; None where it contradicts."""
    if found.proof in (".", ",") and found.proof != decimal and not _fits(found.digits, decimal):
        return None
    other = "," if decimal == "." else "."
    # One conversion: a power of ten by itself may be more than a number of the machine, which is no error but infinite.
    value = float(f"{found.digits.replace(other, '').replace(decimal, '.')}e{found.power}")
    return found.sign * value


def _fits(digits: str, decimal: str) -> bool:
    """“1.000.000” is no contradiction to a decimal comma, nor is “12”."""
    other = "," if decimal == "." else "."
    return digits.count(other) > 1 and decimal not in digits


@dataclass
class Numbers:
    """What the cells of one column tell of how its numbers are written.

    Attributes:
        proofs: decimal sign → cells that can only be read by it; "?" → those that could be either way.
        open: the first of those that could be either way.
        pointed: how many of them have a point.
    """

    proofs: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    typed: int = 0
    accounting: int = 0
    open: str = ""
    pointed: int = 0

    @property
    def count(self) -> int:
        return self.typed + self.proofs.total()

    @property
    def strange(self) -> int:
        """Cells whose “units” nobody knows and are several: 12A, 13B, 14F are codes, and 12 Skt, 14 Skt quantities."""
        unknown = [times for unit, times in self.units.items() if unit.casefold() not in KNOWN_UNITS]
        return sum(unknown) if len(unknown) > 1 else 0

    def add(self, text: str, times: int = 1) -> bool:
        """Whether it is a number."""
        if QUICK.fullmatch(text):
            self._count(_proof(text.lstrip("+-")) or "", text, times)
            return True
        found = written(text)
        if found is None:
            return False
        is_whole = found.proof == "?" and found.unit.casefold() in WHOLE_UNITS
        self._count(("," if "." in found.digits else ".") if is_whole else found.proof, text.strip(), times)
        if found.unit:
            self.units[found.unit] += times
        self.accounting += times * found.accounting
        return True

    def _count(self, proof: str, text: str, times: int) -> None:
        self.proofs[proof] += times
        if proof == "?":
            self.open = self.open or text
            self.pointed += times * ("." in text)

    def decimal(self, of_file: str = "") -> str:
        """The sign by most proofs of the column, else by the whole file's, else the point."""
        if self.proofs["."] or self.proofs[","]:
            return "," if self.proofs[","] > self.proofs["."] else "."
        return of_file or "."

    def is_assumed(self, of_file: str = "") -> bool:
        return bool(self.open) and not (self.proofs["."] or self.proofs[","] or of_file)


def as_number(cell: Cell, decimal: str, dash: str = "gap") -> tuple[float | None, str]:
    """The number of a cell, None where it is empty, and the code of what is wrong.

    Args:
        dash: "zero" where a dash means that there is nothing, "gap" where it means that nobody knows.
    """
    if cell is None:
        return None, ""
    if isinstance(cell, bool):
        return float(cell), ""
    if isinstance(cell, int | float):
        return (float(cell), "") if math.isfinite(cell) else (None, "not_finite")
    if not isinstance(cell, str):
        return None, "not_a_number"
    plain = cell.strip()
    if decimal == "." and QUICK.fullmatch(plain):
        return float(plain.replace(",", "")), ""
    if plain in FORMULA_ERRORS:
        return None, "formula_error"
    if plain.lower() in GAPS:
        return (0.0, "") if dash == "zero" and plain in DASHES else (None, "")
    found = written(cell)
    if found is None:
        return None, "not_finite" if plain.lower().lstrip("+-") in ("inf", "infinity", "∞") else "not_a_number"
    value = number_of(found, decimal)
    if value is None:
        return None, "other_decimal"
    return (value, "") if math.isfinite(value) else (None, "not_finite")
