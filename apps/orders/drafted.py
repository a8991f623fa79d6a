"""What lies in a buyer's drafts: ordered for the buyer, unknown to everybody else."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from apps.tenancy.roles import Side

from .models import ScheduleLine

_PART = "line__partner_part"
_DAY = (_PART, f"{_PART}__part", "order__receiving_site", "requested_date", "line__unit")
_UNITS = (f"{_PART}__unit", f"{_PART}__base_factor", f"{_PART}__part__unit")


@dataclass(frozen=True)
class Drafted:
    """What lies in drafts of one partner part for one site and day; `quantity` in the `unit` of the orders."""

    partner_part_id: int
    part_id: int
    site_id: int
    day: date
    unit: str
    agreed_unit: str
    base_factor: Decimal
    base_unit: str
    quantity: Decimal


def drafted(parts: Collection[int]) -> Iterator[Drafted]:
    """What lies in drafts of own parts, however many lines that are; one statement."""
    rows = _lines(parts).order_by().values_list(*_DAY, *_UNITS).annotate(quantity=Sum("requested_quantity"))
    return (Drafted(*row) for row in rows)


def drafted_lines(parts: Collection[int]) -> QuerySet[ScheduleLine]:
    """The lines of it, with part and order joined; one statement."""
    return _lines(parts).select_related("line__partner_part__part", "order").order_by("pk")


def _lines(parts: Collection[int]) -> QuerySet[ScheduleLine]:
    return ScheduleLine.objects.on_side(Side.BUYER).filter(is_draft=True, line__partner_part__part__in=parts)
