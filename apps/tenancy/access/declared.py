"""What a model declares: who reads its rows, who writes them, and which columns one party alone may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model, Q

from .predicates import Never, Predicate, nobody

if TYPE_CHECKING:
    from ..scope import Scope


NOBODY = nobody()


@dataclass(frozen=True)
class Guard:
    """Columns of a row that somebody may write, and who changes them once the row stands.

    Column rights belong to roles, and both sides come as `app`; so a trigger compares old and new.

    Attributes:
        columns: names of fields.
        by: true of the changed row when the change is allowed; nobody(): given with the row; sides(): either.
        first: who may also give a value where there is none yet.
        reason: why both sides write what the row says to both.
    """

    columns: tuple[str, ...]
    by: Predicate
    first: Predicate = NOBODY
    reason: str = ""


@dataclass(frozen=True)
class Access:
    """Who sees and changes the rows of a model, as the role `app`.

    Attributes:
        read: rows that may be seen.
        write: rows that may be inserted, changed and deleted; nobody(): only system jobs do.
        insert, update, delete: where one of them differs from `write`.
        guards: columns that not everybody changes who may change the row.
        reason: why a table is neither private, shared nor common.
    """

    read: Predicate
    write: Predicate = NOBODY
    insert: Predicate | None = None
    update: Predicate | None = None
    delete: Predicate | None = None
    guards: tuple[Guard, ...] = ()
    reason: str = ""

    def writes(self) -> dict[str, Predicate]:
        """Command → rows, for the commands that somebody may use at all."""
        given = {"insert": self.insert, "update": self.update, "delete": self.delete}
        found = {name: self.write if rows is None else rows for name, rows in given.items()}
        return {name: rows for name, rows in found.items() if not isinstance(rows, Never)}

    def seen(self, model: type[Model], scope: Scope) -> Q:
        """The first wall: which rows a manager gives under this scope."""
        return self.read.q(model, scope)

    def on_side(self, side: str, model: type[Model], scope: Scope) -> Q:
        """Rows on which the scope's firm is that side. Narrower than `seen`, without its `or`."""
        return (self.read.on_side(side) or NOBODY).q(model, scope)

    def history(self, read: Predicate | None = None) -> Access:
        """Of the table that keeps the rows' versions: seen by the same, or by fewer; written by triggers."""
        return Access(read or self.read, reason="versions of rows; triggers write them")
