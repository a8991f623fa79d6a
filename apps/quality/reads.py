"""What statements of other rooms may join of inspection: SQL, with its columns."""

from apps.common.sql import rows_of

from .models import InspectionLot, NonConformance

_SIDES = ("relation_id", "buyer_id", "supplier_id")
INSPECTED = rows_of(InspectionLot, *_SIDES, "received_on", "unit", "rejected_quantity")
NON_CONFORMANCES = rows_of(NonConformance, *_SIDES, "site_id", "occurred_on", "quantity", "downtime_minutes")
