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
