"""From a staging table with resolved ids into the documents, set-wise.

One row after the other through models would be ten times slower; COPY cannot write into tables with policies, so the rows come
as arrays, one a column. The documents are written by the rooms that own them (`intake.py`).
"""

from dataclasses import dataclass

from django.db.models import Model

from apps.common.sql import insert_into
from apps.deliveries import intake as deliveries
from apps.orders import intake as orders
from apps.quality import intake as quality

from ..models import StagedDefect, StagedDelivery

SETTINGS = (
    "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; "  # compiling a statement that runs once costs more than it saves
)
_DELIVERY = {
    **dict.fromkeys(("relation_id", "supplier_id", "partner_part_id", "site_id", "origin_site_id"), "bigint"),
    **{"order_id": "bigint", "is_new_order": "bool", "order_number": "text", "order_position": "int"},
    **{"shipment_id": "bigint", "shipment_number": "text", "shipment_position": "int"},
    **{"receipt_id": "bigint", "carrier": "text", "quantity": "numeric", "unit": "text"},
    **{"unit_price": "numeric", "currency": "text"},
    **dict.fromkeys(("order_date", "requested_date", "received_on"), "date"),
}
_DEFECT = {
    **dict.fromkeys(("relation_id", "supplier_id", "partner_part_id", "site_id"), "bigint"),
    **{"occurred_on": "date", "impact": "text", "defect": "text", "quantity": "numeric", "downtime_minutes": "int"},
}
_IDS = {
    "line_id": orders.LINE_ID,
    "schedule_id": orders.SCHEDULE_LINE_ID,
    "shipment_line_id": deliveries.SHIPMENT_LINE_ID,
}
_OWN = "FROM {} WHERE organization_id = %(lead)s"
_DELIVERIES = (
    "SELECT *, organization_id AS buyer_id, schedule_id AS schedule_line_id,"
    " 'GR-H' || receipt_id AS receipt_number"  # those of receipts booked here have a plain number behind GR-
    f" {_OWN.format(StagedDelivery._meta.db_table)}"
)
_DEFECTS = f"SELECT *, organization_id AS buyer_id {_OWN.format(StagedDefect._meta.db_table)}"


@dataclass(frozen=True)
class Staged:
    """How one kind of rows gets into the documents.

    Attributes:
        columns: column → type, in the order in which the rows are handed over.
        stage: takes the lead's id, then one array a column.
        writes: statements that write documents from the rows of one lead, and take them out again.
    """

    columns: dict[str, str]
    stage: str
    writes: tuple[str, ...]


def _staged(model: type[Model], columns: dict[str, str], ids: dict[str, str], writes: list[str]) -> Staged:
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    source = f"FROM unnest({arrays}) given ({', '.join(columns)})"
    given = {"organization_id": "%s", **{name: name for name in columns}, **ids}
    return Staged(
        columns=columns,
        stage=insert_into(model, source, given),
        writes=(*writes, f"DELETE {_OWN.format(model._meta.db_table)}"),
    )


DELIVERIES = _staged(StagedDelivery, _DELIVERY, _IDS, [*orders.delivered(_DELIVERIES), *deliveries.received(_DELIVERIES)])
DEFECTS = _staged(StagedDefect, _DEFECT, {}, quality.found(_DEFECTS))
