"""Deliveries of before as rows with resolved ids, through the staging table into the documents of their rooms."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from apps.common.sql import array_of, refresh_statistics
from apps.deliveries.intake import RECEIPT_IDS, SHIPMENT_IDS
from apps.orders.intake import ORDER_IDS
from apps.tenancy.scope import require_scope

from . import statements

Row = Mapping[str, Any]
Papers = dict[Any, int]  # id of a shipment by its relation and number


@dataclass(frozen=True)
class Known:
    """An order of before that stands: its id, and the position of its last line."""

    id: int
    last: int


class Documents:
    """Ids of one kind of document, taken in one block, and the position that its next line gets.

    Args:
        take: the statement that takes as many ids as its parameter says.
        known: those that stand, and get lines more.
    """

    def __init__(self, cursor: Any, take: str, keys: Iterable[Hashable], known: Mapping[Any, Known] | None = None) -> None:
        self.known = known or {}
        unique = [key for key in dict.fromkeys(keys) if key not in self.known]
        cursor.execute(take, [len(unique)])
        self.ids = {key: pk for key, (pk,) in zip(unique, cursor.fetchall(), strict=True)}
        self.ids |= {key: one.id for key, one in self.known.items()}
        self.last = dict.fromkeys(unique, 0) | {key: one.last for key, one in self.known.items()}

    def line(self, key: Hashable) -> tuple[int, int]:
        self.last[key] += 10
        return self.ids[key], self.last[key]


def write_deliveries(rows: Sequence[Row], *, buyer_id: int, known: Mapping[str, Known] | None = None) -> Papers:
    """Write orders, shipments and receipts of rows that have been checked: the ids of the shipments.

    Args:
        rows: of one line each: relation_id, supplier_id, partner_part_id, site_id, origin_site_id, order_number,
            shipment_number, carrier, quantity, unit, unit_price, currency, order_date, requested_date, received_on.
        known: orders that stand, by the numbers of the rows.
    """
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(statements.SETTINGS)
        orders = Documents(cursor, ORDER_IDS, (row["order_number"] for row in rows), known)
        papers = [(row["relation_id"], row["shipment_number"]) for row in rows]
        shipments, receipts = (Documents(cursor, take, papers) for take in (SHIPMENT_IDS, RECEIPT_IDS))
        staged = []
        for row, paper in zip(rows, papers, strict=True):
            (order, of_order), (shipment, of_shipment) = orders.line(row["order_number"]), shipments.line(paper)
            ids = {"order_id": order, "shipment_id": shipment, "receipt_id": receipts.ids[paper]}
            places = {"order_position": of_order, "shipment_position": of_shipment}
            staged.append({**row, **ids, **places, "is_new_order": row["order_number"] not in orders.known})
        write_staged(cursor, statements.DELIVERIES, staged, buyer_id)
        return shipments.ids


def write_staged(cursor: Any, kind: statements.Staged, rows: Sequence[Row], organization_id: int) -> None:
    """Lay the rows into the staging table, write documents from them, and take them out again."""
    columns = [array_of(row[name] for row in rows) for name in kind.columns]
    cursor.execute(kind.stage, [organization_id, *columns])
    for statement in kind.writes:
        refresh_statistics(cursor)
        cursor.execute(statement, {"lead": organization_id})
