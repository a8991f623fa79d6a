"""One need of a buyer's part as its page shows it: day by day, and in sentences."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.dates import day_text
from apps.planning.stocking import StockRule
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .curve import curve
from .limits import rule_text, short_from, short_text
from .need import NO_RULE, Cause, Need
from .offered import Offered
from .pages import cause_words, covers_at_end
from .supply import CONFIRMED, ORDERED, SHIPPED, Late


def grid(
    need: Need,
    first: int,
    days: int,
    planned: Mapping[date, dict[str, Any]] | None = None,
    offers: Offered | None = None,
) -> dict[str, Any]:
    """The days of a need from one on, as the time grid takes them, with the curve below.

    Args:
        planned: what suppliers plan to make, by day.
        offers: what becomes of the stock by open offers.
    """
    covers = covers_at_end(need.days)
    shown = [_day(need, index, covers) for index in range(first, min(first + days, need.horizon))]
    for day in shown:
        day["planned"] = (planned or {}).get(day["date"])
        day |= _as_proposed(offers, (day["date"] - need.today).days)
    known = [day["projected"] for day in shown if day["projected"] is not None]
    start = need.today + timedelta(days=first)
    for day in shown:
        day["to"] = f"?day={day['date']}&from={start}"
    drawn = curve(_("Usable stock"), known, today=start, unit=need.part.unit) if known else None
    return {"days": shown, "curve": drawn, "first": start, "has_planned": bool(planned), "has_offers": offers is not None}


def _as_proposed(offers: Offered | None, index: int) -> dict[str, Any]:
    """The stock of a day as open offers would leave it; nothing where nobody knows it."""
    if offers is None or index >= len(offers.need.days):
        return {"proposed": None, "is_proposed_short": False}
    left = offers.need.days[index].projected
    return {"proposed": left, "is_proposed_short": left < 0}


def _day(need: Need, index: int, covers: Sequence[str]) -> dict[str, Any]:
    when = need.today + timedelta(days=index)
    found: dict[str, Any] = {
        "date": when,
        "is_weekend": when.weekday() >= 5,
        "has_year": when.year != need.today.year,
        **{kind: series[index] or None for kind, series in need.coming.items()},
        "is_planned": index < len(need.days),
        "demand": None,
        "projected": None,
        "cover": "",
        "is_short": False,
        "is_beyond": False,
    }
    if index < len(need.days):
        day = need.days[index]
        found["demand"] = day.demand or None
        if not need.is_counted:
            return found
        found |= {"projected": day.projected, "cover": covers[index]}
        found["is_short"] = day.projected < 0 and not need.is_stale
        least, most = need.rule.minimum, need.rule.maximum
        is_beyond = (least is not None and day.projected < least) or (most is not None and day.projected > most)
        found["is_beyond"] = is_beyond and not need.is_stale
    return found


def weeks(need: Need) -> list[dict[str, Any]]:
    """The whole horizon week by week, the first from today on: what is needed and comes, and the lowest stock.

    The last week ends where the horizon does, mostly in its middle: its figures are of so many `days`, and its end unknown.
    """
    found = []
    index = 0
    while index < need.horizon:
        start = need.today + timedelta(days=index)
        whole = 7 - start.weekday()
        length = min(whole, need.horizon - index)
        known = need.days[index : index + length]
        left = need.projected[index : index + length] if need.is_counted else []
        found.append(
            {
                "first": start,
                "week": start.isocalendar().week,
                "has_year": start.year != need.today.year,
                "known": len(known),
                "is_part": 0 < len(known) < whole,
                "days": length,
                "until": start + timedelta(days=len(known) - 1),
                "demand": sum((day.demand for day in known), Decimal(0)) if known else None,
                "coming": sum((sum(own[index : index + length], Decimal(0)) for own in need.coming.values()), Decimal(0)),
                "projected": left[-1] if left else None,
                "lowest": min(left) if left else None,
                "is_short": any(projected < 0 for projected in left) and not need.is_stale,
            }
        )
        index += length
    return found


def first_short(need: Need) -> date:
    """The day told where nobody chose one: that of the stop, else the first with less than should lie here, else today."""
    short = _short_from(need, NO_RULE) or _short_from(need, need.rule)
    return short[0] if short else need.today


def _short_from(need: Need, rule: StockRule) -> tuple[date, Decimal] | None:
    return short_from(need, rule.least, need.projected) if need.is_counted else None


def sentences(need: Need, until: date) -> list[str]:
    """How the stock at the end of a day came about, in plain words."""
    index = (until - need.today).days
    unit = unit_text(need.part.unit)
    if not 0 <= index < len(need.days):
        return [_("No plan in force reaches %(day)s, so nobody knows what is needed then.") % {"day": day_text(until)}]
    days = need.days[: index + 1]
    come, gone = sum((d.arrivals for d in days), Decimal(0)), sum((d.demand for d in days), Decimal(0))
    if not need.is_counted:
        values = {"come": quantity_text(come), "gone": quantity_text(gone), "unit": unit, "day": day_text(until)}
        words = _("Nobody has counted the stock here, so nobody knows what is left on %(day)s.")
        return [words % values, _("By then %(come)s %(unit)s come, and %(gone)s are needed.") % values]
    told = [
        _("%(stock)s usable now, and %(come)s coming by %(day)s, less %(gone)s needed by then: %(left)s %(unit)s are left.")
        % {
            "stock": quantity_text(need.stock),
            "come": quantity_text(come),
            "gone": quantity_text(gone),
            "left": quantity_text(days[-1].projected),
            "day": day_text(until),
            "unit": unit,
        }
    ]
    told += [
        f"{capfirst(short_text(rule, *short, need.part.unit))}."
        for rule in {rule.least: rule for rule in (need.rule, NO_RULE)}.values()
        if (short := _short_from(need, rule)) and short[0] <= until
    ]
    if wanted := rule_text(need.rule):
        told.append(_("Wanted here: %(rule)s %(unit)s.") % {"rule": wanted, "unit": unit})
    if need.inspection or need.blocked:
        held = {"n": quantity_text(need.inspection + need.blocked), "unit": unit}
        told.append(_("%(n)s %(unit)s in inspection or blocked are not counted.") % held)
    return told


HEAP_DAYS = 5  # of those for which something should lie there already that are named one by one


def first_day(need: Need) -> str:
    """What the demand of the first day is made of, where more of it stands there than that day takes; "" where none does.

    What should have lain there by now for what is made later is due on the first day, whenever it was to be there.
    """
    if need.needed is None or not need.days:
        return ""
    by_day: dict[date, Decimal] = {}
    for day, taken_on, quantity in need.needed.ahead:
        if day <= need.today < taken_on:
            by_day[taken_on] = by_day.get(taken_on, Decimal(0)) + quantity
    total, later = need.days[0].demand, sum(by_day.values(), Decimal(0))
    if not later or not total:
        return ""
    unit = unit_text(need.part.unit)
    days = sorted(by_day.items())
    named = [f"{day_text(day)} {quantity_text(quantity)}" for day, quantity in days[:HEAP_DAYS]]
    if rest := days[HEAP_DAYS:]:
        told = {"day": day_text(rest[-1][0]), "n": quantity_text(sum((quantity for _day, quantity in rest), Decimal(0)))}
        named.append(_("until %(day)s %(n)s") % told)
    words = _(
        "The demand of %(day)s, %(total)s %(unit)s, is made of %(own)s that are taken on that day and %(later)s that should"
        " lie here by then for what is made later: %(days)s."
    )
    values = {"day": day_text(need.today), "total": quantity_text(total), "unit": unit, "days": ", ".join(named)}
    # What suppliers meet from their own stock is off the total alone: then less is taken here than was drawn.
    values |= {"own": quantity_text(max(total - later, Decimal(0))), "later": quantity_text(min(later, total))}
    return words % values


def causes(need: Need) -> list[dict[str, Any]]:
    """The causes of the gap, with what to open."""
    return _told(need.causes)


def causes_on(need: Need, day: date) -> list[dict[str, Any]]:
    """The same of what is missing as another day ends; none where nothing is, or nobody knows."""
    index = (day - need.today).days
    if not need.is_counted or not 0 <= index < len(need.days) or (left := need.projected[index]) >= 0:
        return []
    return _told(need.why(day, -left, need.projected))


def _told(found: Iterable[Cause]) -> list[dict[str, Any]]:
    return [{"quantity": cause.quantity, "late": cause.late, "why": _cause_words(cause)} for cause in found]


def _cause_words(cause: Cause) -> str:
    if cause.late is None:
        return _("Nothing ordered: pieces needed by that day")
    return _("Asked for after that day") if cause.was_asked_late else cause_words(cause.late)


KIND_WORDS = {
    SHIPPED: gettext_lazy("On its way"),
    CONFIRMED: gettext_lazy("Confirmed"),
    ORDERED: gettext_lazy("Ordered, not confirmed"),
}


def documents(found: Iterable[Late]) -> list[dict[str, Any]]:
    return [{"late": late, "word": KIND_WORDS[late.kind]} for late in found]
