"""Non-conformances written as a set, beside the model that they fill. Whoever hands them over has checked them."""

from apps.common.sql import insert_into

from .models import NonConformance

WRITTEN = (NonConformance,)
COLUMNS = (
    *("relation_id", "buyer_id", "supplier_id", "partner_part_id", "site_id"),
    *("occurred_on", "impact", "defect", "quantity", "downtime_minutes"),
)


def found(rows: str) -> list[str]:
    """The statement that writes what was found; `rows` is a SELECT of COLUMNS, quantity in the part's unit."""
    return [insert_into(NonConformance, f"FROM ({rows}) h", {name: name for name in COLUMNS})]
