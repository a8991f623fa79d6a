"""Lines of orders that stand, as a file says them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.tenancy.roles import Side

from .models import PurchaseOrder, PurchaseOrderLine, ScheduleLine
from .services import Drafted

PRICE: Any = PurchaseOrderLine._meta.get_field("unit_price")


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


def version_of(item: Stood) -> str:
    """Differs as soon as somebody acted on the line."""
    told = item.values
    return _version(
        item.status, item.revision, item.answered_quantity, told["quantity"], told["requested_date"], told["unit"],
        told["unit_price"], told["note"],
    )  # fmt: skip


def version_of_draft(order: PurchaseOrder, line: Drafted) -> str:
    """The same of a line that was written just now, without reading it back."""
    price = None if line.unit_price is None else round(line.unit_price, PRICE.decimal_places)
    return _version(
        order.status, order.revision, line.answered_quantity, line.requested_quantity, line.requested_date, line.unit,
        price, order.note,
    )  # fmt: skip


def _version(
    status: str, revision: int, answered: Decimal, quantity: Decimal, day: date, unit: str, price: Decimal | None,
    note: str | None,
) -> str:  # fmt: skip
    return f"{status}|{revision}|{answered.normalize()}|{quantity.normalize()}|{day}|{unit}|{price}|{note or ''}"


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
