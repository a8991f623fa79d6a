"""What the tower's pages show, prepared for the templates."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.dates import day_text

from .curve import curve
from .projection import Cover, ProjectedDay
from .supply import CONFIRMED, ORDERED, SHIPPED, Commitment, Delay, Late, Outlook

MEASURES = {
    "all": gettext_lazy("All lines"),
    "late_base": gettext_lazy("Not on time, against the promise"),
    "late_requested": gettext_lazy("Not on time, against the request"),
    "not_full": gettext_lazy("Not in full"),
    "not_otif_base": gettext_lazy("Not OTIF, against the promise"),
    "not_otif_requested": gettext_lazy("Not OTIF, against the request"),
}
SOON = 5


def behind_words(days: int | None) -> str:
    """When less has come for the first time than was requested by then."""
    if days is None:
        return ""
    return _("today") if days == 0 else ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}


def delay_words(item: Delay | Commitment) -> str:
    """The same of a part; of what is late already, since when."""
    late = item.late if isinstance(item, Delay) else []
    if item.behind_in_days == 0 and late and late[0].requested < timezone.localdate():
        return _("since %(day)s") % {"day": day_text(late[0].requested)}
    return behind_words(item.behind_in_days)


def tone_of(item: Delay | Commitment) -> str:
    """Red when pieces are missing soon, orange when later, grey when nothing is known to be missing."""
    if item.behind_in_days is None:
        return "mute"
    return "bad" if item.behind_in_days <= SOON else "warn"


def cover_words(cover: Cover) -> str:
    """Rounded down: stock that lasts 0.98 days does not last the day."""
    number = f"{cover.days.quantize(Decimal('0.1'), ROUND_DOWN)}".removesuffix(".0")
    return f"≥ {number}" if cover.is_at_least else number


def covers_at_end(days: Sequence[ProjectedDay]) -> list[str]:
    """Days of supply as each day ends, beside the stock at its end: those with which the next one begins; "" where nobody
    knows the next."""
    return [*(cover_words(day.cover) for day in days[1:]), ""][: len(days)]


def outlook_row(item: Outlook, part: Any) -> dict[str, Any]:
    """A buyer's row: what comes later than requested, else that nothing does; never that there is enough."""
    when = delay_words(item)
    state = _("Later than requested: %(when)s") % {"when": when} if when else _("Nothing later than requested")
    return {
        "part": part,
        "item": item,
        "behind_in_days": item.behind_in_days,
        "words": when,
        "state": (state, "clock-alert" if when else "circle-question-mark", tone_of(item)),
        "shipped": item.coming(SHIPPED),
        "confirmed": item.coming(CONFIRMED) + item.undated,
        "unconfirmed": item.unconfirmed,
        "tone": tone_of(item),
    }


def commitment_row(item: Commitment, part: Any) -> dict[str, Any]:
    """A supplier's row: its stock against its customers' open orders, as far as both are known."""
    has_orders = item.to_ship > 0
    if not has_orders:
        state = (_("Nothing ordered"), "circle-question-mark", "mute")
    elif item.is_stale:
        state = (_("Stock unknown"), "circle-question-mark", "mute")
    elif item.behind_in_days is None:
        state = (_("Stock covers the open orders"), "circle-check", "ok")
    else:
        when = delay_words(item)
        state = (_("Stock does not cover the orders: %(when)s") % {"when": when}, "octagon-alert", tone_of(item))
    cover = cover_words(item.days[0].cover) if has_orders and not item.is_stale else "—"
    return {"part": part, "item": item, "behind_in_days": item.behind_in_days, "state": state, "cover": cover}


def grid(item: Outlook, today: date, unit: str) -> dict[str, Any]:
    """The time grid of a buyer's part, and under its columns the stock with what arrives, where somebody ever counted it."""
    days = [
        {**_head(today, index), **{name: getattr(day, name) or None for name in (SHIPPED, CONFIRMED, ORDERED, "behind")}}
        for index, day in enumerate(item.days)
    ]
    for shown, day in zip(days, item.days, strict=True):
        shown["on_hand"] = day.on_hand if item.as_of else None
    if item.as_of is None:
        return {"days": days, "curve": None}
    wished = [day.on_hand + day.behind for day in item.days]
    return {
        "days": days,
        "curve": curve(_("Stock with arrivals"), [day.on_hand for day in item.days], today=today, unit=unit, wished=wished),
    }


def commitment_grid(item: Commitment, today: date, unit: str) -> dict[str, Any]:
    """The time grid of a supplier's part."""
    days = [
        {
            **_head(today, index),
            "demand": day.demand or None,
            "projected": day.projected,
            "is_short": day.projected < 0,
            "cover": cover,
        }
        for index, (day, cover) in enumerate(zip(item.days, covers_at_end(item.days), strict=True))
    ]
    return {"days": days, "curve": curve(_("Stock left"), [day.projected for day in item.days], today=today, unit=unit)}


def _head(today: date, index: int) -> dict[str, Any]:
    when = today + timedelta(days=index)
    return {"date": when, "is_weekend": when.weekday() >= 5, "has_year": when.year != today.year}


def cause_words(late: Late) -> str:
    """Why pieces come later than requested."""
    if late.kind == SHIPPED:
        return _("On its way, arrives later")
    if late.kind == CONFIRMED:
        return _("Confirmed for a later day") if late.expected else _("Promised day passed, none since")
    return _("Not answered by the requested day")


def causes(item: Outlook) -> list[dict[str, Any]]:
    return [{"late": late, "why": cause_words(late)} for late in item.late]
