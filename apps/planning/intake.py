"""Sets of rows, written beside the models that they fill. Whoever hands them over has checked them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections

from apps.common.sql import insert_into
from apps.tenancy.scope import require_scope

from .models import Demand, KnownDemand, PartnerDemand, PartnerRelease, PlanRow, Release, ReleasedPart
from .telling import Edition

WRITTEN = (PlanRow, Demand, KnownDemand, ReleasedPart, PartnerDemand)


def _source(types: Sequence[str]) -> str:
    """Rows of a document: of a hundred thousand it is written and sent in a fraction of what arrays of values take."""
    return f"FROM jsonb_to_recordset(%s::jsonb) AS r({', '.join(f'c{index} {kind}' for index, kind in enumerate(types))})"


def _document(rows: Iterable[tuple[Any, ...]]) -> str:
    return json.dumps([{f"c{index}": value for index, value in enumerate(row)} for row in rows], default=str)


def _write(model: Any, types: dict[str, str], release: Release, rows: Iterable[tuple[Any, ...]], **same: int) -> None:
    given = {"organization_id": "%s", "release_id": "%s", **dict.fromkeys(same, "%s")}
    statement = insert_into(
        model, _source(list(types.values())), given | {name: f"c{index}" for index, name in enumerate(types)}
    )
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(statement, [release.organization_id, release.pk, *same.values(), _document(rows)])


def write_rows(release: Release, rows: Iterable[tuple[int, str, date, Decimal, int]]) -> None:
    """(part, bucket, day, quantity, level); one statement."""
    types = {"part_id": "bigint", "bucket": "text", "day": "date", "quantity": "numeric", "level": "smallint"}
    _write(PlanRow, types, release, rows)


def write_demand(release: Release, rows: Iterable[tuple[int, date, Decimal, int, date]]) -> None:
    """(part, day, quantity, level, day on which it is taken); one statement."""
    types = {"part_id": "bigint", "day": "date", "quantity": "numeric", "level": "smallint", "taken_on": "date"}
    _write(Demand, types, release, rows, site_id=release.site_id)


def write_known(release: Release, rows: Iterable[tuple[int, date]]) -> None:
    """(part, last day of which its demand is known); one statement."""
    _write(KnownDemand, {"part_id": "bigint", "until": "date"}, release, rows, site_id=release.site_id)


def write_editions(found: Sequence[tuple[PartnerRelease, Edition]]) -> None:
    """What new editions say; two statements."""
    parts = [(*_of(row), pk, unit, until) for row, new in found for pk, (unit, until) in new.until.items()]
    rows = [(*_of(row), *key, quantity) for row, new in found for key, quantity in new.rows.items()]
    _told(ReleasedPart, {"partner_part_id": "bigint", "unit": "text", "until": "date"}, parts)
    types = {"partner_part_id": "bigint", "bucket": "text", "day": "date", "level": "smallint", "quantity": "numeric"}
    _told(PartnerDemand, types, rows)


def _of(row: PartnerRelease) -> tuple[int, ...]:
    return row.pk, row.relation_id, row.buyer_id, row.supplier_id


def _told(model: Any, types: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    types = dict.fromkeys(("release_id", "relation_id", "buyer_id", "supplier_id"), "bigint") | types
    statement = insert_into(model, _source(list(types.values())), {name: f"c{index}" for index, name in enumerate(types)})
    if rows:
        with connections[require_scope().alias].cursor() as cursor:
            cursor.execute(statement, [_document(rows)])
