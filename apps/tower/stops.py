"""Parts whose line stops as far as plans know, and those of which it stops if suppliers' offers hold."""

from collections.abc import Collection, Iterable

from apps.planning.selectors import planned_parts

from .need import Need
from .needs import lined, needs
from .offered import offered


def planned_needs(parts: Collection[int] | None = None) -> list[Need]:
    """What plans need of parts, without the lines by which pieces come; of one that is made here its material is watched
    instead."""
    planned = planned_parts(parts)
    found = needs(parts=planned, with_lines=False).values() if planned else ()
    return [need for need in found if need.needed is not None and not need.is_made]


def stops_of(planned: Iterable[Need]) -> list[Need]:
    """Of what plans need that whose line stops, with what causes it: the first to stop first, of those the largest gap; what
    rests on stale stock or plans is none. One statement, or none for none."""
    known = lined([need for need in planned if need.stop is not None and not need.is_stale])
    return sorted(known, key=lambda need: (need.stop, -need.gap, need.part.number))


def more_as_proposed(planned: Iterable[Need]) -> int:
    """Parts whose line does not stop as it stands and stops if open offers hold; four statements, or none where no offer
    moves as many pieces as are left on the lowest day."""
    moved = [need for need in planned if need.offered > 0 and need.projected and need.stop is None]
    found = offered({need.place: need for need in lined([need for need in moved if min(need.projected) < need.offered])})
    return sum(row.effect.offered_stop is not None for row in found.values())
