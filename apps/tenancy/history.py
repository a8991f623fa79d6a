"""What happened to one row, from its history table."""

from collections.abc import Iterable, Sequence
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
    found = []
    for row in rows.values("pgh_created_at", "pgh_context", *names):
        user_id, organization_id = actor_of(row["pgh_context"])
        found.append((row["pgh_created_at"], user_id, organization_id, {name: row[name] for name in names}))
    return changes_of(found, names)


def actor_of(context: dict[str, Any] | None) -> tuple[int | None, int | None]:
    """The person and the firm that acted, as the record keeps them."""
    context = context or {}
    return context.get("user"), (context.get("organization") or [None])[0]


def changes_of(rows: Iterable[tuple[Any, int | None, int | None, dict[str, Any]]], names: Sequence[str]) -> list[Change]:
    """The entries of a log, newest first, from a row's versions (moment, person, firm, facts), the oldest first."""
    changes: list[Change] = []
    previous: dict[str, Any] | None = None
    for at, user_id, organization_id, facts in rows:
        if changed := tuple(n for n in names if previous is None or previous[n] != facts[n]):
            changes.append(Change(at, facts, user_id, organization_id, changed))
        previous = facts
    return changes[::-1]
