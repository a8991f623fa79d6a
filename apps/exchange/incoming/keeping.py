"""What a check found, kept row by row: sets of a hundred thousand are written without making objects of them."""

import json
from collections.abc import Hashable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connections

from apps.common.characters import clean, composed
from apps.common.incoming import Incoming, Standing, as_json
from apps.common.sql import insert_into
from apps.tenancy.scope import require_scope

from ..models import Import, ImportRow, RowState
from .checking import Checked, chosen_states

AT_ONCE = 5000  # rows written by one statement
TYPES = {
    **{"place": "int", "number": "int", "sheet": "text", "state": "text", "is_chosen": "bool", "group": "int"},
    **dict.fromkeys(("values", "before", "faults"), "jsonb"),
}
COLUMNS = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
KEPT = insert_into(
    ImportRow,
    f"FROM jsonb_to_recordset(%s::jsonb) r ({COLUMNS})",
    {"organization_id": "%s", "of_id": "%s", **{name: f'r."{name}"' for name in TYPES}},
)


def keep(made: Import, kind: Incoming, found: Sequence[Checked]) -> None:
    """In place of what the check before found."""
    made.rows.all().delete()
    counts = dict.fromkeys((state.value for state in RowState), 0)
    for row in found:
        counts[row.state] += 1
    rows = _rows(kind, found)
    with connections[require_scope().alias].cursor() as cursor:
        while some := list(islice(rows, AT_ONCE)):
            cursor.execute(KEPT, [made.organization_id, made.pk, json.dumps(some)])
    made.counts = counts


def _rows(kind: Incoming, found: Sequence[Checked]) -> Iterator[dict[str, Any]]:
    first: dict[Hashable, int] = {}
    sheets: dict[str, str] = {}
    chosen = chosen_states(kind)
    for place, row in enumerate(found):
        if (sheet := row.read.sheet) not in sheets:
            sheets[sheet] = clean(composed(sheet[:200]), "name", "sheet")
        yield {
            "place": place,
            "number": row.read.number,
            "sheet": sheets[sheet],
            "state": row.state.value,
            "is_chosen": row.state in chosen,
            "group": first.setdefault(row.group, place) if row.group is not None else place,
            "values": {name: as_json(value) for name, value in row.values.items()},
            "before": before_of(kind, row.standing),
            "faults": row.faults,
        }


def before_of(kind: Incoming, standing: Standing | None) -> dict[str, Any] | None:
    """What stood under a row's key, as it is kept with the row; None where nothing did."""
    if standing is None:
        return None
    return {one.name: as_json(standing.values[one.name]) for one in kind.fields if one.name in standing.values}
