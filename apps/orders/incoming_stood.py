"""Lines of orders that stand, as a file says them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.tenancy.roles import Side

from .models import ScheduleLine


@dataclass(frozen=True, slots=True)
class Stood:
    """A schedule line as a file says it, with what its acts need."""

    id: int
    order_id: int
    relation_id: int
    part_id: int
    status: str
    revision: int
    answered_quantity: Decimal
    values: dict[str, Any]


FACTS = ("pk", "order_id", "relation_id", "line__partner_part_id", "status", "order__revision", "answered_quantity")
COLUMNS = {
    "number": "order__number",
    "line": "line__position",
    "partner": "order__relation__vendor_code",
    "part": "line__partner_part__buyer_number",
    "quantity": "requested_quantity",
    "unit": "line__unit",
    "unit_price": "line__unit_price",
    "currency": "order__currency",
    "requested_date": "requested_date",
    "site": "order__receiving_site__code",
    "note": "order__note",
}


def stood(rows: QuerySet[ScheduleLine]) -> Iterator[Stood]:
    """Light rows, for a file may be of a hundred thousand; one statement."""
    for found in rows.values_list(*FACTS, *COLUMNS.values()):
        values = dict(zip(COLUMNS, found[len(FACTS) :], strict=True))
        values |= {"line": str(values["line"]), "note": values["note"] or None}
        pk, order, relation, part, status, revision, answered = found[: len(FACTS)]
        yield Stood(pk, order, relation, part, status, revision, answered, values)


def stood_under(numbers: Iterable[str]) -> Iterator[Stood]:
    """Lines of one's orders of these numbers, in the order of their lines."""
    rows = ScheduleLine.objects.on_side(Side.BUYER).filter(order__number__in=numbers)
    return stood(rows.order_by("order_id", "line__position", "sequence"))
