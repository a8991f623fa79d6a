"""What the tower's pages show, prepared for the templates."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .supply import Outlook

MEASURES = {
    "all": gettext_lazy("All lines"),
    "late_base": gettext_lazy("Not on time, against the promise"),
    "late_requested": gettext_lazy("Not on time, against the request"),
    "not_full": gettext_lazy("Not in full"),
    "not_otif_base": gettext_lazy("Not OTIF, against the promise"),
    "not_otif_requested": gettext_lazy("Not OTIF, against the request"),
}
SOON = 5


def line_stop_words(days: int | None) -> str:
    if days is None:
        return ""
    return _("today") if days == 0 else ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


def tone_of(item: Outlook) -> str:
    """Red when a line stops soon, orange when later, grey when nobody knows the stock."""
    if item.is_stale:
        return "mute"
    if item.line_stop is None:
        return "ok"
    return "bad" if item.line_stop <= SOON else "warn"


def cover_words(item: Outlook) -> str:
    cover = item.days[0].cover
    number = f"{cover.days:.1f}".removesuffix(".0")
    return f"≥ {number}" if cover.is_at_least else number


def outlook_row(item: Outlook, part: Any) -> dict[str, Any]:
    return {
        "part": part,
        "item": item,
        "line_stop": item.line_stop,
        "words": line_stop_words(item.line_stop),
        "cover": cover_words(item),
        "tone": tone_of(item),
    }


def grid(item: Outlook, today: date) -> dict[str, Any]:
    """The time grid, and the curve of projected stock over it in percent of its box."""
    days = []
    for index, day in enumerate(item.days):
        when = today + timedelta(days=index)
        number = f"{day.cover.days:.1f}".removesuffix(".0")
        days.append(
            {
                "date": when,
                "is_weekend": when.weekday() >= 5,
                "demand": day.demand or None,
                "arrivals": day.arrivals or None,
                "projected": day.projected,
                "is_short": day.projected < 0,
                "cover": f"≥ {number}" if day.cover.is_at_least else number,
            }
        )
    return {"days": days, "curve": _curve([item.stock, *(day.projected for day in item.days)])}


def _curve(values: list[Decimal], width: int = 1000, height: int = 120) -> dict[str, Any]:
    """A step line in a box of width × height, and where zero lies."""
    high, low = max(max(values), Decimal(0)), min(min(values), Decimal(0))
    span = (high - low) or Decimal(1)

    def y(value: Decimal) -> float:
        return round(float((high - value) / span) * (height - 12) + 6, 1)

    step = width / (len(values) - 1)
    path = f"M0,{y(values[0])}"
    for index, value in enumerate(values[1:], start=1):
        path += f"H{round(index * step, 1)}V{y(value)}"
    return {"width": width, "height": height, "path": path, "zero": y(Decimal(0))}
