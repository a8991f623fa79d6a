"""Stock of a part at a site against the least and the most that somebody wants there."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.planning.stocking import StockRule
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .need import Need
from .pages import behind_words


def is_below(need: Need) -> bool:
    """Now; of stock that nobody looked at for long nobody knows it."""
    least = need.rule.minimum
    return _is_seen(need) and least is not None and need.stock < least


def is_above(need: Need) -> bool:
    most = need.rule.maximum
    return _is_seen(need) and most is not None and need.stock > most


def below_in(need: Need) -> int | None:
    """Days to the first one that ends below the minimum; None where none does, or nobody knows."""
    least = need.rule.minimum
    if least is None or need.is_stale or need.unfit:
        return None
    return next((index for index, left in enumerate(need.projected) if left < least), None)


def is_outside(need: Need) -> bool:
    return is_below(need) or is_above(need) or below_in(need) is not None


def look_of(need: Need) -> tuple[Any, str, str] | None:
    """In words, with an icon: below the minimum now or later, above the maximum; None where neither is known."""
    if is_below(need):
        return _("Below the minimum of %(n)s") % {"n": quantity_text(need.rule.minimum)}, "arrow-down-to-line", "warn"
    if (days := below_in(need)) is not None:
        words = _("Below the minimum of %(n)s %(when)s")
        return words % {"n": quantity_text(need.rule.minimum), "when": behind_words(days)}, "arrow-down-to-line", "warn"
    if is_above(need):
        return _("Above the maximum of %(n)s") % {"n": quantity_text(need.rule.maximum)}, "arrow-up-to-line", "info"
    return None


def short_from(need: Need, least: Decimal, projected: Sequence[Decimal]) -> tuple[date, Decimal] | None:
    """The first day that ends below the least, and how much of it is missing then; None where none does.

    Args:
        projected: stock at the end of each day from today on.
    """
    for index, left in enumerate(projected):
        if left < least:
            return need.today + timedelta(days=index), least - left
    return None


def short_text(rule: StockRule, day: date, gap: Decimal, unit: str) -> str:
    """From when on less lies there than should, and what is missing on that day: the words of outlook and proposals."""
    values = {"day": day_text(day), "gap": quantity_text(gap), "unit": unit_text(unit), "least": quantity_text(rule.least)}
    if not rule.least:
        return _("below zero from %(day)s on, with %(gap)s %(unit)s missing that day") % values
    if rule.is_up_to_maximum:
        return _("below the minimum of %(least)s from %(day)s on, with %(gap)s %(unit)s missing that day") % values
    return _("below the safety stock of %(least)s from %(day)s on, with %(gap)s %(unit)s missing that day") % values


def rule_text(rule: StockRule) -> str:
    """What should lie at a site, in one line; "" where nothing is kept."""
    words = (
        (_("safety stock %(n)s"), rule.safety or None),
        (_("minimum %(n)s"), rule.minimum),
        (_("maximum %(n)s"), rule.maximum),
    )
    found = [word % {"n": quantity_text(value)} for word, value in words if value is not None]
    return ", ".join(found)


def _is_seen(need: Need) -> bool:
    return need.as_of is not None and not need.is_stock_stale and not need.unfit
