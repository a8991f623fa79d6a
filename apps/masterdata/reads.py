"""What statements of other rooms may join of parts: SQL, with its columns."""

from apps.common.sql import rows_of

from .models import PartnerPart

PARTNER_PARTS = rows_of(PartnerPart, "id", "part_id", "buyer_number", "name", "name_en", "unit")
