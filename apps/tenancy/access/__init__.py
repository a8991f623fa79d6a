"""Who sees and changes what. A model says it once, in `access`; both walls are compiled from that one object.

The first wall is the manager's condition (`scope.py`), the second PostgreSQL's row-level security, written by `migrate`
(`install.py`). A walk compares them row by row for every model and person (`tests/walk/test_walls.py`).
"""

from .declared import Access, Guard
from .grants import granted
from .predicates import (
    Predicate,
    linked,
    member,
    nobody,
    office,
    own,
    partner,
    person,
    side,
    sides,
    where,
)

__all__ = [
    "Access",
    "Guard",
    "Predicate",
    "granted",
    "linked",
    "member",
    "nobody",
    "office",
    "own",
    "partner",
    "person",
    "side",
    "sides",
    "where",
]
