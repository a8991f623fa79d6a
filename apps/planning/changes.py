"""What a plan says otherwise than the one that it replaces. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Place = tuple[int, str, date]  # part, bucket, day
Said = tuple[Decimal, int]  # quantity, commitment level


@dataclass(frozen=True, slots=True)
class Change:
    """One row; `old` None is new, `new` None is gone."""

    part_id: int
    bucket: str
    day: date
    old: Said | None
    new: Said | None

    @property
    def more(self) -> Decimal:
        """By how much the new plan asks for more; less is negative."""
        return (self.new[0] if self.new else Decimal(0)) - (self.old[0] if self.old else Decimal(0))


def changes(old: Mapping[Place, Said], new: Mapping[Place, Said], *, first_day: date) -> list[Change]:
    """In the order of the days.

    Args:
        first_day: of the new plan; what the old one said of days before is past, not gone.
    """
    places = [place for place in {*old, *new} if old.get(place) != new.get(place)]
    found = [Change(*place, old.get(place), new.get(place)) for place in places if place in new or place[2] >= first_day]
    return sorted(found, key=lambda change: (change.day, change.part_id, change.bucket))
