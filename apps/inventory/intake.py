"""Movements of the past, as another room brings them with their moments: an import, the example."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connections

from apps.tenancy.scope import require_scope

from .services import Move

KEY = "organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot, unit"
PAST = f"""
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(%s::jsonb) AS g (
            organization_id bigint, partner_part_id bigint, part_id bigint, consigned_part_id bigint, site_id bigint,
            status varchar, owner_id bigint, lot varchar, unit varchar, quantity numeric, kind varchar, reference varchar,
            at timestamptz
        )
    ), moved AS (
        INSERT INTO inventory_stockmovement ({KEY}, quantity, kind, reference, created_at)
        SELECT {KEY}, quantity, kind, reference, at FROM given ORDER BY at
    )
    INSERT INTO inventory_stockbalance ({KEY}, quantity, as_of)
    SELECT {KEY}, sum(quantity), max(at) FROM given GROUP BY {KEY}
    ON CONFLICT (organization_id, partner_part_id, part_id, consigned_part_id, site_id, status, owner_id, lot)
    DO UPDATE SET quantity = inventory_stockbalance.quantity + excluded.quantity,
        as_of = greatest(inventory_stockbalance.as_of, excluded.as_of)
"""


def post_past(moves: Sequence[tuple[Move, datetime]]) -> None:
    """Write movements with the moments at which they happened, and bring their balances along; one statement."""
    rows: list[dict[str, Any]] = [
        {**asdict(move), "quantity": str(move.quantity), "at": at.isoformat()} for move, at in moves
    ]
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(PAST, [json.dumps(rows)])
