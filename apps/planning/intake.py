"""Sets of rows, written beside the models that they fill. Whoever hands them over has checked them."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections

from apps.common.sql import insert_into
from apps.tenancy.scope import require_scope

from .models import Demand, KnownDemand, PlanRow, Release

WRITTEN = (PlanRow, Demand, KnownDemand)


def _source(types: Sequence[str]) -> str:
    columns = ", ".join(f"c{index}" for index in range(len(types)))
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    return f"FROM unnest({arrays}) AS r({columns})"


def _write(model: Any, types: dict[str, str], release: Release, rows: Iterable[tuple[Any, ...]], **same: int) -> None:
    given = {"organization_id": "%s", "release_id": "%s", **dict.fromkeys(same, "%s")}
    statement = insert_into(
        model, _source(list(types.values())), given | {name: f"c{index}" for index, name in enumerate(types)}
    )
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _name in types]
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute(statement, [release.organization_id, release.pk, *same.values(), *columns])


def write_rows(release: Release, rows: Iterable[tuple[int, str, date, Decimal, int]]) -> None:
    """(part, bucket, day, quantity, level); one statement."""
    types = {"part_id": "bigint", "bucket": "text", "day": "date", "quantity": "numeric", "level": "smallint"}
    _write(PlanRow, types, release, rows)


def write_demand(release: Release, rows: Iterable[tuple[int, date, Decimal, int]]) -> None:
    """(part, day, quantity, level); one statement."""
    types = {"part_id": "bigint", "day": "date", "quantity": "numeric", "level": "smallint"}
    _write(Demand, types, release, rows, site_id=release.site_id)


def write_known(release: Release, rows: Iterable[tuple[int, date]]) -> None:
    """(part, last day of which its demand is known); one statement."""
    _write(KnownDemand, {"part_id": "bigint", "until": "date"}, release, rows, site_id=release.site_id)
