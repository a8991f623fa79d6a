"""Texts that begin with something, found by an ordinary index."""

from django.db.models import Q

LAST = "\U0010ffff"  # no text that people type begins with it


def begins(field: str, start: str) -> Q:
    """Texts of a column that begin so: as typed, in capitals, or in small letters.

    Written as a range, since the database compares by code point (`cluster/runtime/postgres.py`): behind a policy PostgreSQL
    lets only comparisons that tell nothing reach an index, and LIKE is none of these.
    """
    found = Q()
    for value in dict.fromkeys((start, start.upper(), start.lower())):
        found |= Q(**{f"{field}__gte": value, f"{field}__lt": value + LAST})
    return found
