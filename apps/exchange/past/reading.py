"""What stands of past deliveries, as rows of a table say it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from apps.common.incoming import Standing, Values
from apps.deliveries.incoming import either_case
from apps.deliveries.models import ShipmentLine
from apps.tenancy.roles import Side

from .numbering import of_part


def spelled(rows: Sequence[Values]) -> set[str]:
    """Order numbers of rows, as they are typed and in capitals."""
    return either_case({row["number"] for row in rows})


def lines(numbers: Iterable[str]) -> list[dict[str, Any]]:
    """What stands under orders of these numbers; one statement."""
    return list(_told(_lines().filter(order__number__in=list(numbers))))


def standing(numbers: Iterable[str]) -> dict[Hashable, Standing]:
    """By order, delivery, part, and the place among its lines of that part; one statement."""
    counted: dict[Hashable, int] = defaultdict(int)
    found: dict[Hashable, Standing] = {}
    for row in _told(_lines().filter(order__number__in=list(numbers))):
        key = of_part(row)
        row["nth"] = counted[key]
        counted[key] += 1
        found[(*key, row["nth"])] = Standing(row["of_line"], row, row.pop("acted"))
    return found


def every(most: int | None) -> Iterator[Values]:
    return _told(_lines()[:most])


COLUMNS = {
    "number": "order__number",
    "shipment": "shipment__number",
    "line": "schedule_line__line__position",
    "partner": "relation__vendor_code",
    "part": "partner_part__buyer_number",
    "part_name": "partner_part__name",
    "quantity": "quantity",
    "unit": "unit",
    "unit_price": "unit_price",
    "currency": "currency",
    "order_date": "order__order_date",
    "requested_date": "schedule_line__requested_date",
    "received_on": "schedule_line__received_on",
    "site": "order__receiving_site__code",
    "carrier": "shipment__carrier",
    "of_order": "order_id",
    "of_line": "pk",
}
# Whoever acts on the order, inspects what came, or brings more of it, makes another one of it.
ACTED = (
    *("order__revision", "order__supplier_number", "order__status", "order__line_count", "schedule_line__status"),
    *("schedule_line__closed_short_reason", "schedule_line__received_quantity", "schedule_line__rejected_quantity"),
)


def _lines() -> QuerySet[ShipmentLine]:
    rows = ShipmentLine.objects.on_side(Side.BUYER).filter(shipment__is_past=True)
    return rows.order_by("order_id", "schedule_line__line__position")


def _told(rows: QuerySet[ShipmentLine]) -> Iterator[dict[str, Any]]:
    for found in rows.values_list(*COLUMNS.values(), *ACTED):
        row = dict(zip(COLUMNS, found, strict=False))
        row["line"], row["carrier"] = str(row["line"]), row["carrier"] or None
        row["acted"] = "|".join(map(str, found[len(COLUMNS) :]))
        yield row
