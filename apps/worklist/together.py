"""What several lines do to the stock together, a part at a time: each alone may leave enough, and all of them not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.orders.services import Part
from apps.orders.worklines import Standing
from apps.tower.effects import Effect, effect
from apps.tower.need import Need, Place

from . import cells

Wanted = tuple[Need | None, Standing, Sequence[Part]]


@dataclass(frozen=True)
class Joint:
    """One own part at one site, and all that some lines bring of it instead of what stands.

    Attributes:
        found: the first of the lines, for how the part is called.
        effect: None where nothing is known of the part's demand or stock.
    """

    found: Standing
    count: int
    effect: Effect | None

    @property
    def is_worse(self) -> bool:
        return self.effect is not None and self.effect.is_worse

    @property
    def lines(self) -> str:
        return ngettext("%(n)s line", "%(n)s lines", self.count) % {"n": self.count}

    @property
    def stop_cell(self) -> SafeString:
        return cells.effect_text(self.effect)

    @property
    def least_cell(self) -> SafeString:
        return cells.least_text(self.effect)

    @property
    def order(self) -> tuple[bool, date, str]:
        """What is worse off first, then what stops first."""
        stop = self.effect.day(self.effect.offered_stop) if self.effect else None
        return (not self.is_worse, stop or date.max, self.found.part.buyer_number)


HEADS = (
    gettext_lazy("Part"),
    gettext_lazy("Lines"),
    gettext_lazy("Line stops, now → then"),
    gettext_lazy("Lowest stock, now → then"),
)


def together(wanted: Iterable[Wanted]) -> list[Joint]:
    """What becomes of each part at each site where all these lines bring what is offered or asked for; no statement."""
    of_place: dict[Place, list[Wanted]] = {}
    for row in wanted:
        if row[2]:
            of_place.setdefault((row[1].part.part_id, row[1].order.receiving_site_id), []).append(row)
    found = (
        Joint(rows[0][1], len(rows), effect(rows[0][0], [(standing, parts) for _need, standing, parts in rows]))
        for rows in of_place.values()
    )
    return sorted(found, key=lambda row: row.order)


def together_context(joint: Sequence[Joint]) -> dict[str, Any]:
    """For `worklist/_together.html`."""
    return {"joint": joint, "heads": HEADS, "words": words(joint), "is_worse": any(row.is_worse for row in joint)}


def words(found: Sequence[Joint]) -> str:
    """What all of it comes to, before it is done."""
    worse, unknown = sum(row.is_worse for row in found), sum(row.effect is None for row in found)
    if worse:
        said = ngettext("%(n)s part is worse off by it.", "%(n)s parts are worse off by it.", worse) % {"n": worse}
    elif unknown == len(found):
        return _("Demand or stock is not known, so nothing is said of line stops.")
    else:
        said = _("No part is worse off by it.")
    if unknown:
        said += " " + ngettext("Of %(n)s nothing is known.", "Of %(n)s nothing is known.", unknown) % {"n": unknown}
    return said
