"""Dates in many forms; the order of day, month and year is what the cells of a file prove together."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from .formats import cell_of
from .store import Cell

ORDERS = ("ymd", "dmy", "mdy")
SERIALS = (20_000, 80_000)  # 1954 to 2119
MONTH_NAMES = (
    "jan januar january janvier",
    "feb februar february",
    "mar mär märz march mrz",
    "apr april",
    "may mai",
    "jun juni june",
    "jul juli july",
    "aug august",
    "sep sept september",
    "oct okt oktober october",
    "nov november",
    "dec dez dezember december",
)
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
SEP = r"\s*[-./]\s*"
TIME = (
    r"(?:[T\s]+(?P<ap>오전|오후|[AaPp]\.?[Mm]\.?)?\s*(?P<h>\d{1,2})(?::|시\s*)(?P<mi>\d{1,2})"
    r"(?:(?::|분\s*)(?P<s>\d{1,2})(?:\.\d{1,9})?초?|분)?"
    r"\s*(?P<ap2>[AaPp]\.?[Mm]\.?)?\s*(?P<z>Z|[+-]\d\d:?\d\d)?)?"
)
WEEKDAY = r"(?:\s*\([월화수목금토일]\)|\s*[월화수목금토일]요일)?"
LONG = re.compile(rf"^(?P<y>\d{{4}}){SEP}(?P<m>\d{{1,2}}){SEP}(?P<d>\d{{1,2}})\.?{WEEKDAY}{TIME}$")
KOREAN = re.compile(rf"^(?P<y>\d{{2,4}})년\s*(?P<m>\d{{1,2}})월\s*(?P<d>\d{{1,2}})일{WEEKDAY}{TIME}$")
SHORT = re.compile(rf"^(?P<a>\d{{1,2}})(?P<sep>{SEP})(?P<b>\d{{1,2}})(?P=sep)(?P<c>\d{{4}}|\d{{2}})\.?{WEEKDAY}{TIME}$")
NAMED = re.compile(rf"^(?P<d>\d{{1,2}})[-\s./]*(?P<m>[A-Za-zäÄ]{{3,9}})\.?[-\s./,]*(?P<y>\d{{4}}|\d{{2}}){TIME}$")
NAMED_FIRST = re.compile(rf"^(?P<m>[A-Za-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}}){TIME}$")
SIMPLE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
STARTS = re.compile(r"[\s']*(?:[\d０-９]{1,2}[-\s./년．／a-zä]|[\d０-９]{4}|[a-z]{3,9}\.?\s+\d)", re.IGNORECASE)
DIGITS = re.compile(r"^(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])$")


@dataclass(frozen=True)
class Said:
    """A date in parts, its order perhaps open.

    Attributes:
        readings: order → the day that it means; all the same where the order is plain.
    """

    readings: dict[str, datetime]
    is_plain: bool = False


def said(text: str) -> Said | None:
    """What a text can mean as a date; None where it is none."""
    if not 5 < len(text) < 60 or not STARTS.match(text):
        return None
    plain = unicodedata.normalize("NFKC", text).strip().strip("'")
    if (simple := SIMPLE.fullmatch(plain)) is not None:
        day = _day(int(simple[1]), int(simple[2]), int(simple[3]), {})
        return None if day is None else Said(dict.fromkeys(ORDERS, day), is_plain=True)
    for form in (LONG, DIGITS, KOREAN, NAMED, NAMED_FIRST):
        if found := form.match(plain):
            parts = found.groupdict()
            month = MONTHS.get(parts["m"].lower(), 0) if parts["m"].isalpha() else int(parts["m"])
            day = _day(_year(parts["y"]), month, int(parts["d"]), parts)
            return None if day is None else Said(dict.fromkeys(ORDERS, day), is_plain=True)
    if not (found := SHORT.match(plain)):
        return None
    parts = found.groupdict()
    a, b, c = int(parts["a"]), int(parts["b"]), int(parts["c"])
    tried = {"dmy": (c, b, a), "mdy": (c, a, b)}
    if len(parts["c"]) == 2 and len(parts["a"]) == 2:
        tried["ymd"] = (a, b, c)
    readings = {
        order: day
        for order, (year, month, number) in tried.items()
        if (day := _day(_year(f"{year:02}"), month, number, parts))
    }
    return Said(readings) if readings else None


def _year(text: str) -> int:
    number = int(text)
    return number if len(text) > 2 else 2000 + number if number < 70 else 1900 + number


def _day(year: int, month: int, day: int, parts: dict[str, str | None]) -> datetime | None:
    hour, minute, second = (int(parts.get(word) or 0) for word in ("h", "mi", "s"))
    half = (parts.get("ap") or parts.get("ap2") or "").lower().replace(".", "")
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    elif half in ("오전", "am") and hour == 12:
        hour = 0
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


@dataclass
class Dates:
    """What the cells of one column, or of a whole file, tell of how dates are written.

    Attributes:
        fits: order → cells that it can read, of those whose order is open.
        open: how many those are; `shown` is one of them that several orders read.
    """

    fits: Counter[str] = field(default_factory=Counter)
    open: int = 0
    plain: int = 0
    serials: int = 0
    shown: str = ""
    spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return self.plain + self.open

    def add(self, text: str, times: int = 1) -> bool:
        """Whether it is a date."""
        found = said(text)
        if found is None:
            return False
        if found.is_plain:
            self.plain += times
            return True
        self.open += times
        for order, day in found.readings.items():
            self.fits[order] += times
            low, high = self.spans.get(order, (day, day))
            self.spans[order] = (min(low, day), max(high, day))
        if len(set(found.readings.values())) > 1 and not self.shown:
            self.shown = text.strip()
        return True

    def join(self, other: "Dates") -> None:
        """The evidence of another column of the same file."""
        self.fits += other.fits
        self.open += other.open
        self.plain += other.plain
        self.shown = self.shown or other.shown
        for order, (low, high) in other.spans.items():
            mine = self.spans.get(order, (low, high))
            self.spans[order] = (min(low, mine[0]), max(high, mine[1]))

    def orders(self) -> list[str]:
        """Those that read all open cells; where a few cells fit none, those that read most."""
        most = max(self.fits.values(), default=0)
        return [order for order in ORDERS if self.fits[order] == most and most >= 0.9 * self.open] if most else []

    def order(self, of_file: "Dates | None" = None) -> tuple[str, bool]:
        """The order, and whether it is assumed: no cell proves it, only that dates of a table lie near each other."""
        orders = self.orders()
        if len(orders) > 1 and of_file is not None:
            orders = [order for order in of_file.orders() if order in orders] or orders
        if len(orders) <= 1:
            return (orders[0] if orders else "ymd"), False
        known = {order: self.spans[order][1] - self.spans[order][0] for order in orders if order in self.spans}
        nearest = min(known, key=lambda order: (known[order], ORDERS.index(order)), default=orders[0])
        return nearest, True


def as_date(cell: Cell, order: str, since_1904: bool = False) -> tuple[datetime | None, str]:
    """The day of a cell, None where it is empty, and the code of what is wrong; serial numbers are days too."""
    if cell is None or isinstance(cell, datetime):
        return cell, ""
    if isinstance(cell, bool):
        return None, "not_a_date"
    if isinstance(cell, int | float):
        return _serial(float(cell), since_1904)
    plain = cell.strip()
    if not plain or plain in ("-", "–"):
        return None, ""
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain):
        return _serial(float(plain), since_1904)
    found = said(cell)
    if found is None:
        return None, "not_a_date"
    day = found.readings.get(order)
    return (day, "") if day is not None else (None, "other_order")


def _serial(number: float, since_1904: bool) -> tuple[datetime | None, str]:
    if DIGITS.match(f"{number:.0f}") and number.is_integer():
        return as_date(f"{number:.0f}", "ymd")
    if not SERIALS[0] <= number <= SERIALS[1]:
        return None, "not_a_date"
    day = cell_of(number, since_1904)
    return (day, "") if isinstance(day, datetime) else (None, "not_a_date")


WEEK = re.compile(r"^(?:CW|KW|W|WK|WEEK)\s*\.?(?P<w>\d{1,2})\s*[/.\-\s]\s*(?P<y>\d{4}|\d{2})$", re.IGNORECASE)
YEAR_WEEK = re.compile(r"^(?P<y>\d{4})\s*[-/.\s]?\s*(?:CW|KW|W|WK)\s*(?P<w>\d{1,2})$", re.IGNORECASE)
KOREAN_WEEK = re.compile(r"^(?P<y>\d{4})년?\s*(?P<w>\d{1,2})주차?$")
MONTH = re.compile(r"^(?P<y>20\d{2})\s*(?:[-./]|년\s*)\s*(?P<m>\d{1,2})월?$")


def period_of(head: Cell) -> tuple[date, str] | None:
    """The first day that a head means, and whether that is a “day”, a “week” or a “month”; None for other heads."""
    if isinstance(head, datetime):
        return head.date(), "day"
    if not isinstance(head, str):
        return None
    plain = unicodedata.normalize("NFKC", head).strip()
    for form in (WEEK, YEAR_WEEK, KOREAN_WEEK):
        if found := form.match(plain):
            try:
                return date.fromisocalendar(_year(found["y"]), int(found["w"]), 1), "week"
            except ValueError:
                return None
    if (found := MONTH.match(plain)) and 1 <= int(found["m"]) <= 12:
        return date(int(found["y"]), int(found["m"]), 1), "month"
    day = said(plain)
    return (day.readings["ymd"].date(), "day") if day and day.is_plain else None
