"""What statements of other rooms may join of production."""

from apps.common.sql import rows_of

from .models import Told

# What suppliers tell of parts: policies show a firm the rows of its grants in force, one or more precisions of each day.
TOLD = rows_of(
    Told, "id", "organization_id", "partner_part_id", "kind", "day", "precision", "quantity", "least", "below", "told_at"
)
