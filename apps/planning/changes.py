"""What a plan says otherwise than the one that it replaces. No Django here."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

L = TypeVar("L", bound=Hashable)  # how far it is committed: a level, or the quantity of each
Place = tuple[int, str, date]  # part, bucket, day


@dataclass(frozen=True, slots=True)
class Change(Generic[L]):
    """One row; `old` None is new, `new` None is gone."""

    part_id: int
    bucket: str
    day: date
    old: tuple[Decimal, L] | None
    new: tuple[Decimal, L] | None

    @property
    def more(self) -> Decimal:
        """By how much the new plan asks for more; less is negative."""
        return (self.new[0] if self.new else Decimal(0)) - (self.old[0] if self.old else Decimal(0))


def changes(
    old: Mapping[Place, tuple[Decimal, L]], new: Mapping[Place, tuple[Decimal, L]], *, first_day: date
) -> list[Change[L]]:
    """In the order of the days.

    Args:
        first_day: of the new plan; what the old one said of days before is past, not gone.
    """
    places = [place for place in {*old, *new} if old.get(place) != new.get(place)]
    found = [Change(*place, old.get(place), new.get(place)) for place in places if place in new or place[2] >= first_day]
    return sorted(found, key=lambda change: (change.day, change.part_id, change.bucket))
