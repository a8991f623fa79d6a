"""What happened to one row, from its history table."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One entry of a row's history.

    Attributes:
        facts: the watched fields after the change.
        changed: those of them that changed.
    """

    at: Any
    facts: dict[str, Any]
    user_id: int | None
    organization_id: int | None
    changed: tuple[str, ...]


def history_of(model: Any, pk: int, *names: str) -> list[Change]:
    """Changes of some fields of one row, newest first, as the scope's firm may see them; one query."""
    rows = model.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    changes: list[Change] = []
    previous: dict[str, Any] | None = None
    for row in rows.values("pgh_created_at", "pgh_context", *names):
        changed = tuple(n for n in names if previous is None or previous[n] != row[n])
        if changed:
            context = row["pgh_context"] or {}
            organization = (context.get("organization") or [None])[0]
            facts = {name: row[name] for name in names}
            changes.append(Change(row["pgh_created_at"], facts, context.get("user"), organization, changed))
        previous = row
    return changes[::-1]


@dataclass(frozen=True)
class Deed:
    """One value that an act changed in one row, or gave it when the row was written (then `old` is None)."""

    at: Any
    user_id: int | None
    model: Any
    row_id: int
    column: str
    old: Any
    new: Any
    facts: dict[str, Any]


def deeds_of(
    model: Any, told: tuple[str, ...], *, keep: tuple[str, ...] = (), first: bool = True, **where: Any
) -> list[Deed]:
    """Every change of the told columns of the rows that `where` names, the oldest first; one query.

    Args:
        keep: columns given along as `facts`, to say which row it is.
        first: whether what a row was written with counts as a deed.
    """
    rows = model.pgh_event_model.objects.filter(**where).order_by("pgh_id")
    before: dict[int, dict[str, Any]] = {}
    deeds: list[Deed] = []
    for row in rows.values("pgh_created_at", "pgh_context", "pgh_obj_id", *told, *keep):
        old = before.get(row["pgh_obj_id"])
        user_id, facts = (row["pgh_context"] or {}).get("user"), {name: row[name] for name in keep}
        for name in told if old is not None or first else ():
            was = None if old is None else old[name]
            if row[name] != was and not (old is None and row[name] in ("", [])):
                deeds.append(Deed(row["pgh_created_at"], user_id, model, row["pgh_obj_id"], name, was, row[name], facts))
        before[row["pgh_obj_id"]] = row
    return deeds
