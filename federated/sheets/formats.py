"""What a number format says of a cell: a date, a code with leading zeros, a currency."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
CURRENCY = re.compile(r"\[\$([^\]-]+)")
SIGNS = {"₩": "KRW", "￦": "KRW", "$": "USD", "€": "EUR", "¥": "JPY", "£": "GBP", "원": "KRW", "US$": "USD"}
DAY_0, DAY_0_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)


@dataclass(frozen=True)
class Format:
    """
    Attributes:
        zeros: digits of a code such as 00004711; 0 where it is a number.
    """

    is_date: bool = False
    zeros: int = 0
    currency: str = ""


def format_of(number: int, text: str) -> Format:
    """
    Args:
        number: of the format; below 164 it is built in, where `text` is empty.
    """
    if not text:
        return Format(is_date=number in BUILT_IN_DATES)
    first = text.split(";")[0]
    plain = QUOTED.sub("", first).strip()
    if re.fullmatch("0{2,}", plain):
        return Format(zeros=len(plain))
    lowered = plain.lower()
    is_date = "general" not in lowered and bool(re.search(r"[ymdhs년월일]", lowered)) and not re.search(r"[#?]", plain)
    return Format(is_date=is_date, currency="" if is_date else _currency(first))


def _currency(text: str) -> str:
    if named := CURRENCY.search(text):
        sign = named.group(1).strip()
        return SIGNS.get(sign, sign.upper()[:3])
    return next((code for sign, code in SIGNS.items() if f'"{sign}"' in text or f"\\{sign}" in text), "")


def cell_of(serial: float, since_1904: bool = False) -> datetime | float | str:
    """What a number formatted as a date is: a day, to the second; text for a time of day; itself where it means neither."""
    last = 2_957_003 if since_1904 else 2_958_465
    if not 0 <= serial < last:
        return serial
    seconds = round(serial * 86_400)
    if serial < 1:
        return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if not since_1904 and serial < 60:
        seconds += 86_400  # Excel counts a 29 February 1900
    return (DAY_0_1904 if since_1904 else DAY_0) + timedelta(seconds=seconds)


def number_of(value: float, form: Format) -> str | float | int:
    """A number without a date's format; a code gets its leading zeros back."""
    if value.is_integer() and abs(value) < 1e15:
        whole = int(value)
        return f"{whole:0{form.zeros}d}" if form.zeros and whole >= 0 else whole
    return value
