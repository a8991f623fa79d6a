"""Figures, days and states as people read them."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.common.currencies import places_of
from apps.common.units import UNITS

from .templatetags.icons import lucide

SYMBOLS = {"KRW": "₩", "USD": "$", "EUR": "€"}


def mark(label: Any, icon: str, tone: str) -> SafeString:
    """A state: always a word, an icon and a tone."""
    return format_html('<span class="status t-{}">{}{}</span>', tone, lucide(icon, size=14), label)


def ago(value: Any) -> str:
    """How old something is, in the largest fitting unit."""
    if not value:
        return "—"
    minutes = max(int((timezone.now() - value).total_seconds() // 60), 0)
    if minutes == 0:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day ago", "%(n)s days ago", minutes // 1440) % {"n": minutes // 1440}


def quantity(value: Any) -> str:
    """1,200 or 2.5: thousands apart, no needless zeros."""
    if value is None:
        return "—"
    number = Decimal(value).normalize()
    return f"{number:,f}".replace("-", "−")


def plain(value: Any) -> str:
    """A number for an input's value or an attribute: 1200 or 2.5, never localized."""
    return "" if value is None else f"{Decimal(value).normalize():f}"


def unit(code: Any) -> Any:
    return UNITS[code].label if code in UNITS else code


def money(value: Any, currency: Any) -> str:
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{Decimal(value):,.{places_of(currency)}f}".replace("-", "−")


def price(value: Any, currency: Any) -> str:
    """A price of one unit, as `money` writes amounts: no part of it is cut."""
    number, least = Decimal(value).normalize(), places_of(currency)
    places = max(least, -int(number.as_tuple().exponent))
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{number:,.{places}f}".replace("-", "−")


def days_late(promised: Any, requested: Any) -> Any:
    """+5 or −2: days between two dates, empty when equal or unknown."""
    if not promised or not requested or promised == requested:
        return ""
    days = (promised - requested).days
    return (f"+{days}" if days > 0 else f"−{-days}") + _("d")
