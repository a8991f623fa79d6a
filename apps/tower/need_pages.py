"""How the needs of a buyer's parts are shown: one coloured row each, day by day, and in sentences."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.dates import day_text
from apps.ui.columns import Column, Value, custom, quantity, states, text
from apps.ui.texts import ago
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .curve import curve
from .needs import Cause, Need, Place
from .ordering import Offer
from .pages import SOON, behind_words, cause_words, cover_words
from .projection import Cover
from .supply import CONFIRMED, FRESH_FOR, ORDERED, SHIPPED, Late

NOTHING = {
    "all": gettext_lazy("Nothing to show: no plan is in force, no stock is counted and no order is open."),
    "stops": gettext_lazy("No line stops as far as the plans in force, stock and orders say."),
    "short": gettext_lazy("No open order is promised later than requested."),
    "unknown": gettext_lazy("Of every part stock and demand are known."),
}
ENOUGH = 3  # days of supply from which a cell is green


def rows(found: Mapping[Place, Need]) -> list[dict[str, Any]]:
    """As the list takes them."""
    return [row(need) for need in found.values()]


def row(need: Need) -> dict[str, Any]:
    return {
        "item": need,
        "part": need.part,
        "site": str(need.site),
        "state": state_of(need),
        # What stops first stands first, then what nobody can tell, then what holds.
        "stop": need.stop if need.stop is not None and not need.is_stale else None,
        "demand": sum((day.demand for day in need.days), Decimal(0)) if need.is_known else None,
        "coming": sum((sum(series, Decimal(0)) for series in need.coming.values()), Decimal(0)),
        "supplier": need.suppliers[0][1] if need.suppliers else "",
    }


def is_in(view: str, need: Need) -> bool:
    if view == "stops":
        return need.stop is not None and not need.is_stale
    if view == "short":
        return bool(need.late)
    return not need.is_made and (not need.is_known or need.is_stale)


def keeps(need: Need, start: str, partner: str | None) -> bool:
    if partner and int(partner) not in need.supplier_ids:
        return False
    return need.part.number.lower().startswith(start)


def state_of(need: Need) -> tuple[Any, str, str]:
    """In words, with an icon; grey wherever something is not known."""
    if need.unfit:
        return _("Units do not fit: %(units)s") % {"units": need.unfit}, "scale", "mute"
    if need.is_made:
        return _("Made here: its material is watched"), "factory", "mute"
    if need.needed is None:
        return _("No demand known"), "circle-question-mark", "mute"
    if need.as_of is None:
        return _("Stock unknown"), "circle-question-mark", "mute"
    if need.is_stock_stale:
        return _("Stock is %(age)s") % {"age": ago(need.as_of)}, "hourglass", "mute"
    if need.is_plan_stale:
        return _("Plan is %(age)s") % {"age": ago(need.needed.drawn_at)}, "hourglass", "mute"
    if need.stop is None:
        n = len(need.days)
        return ngettext("Enough for %(n)s day known", "Enough for %(n)s days known", n) % {"n": n}, "circle-check", "ok"
    tone = "bad" if need.stop <= SOON else "warn"
    return _("Line stops %(when)s") % {"when": behind_words(need.stop)}, "octagon-alert", tone


def cause_text(cause: Cause, unit: str) -> str:
    """Where the missing pieces are, in one line."""
    amount = f"{quantity_text(cause.quantity)} {unit_text(unit)}"
    if cause.late is None:
        return _("%(amount)s: nothing ordered") % {"amount": amount}
    when = day_text(cause.late.expected) if cause.late.expected else _("no valid day")
    return f"{amount}: {cause.late.order_number} {day_text(cause.late.requested)} → {when}"


# The list


def columns() -> Sequence[Column]:
    unit_word = _("Unit")
    return (
        text(
            "part",
            _("Part"),
            "part.label",
            under=(_("Part number"), "part.number"),
            to=lambda row: reverse("tower:need", args=[row["part"].pk, row["item"].site_id]),
            sort="part.number",
            css="first",
            is_fixed=True,
        ),
        text("site", _("Site"), "site", sort="site"),
        states("stop", _("Status"), lambda row: [row["state"]], sort="stop"),
        custom("weeks", _("28 days ahead"), _strip, WEEKS),
        custom("cause", _("Why"), _why, WHY, css="wrap"),
        custom("stock", _("Available"), _stock, STOCK, css="num"),
        quantity("demand", _("Needed"), "demand", "part.unit", unit_word, sort="demand", is_shown=False),
        quantity("coming", _("Coming"), "coming", "part.unit", unit_word, sort="coming", is_shown=False),
        text("supplier", _("Supplier"), "supplier", sort="supplier", is_shown=False),
    )


def _first_cover(row: dict[str, Any]) -> str:
    days = row["item"].days
    return cover_words(days[0].cover) if days and not row["item"].is_stale else ""


WEEKS = (Value(gettext_lazy("Days of supply today"), _first_cover),)
STOCK = (
    Value(gettext_lazy("Available"), lambda row: row["item"].stock if row["item"].as_of else None, "number"),
    Value(gettext_lazy("As of"), lambda row: row["item"].as_of, "moment"),
)
WHY = (
    Value(gettext_lazy("Missing"), lambda row: row["item"].gap or None, "number"),
    Value(gettext_lazy("Order"), lambda row: next((c.late.order_number for c in row["item"].causes if c.late), "")),
)


def stock_cell(item: Any, unit: str) -> SafeString:
    """Available stock with its age, orange where nobody looked at it for long."""
    if not item.as_of:
        return format_html("—<small>{}</small>", _("never counted"))
    tone = "t-warn" if item.as_of < timezone.now() - FRESH_FOR else ""
    amount, word = quantity_text(item.stock), unit_text(unit)
    return format_html('{} <small class="{}">{} · {}</small>', amount, tone, word, ago(item.as_of))


def _stock(row: dict[str, Any]) -> SafeString:
    return stock_cell(row["item"], row["part"].unit)


def _why(row: dict[str, Any]) -> SafeString | str:
    need = row["item"]
    if row["stop"] is None or not need.causes:
        return ""
    cause = need.causes[0]
    words = cause_text(cause, need.part.unit)
    if cause.late is None:
        return words
    return format_html('<a href="{}">{}</a>', reverse("orders:order", args=[cause.late.order_id]), words)


def _strip(row: dict[str, Any]) -> SafeString:
    """A cell a day: days of supply as it begins. Red only on the day on which the line stops, soft red after it."""
    cells = "".join(f'<i class="{tone}">{words}</i>' for tone, words in strip(row["item"]))
    return format_html('<span class="days-strip" role="img" aria-label="{}">{}</span>', row["state"][0], mark_safe(cells))


def strip(need: Need) -> Iterable[tuple[str, str]]:
    """(class, words) of each day; "?" where nothing is known of it."""
    is_grey = need.is_stale
    for index in range(need.horizon):
        if index >= len(need.days):
            yield "u", "?"
            continue
        day = need.days[index]
        words = short_words(day.cover)
        if is_grey:
            yield "u", words
        elif index == need.stop:
            yield "x", words
        elif day.projected < 0:
            yield "b", words
        else:
            yield ("g" if day.cover.days >= ENOUGH or day.cover.is_at_least else "w" if day.cover.days >= 1 else "b"), words


def short_words(cover: Cover) -> str:
    """Whole days, rounded down: half a day is less than one; "+" where it lasts as long as anything is known."""
    if cover.is_at_least:
        return "+"
    if 0 < cover.days < 1:
        return "&lt;1"
    return f"{min(cover.days, Decimal(99)).quantize(Decimal(1), ROUND_DOWN)}"


# One part


def grid(need: Need, first: int, days: int) -> dict[str, Any]:
    """The days of a need from one on, as the time grid takes them, with the curve below."""
    shown = [_day(need, index) for index in range(first, min(first + days, need.horizon))]
    known = [day["projected"] for day in shown if day["projected"] is not None]
    start = need.today + timedelta(days=first)
    for day in shown:
        day["to"] = f"?day={day['date']}&from={start}"
    drawn = curve(_("Usable stock"), known, today=start, unit=need.part.unit) if known else None
    return {"days": shown, "curve": drawn, "first": start}


def _day(need: Need, index: int) -> dict[str, Any]:
    when = need.today + timedelta(days=index)
    found: dict[str, Any] = {
        "date": when,
        "is_weekend": when.weekday() >= 5,
        "has_year": when.year != need.today.year,
        **{kind: series[index] or None for kind, series in need.coming.items()},
        "demand": None,
        "projected": None,
        "cover": "",
        "is_short": False,
    }
    if index < len(need.days):
        day = need.days[index]
        found |= {"demand": day.demand or None, "projected": day.projected, "cover": cover_words(day.cover)}
        found["is_short"] = day.projected < 0 and not need.is_stale
    return found


def weeks(need: Need) -> list[dict[str, Any]]:
    """The whole horizon week by week, the first from today on: what is needed and comes, and the lowest stock."""
    found = []
    index = 0
    while index < need.horizon:
        start = need.today + timedelta(days=index)
        length = min(7 - start.weekday(), need.horizon - index)
        known = need.days[index : index + length]
        found.append(
            {
                "first": start,
                "week": start.isocalendar().week,
                "has_year": start.year != need.today.year,
                "known": len(known),
                "is_part": 0 < len(known) < length,
                "until": start + timedelta(days=len(known) - 1),
                "demand": sum((day.demand for day in known), Decimal(0)) if known else None,
                "coming": sum((sum(own[index : index + length], Decimal(0)) for own in need.coming.values()), Decimal(0)),
                "projected": known[-1].projected if known else None,
                "lowest": min(day.projected for day in known) if known else None,
                "is_short": any(day.projected < 0 for day in known) and not need.is_stale,
            }
        )
        index += length
    return found


def sentences(need: Need, until: date) -> list[str]:
    """How the stock at the end of a day came about, in plain words."""
    index = (until - need.today).days
    unit = unit_text(need.part.unit)
    if not 0 <= index < len(need.days):
        return [_("No plan in force reaches %(day)s, so nobody knows what is needed then.") % {"day": day_text(until)}]
    days = need.days[: index + 1]
    come, gone = sum((d.arrivals for d in days), Decimal(0)), sum((d.demand for d in days), Decimal(0))
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
    if need.stop is not None and index >= need.stop:
        stop = need.today + timedelta(days=need.stop)
        told.append(
            _("The first day without enough is %(day)s, with %(gap)s %(unit)s missing.")
            % {"day": day_text(stop), "gap": quantity_text(need.gap), "unit": unit}
        )
    if need.inspection or need.blocked:
        held = {"n": quantity_text(need.inspection + need.blocked), "unit": unit}
        told.append(_("%(n)s %(unit)s in inspection or blocked are not counted.") % held)
    return told


def causes(need: Need) -> list[dict[str, Any]]:
    """The causes of the gap, with what to open."""
    return [
        {
            "quantity": cause.quantity,
            "late": cause.late,
            "why": cause_words(cause.late) if cause.late else _("Nothing ordered: pieces needed by the day of the stop"),
        }
        for cause in need.causes
    ]


KIND_WORDS = {
    SHIPPED: gettext_lazy("On its way"),
    CONFIRMED: gettext_lazy("Confirmed"),
    ORDERED: gettext_lazy("Ordered, not confirmed"),
}


def documents(found: Iterable[Late]) -> list[dict[str, Any]]:
    return [{"late": late, "word": KIND_WORDS[late.kind]} for late in found]


def offers(found: Sequence[Offer], chosen: Sequence[str] | None) -> list[dict[str, Any]]:
    """What to order, with its reason in words; those that can still arrive in time are chosen where nobody chose yet."""
    return [
        {
            "offer": offer,
            "site": str(offer.need.site),
            "why": _offer_words(offer),
            "is_chosen": offer.key in chosen if chosen is not None else _is_usual(offer),
        }
        for offer in found
    ]


def _is_usual(offer: Offer) -> bool:
    """Chosen before anybody looks: in time, and nothing ordered waits for a day, which would be ordered twice."""
    return not offer.proposal.is_late and not offer.need.undated


def _offer_words(offer: Offer) -> str:
    if not offer.need.undated:
        return _falls(offer)
    late = next(late for late in offer.need.late if late.expected is None)
    n, unit = quantity_text(offer.need.undated), unit_text(offer.need.part.unit)
    words = _("%(n)s %(unit)s are ordered already, without a valid day: ask first (%(order)s)")
    return f"{_falls(offer)}; {words % {'n': n, 'unit': unit, 'order': late.order_number}}"


def _falls(offer: Offer) -> str:
    p, unit = offer.proposal, unit_text(offer.need.part.unit)
    values = {
        "day": day_text(p.needed_on),
        "n": quantity_text(p.missing),
        "unit": unit,
        "least": quantity_text(offer.safety),
    }
    if offer.safety:
        return _("below the safety stock of %(least)s from %(day)s on, by up to %(n)s %(unit)s in a week") % values
    return _("below zero from %(day)s on, by up to %(n)s %(unit)s in a week") % values
