"""The needs of a buyer's parts as one coloured row each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.dates import day_text
from apps.masterdata.models import Part
from apps.ui.columns import Column, Value, custom, quantity, states, text
from apps.ui.texts import ago
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .limits import is_outside, look_of
from .need import Cause, Need, Place
from .offered import Offered, offer_text
from .pages import SOON, behind_words, cover_words
from .projection import Cover
from .supply import FRESH_FOR, HORIZON_DAYS

NOTHING = {
    "all": gettext_lazy("Nothing to show: no plan is in force, no stock is counted and no order is open."),
    "stops": gettext_lazy("No line stops as far as the plans in force, stock and orders say."),
    "short": gettext_lazy("No open order is promised later than requested."),
    "limits": gettext_lazy("No stock is below its minimum or above its maximum, as far as those are kept."),
    "unknown": gettext_lazy("Of every part stock and demand are known."),
}
ENOUGH = 3  # days of supply from which a cell is green


@dataclass(frozen=True)
class Row:
    """A need as list and page take it; of what the reader does not look at nothing is worked out.

    Attributes:
        offered: what becomes of it by open offers, where any is.
    """

    item: Need
    offered: Offered | None = None

    @property
    def part(self) -> Part:
        return self.item.part

    @property
    def site(self) -> str:
        return str(self.item.site)

    @cached_property
    def state(self) -> tuple[Any, str, str]:
        return state_of(self.item)

    @property
    def states(self) -> list[tuple[Any, str, str]]:
        """Beside its state what becomes of it if open offers hold."""
        worse = self.offered.state if self.offered else None
        return [self.state, worse] if worse else [self.state]

    @property
    def stop(self) -> int | None:
        """What stops first stands first, then what nobody can tell, then what holds."""
        return None if self.item.is_stale else self.item.stop

    @property
    def demand(self) -> Decimal | None:
        return sum((day.demand for day in self.item.days), Decimal(0)) if self.item.is_known else None

    @property
    def coming(self) -> Decimal:
        return sum((sum(series, Decimal(0)) for series in self.item.coming.values()), Decimal(0))

    @property
    def supplier(self) -> str:
        return self.item.suppliers[0][1] if self.item.suppliers else ""

    @property
    def why(self) -> str:
        """The first cause of the gap, "" where nothing is known to be missing."""
        return cause_text(self.item.causes[0], self.part.unit) if self.item.causes else ""


def rows(found: Mapping[Place, Need], offers: Mapping[Place, Offered] | None = None) -> list[Row]:
    """As the list takes them."""
    return [Row(need, (offers or {}).get(place)) for place, need in found.items()]


def is_in(view: str, need: Need) -> bool:
    if view == "stops":
        return need.stop is not None and not need.is_stale
    if view == "short":
        return bool(need.late)
    if view == "limits":
        return is_outside(need)
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
        return look_of(need) or (_("No demand known"), "circle-question-mark", "mute")
    if not need.is_counted:
        return _("Stock unknown"), "circle-question-mark", "mute"
    if need.is_stock_stale:
        return _("Stock is %(age)s") % {"age": ago(need.as_of)}, "hourglass", "mute"
    if need.is_plan_stale:
        return _("Plan is %(age)s") % {"age": ago(need.needed.drawn_at)}, "hourglass", "mute"
    if need.stop is None and (look := look_of(need)):
        return look
    if need.stop is None:
        n = len(need.days)
        return ngettext("Enough for %(n)s day known", "Enough for %(n)s days known", n) % {"n": n}, "circle-check", "ok"
    if need.stop >= HORIZON_DAYS:  # the page of a part looks further than the outlook, and says the same of its days
        words = _("Enough for %(n)s days, line stops %(when)s") % {"n": HORIZON_DAYS, "when": behind_words(need.stop)}
        return words, "octagon-alert", "warn"
    tone = "bad" if need.stop <= SOON else "warn"
    return _("Line stops %(when)s") % {"when": behind_words(need.stop)}, "octagon-alert", tone


def cause_text(cause: Cause, unit: str) -> str:
    """Where the missing pieces are, in one line."""
    amount = f"{quantity_text(cause.quantity)} {unit_text(unit)}"
    if cause.late is None:
        return _("%(amount)s: nothing ordered") % {"amount": amount}
    if cause.was_asked_late:
        values = {"amount": amount, "order": cause.late.order_number, "day": day_text(cause.late.expected)}
        return _("%(amount)s: %(order)s comes too late on %(day)s") % values
    when = day_text(cause.late.expected) if cause.late.expected else _("no valid day")
    return f"{amount}: {cause.late.order_number} {day_text(cause.late.requested)} → {when}"


def columns() -> Sequence[Column]:
    unit_word = _("Unit")
    return (
        text(
            "part",
            _("Part"),
            "part.label",
            under=(_("Part number"), "part.number"),
            to=lambda row: reverse("tower:need", args=[row.part.pk, row.item.site_id]),
            sort="part.number",
            css="first",
            is_fixed=True,
        ),
        text("site", _("Site"), "site", sort="site"),
        states("stop", _("Status"), lambda row: row.states, sort="stop"),
        custom("weeks", _("28 days ahead"), _strip, WEEKS),
        custom("cause", _("Why"), _why, WHY, css="wrap"),
        custom("stock", _("Available"), _stock, STOCK, css="num"),
        quantity("demand", _("Needed"), "demand", "part.unit", unit_word, sort="demand", is_shown=False),
        quantity("coming", _("Coming"), "coming", "part.unit", unit_word, sort="coming", is_shown=False),
        text("supplier", _("Supplier"), "supplier", sort="supplier", is_shown=False),
    )


def _first_cover(row: Row) -> str:
    days = row.item.days
    return cover_words(days[0].cover) if days and not row.item.is_stale else ""


WEEKS = (Value(gettext_lazy("Days of supply today"), _first_cover),)
STOCK = (
    Value(gettext_lazy("Available"), lambda row: row.item.stock if row.item.as_of else None, "number"),
    Value(gettext_lazy("As of"), lambda row: row.item.as_of, "moment"),
)
WHY = (
    Value(gettext_lazy("Missing"), lambda row: row.item.gap or None, "number"),
    Value(gettext_lazy("Order"), lambda row: next((c.late.order_number for c in row.item.causes if c.late), "")),
)


def stock_cell(item: Any, unit: str) -> SafeString:
    """Available stock with its age, orange where nobody looked at it for long."""
    if not item.as_of:
        return format_html("—<small>{}</small>", _("never counted"))
    tone = "t-warn" if item.as_of < timezone.now() - FRESH_FOR else ""
    amount, word = quantity_text(item.stock), unit_text(unit)
    return format_html('{} <small class="{}">{} · {}</small>', amount, tone, word, ago(item.as_of))


def _stock(row: Row) -> SafeString:
    return stock_cell(row.item, row.part.unit)


def _why(row: Row) -> SafeString | str:
    need = row.item
    found: list[SafeString | str] = []
    if row.stop is not None and need.causes:
        cause = need.causes[0]
        words = cause_text(cause, need.part.unit)
        found.append(_order_link(cause.late.order_id, words) if cause.late else words)
    if row.offered and row.offered.state:
        found.append(_order_link(row.offered.lines[0].order.pk, offer_text(row.offered.lines[0])))
    return format_html_join(mark_safe("<br>"), "{}", ((words,) for words in found))


def _order_link(pk: int, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("orders:order", args=[pk]), words)


def _strip(row: Row) -> SafeString:
    """A cell a day: days of supply as it begins. Red only on the day on which the line stops, soft red after it; a dashed
    edge where it is short only if open offers hold. The page's script opens each day (`tower/outlook.js`)."""
    cells = "".join(f'<i class="{tone}">{words}</i>' for tone, words in strip(row.item, row.offered))
    shape = '<span class="days-strip" role="group" tabindex="0" aria-label="{}" data-days="{}" data-first="{}">{}</span>'
    to = reverse("tower:need", args=[row.part.pk, row.item.site_id])
    return format_html(shape, row.state[0], to, row.item.today.isoformat(), mark_safe(cells))


def strip(need: Need, offers: Offered | None = None) -> Iterable[tuple[str, str]]:
    """(class, words) of each day; "?" where nothing is known of it."""
    is_grey = need.is_stale
    for index in range(need.horizon):
        if index >= len(need.days) or not need.is_counted:
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
            tone = "g" if day.cover.days >= ENOUGH or day.cover.is_at_least else "w" if day.cover.days >= 1 else "b"
            yield (f"{tone} p" if offers and offers.becomes_short(index) else tone), words


def short_words(cover: Cover) -> str:
    """Whole days, rounded down: half a day is less than one; "+" where it lasts as long as anything is known."""
    if cover.is_at_least:
        return "+"
    if 0 < cover.days < 1:
        return "&lt;1"
    return f"{min(cover.days, Decimal(99)).quantize(Decimal(1), ROUND_DOWN)}"
