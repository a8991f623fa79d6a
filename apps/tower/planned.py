"""What suppliers plan to make of a buyer's part, as precisely as their grants show it: beside supply, never part of it."""

from datetime import date
from typing import Any

from apps.common.units import MixedUnits
from apps.production import selectors as production
from apps.production.models import ToldKind
from apps.production.told_views import finest, summed

from .agreed import in_base
from .need import Need


def planned_output(need: Need) -> dict[date, dict[str, Any]]:
    """By day: an exact sum, from and to below, or that something is planned; in the base unit; one statement.

    A figure of one supplier beside a yes of another is neither: the day then says that something is planned.
    """
    parts = [pk for pk, _name, _firm in need.suppliers]
    if not parts:
        return {}
    rows = production.told(parts).filter(kind=ToldKind.PLANNED, day__gte=need.today)
    found: dict[date, list[Any]] = {}
    for row in finest(rows.select_related("partner_part__part")):
        try:
            for name in ("quantity", "least", "below"):
                if (value := getattr(row, name)) is not None:
                    setattr(row, name, in_base(value, row.partner_part.unit, row.partner_part))
        except MixedUnits:
            row.quantity = row.least = row.below = None  # a figure that does not convert is none here
        found.setdefault(row.day, []).append(row)
    return {day: summed(told) for day, told in found.items()}
