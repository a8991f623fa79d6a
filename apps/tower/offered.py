"""What suppliers offer instead of what stands, beside the outlook that counts what was asked for or confirmed.

Nobody has said yes to an offer, so the outlook does not count it: turned down, it never was. Whoever decides on it, or
relies on the stock meanwhile, sees here what becomes of the part if it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.orders.worklines import Standing, standing
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .effects import Effect, effect
from .need import Need, Place
from .pages import SOON, behind_words


@dataclass(frozen=True)
class Offered:
    """A part at a site with all open offers of its lines together."""

    effect: Effect
    lines: Sequence[Standing]

    @property
    def need(self) -> Need:
        """As it is if the offers hold."""
        return self.effect.offered

    @property
    def state(self) -> tuple[str, str, str] | None:
        """In words, with an icon, where the line stops by the offers that would not, or sooner, or stops as it would and has
        more missing; None where it is not worse."""
        stop = self.effect.offered_stop
        if not self.effect.is_worse or stop is None:
            return None
        words = _("As proposed, the line stops %(when)s") % {"when": behind_words(stop)}
        if self.effect.missing is not None:
            more, stop = self.effect.missing
            told = {"amount": f"{quantity_text(more)} {unit_text(self.need.part.unit)}", "when": behind_words(stop)}
            words = _("As proposed, %(amount)s more missing %(when)s") % told
        return words, "message-square-diff", "bad" if stop <= SOON else "warn"

    def becomes_short(self, index: int) -> bool:
        """Whether a day ends below zero by the offers alone."""
        return self.need.days[index].projected < 0 <= self.effect.need.days[index].projected


def offered(known: Mapping[Place, Need]) -> dict[Place, Offered]:
    """Of each need on which an offer is open, and whose stock and demand are known; three statements, or none for none."""
    ids = {row.schedule_line_id for need in known.values() for row in (*need.late, *need.later) if row.is_offered}
    by_place: dict[Place, list[Standing]] = {}
    for row in standing(ids).values() if ids else ():
        if row.offered:
            by_place.setdefault((row.part.part_id, row.order.receiving_site_id), []).append(row)
    found = {}
    for place, lines in by_place.items():
        lines.sort(key=lambda row: (row.row.requested_date, row.id))
        if (done := effect(known.get(place), [(row, row.offered) for row in lines])) is not None:
            found[place] = Offered(done, lines)
    return found


def offer_text(row: Standing) -> str:
    """What an offer changes, in one line."""
    return _("%(order)s, proposed: %(new)s %(unit)s on %(new_day)s instead of %(old)s on %(old_day)s") % {
        "order": row.order.number,
        "new": quantity_text(sum(part.quantity for part in row.offered)),
        "new_day": day_text(max(part.delivery_date for part in row.offered)),
        "old": quantity_text(sum(part.quantity for part in row.before)),
        "old_day": day_text(max(part.delivery_date for part in row.before)),
        "unit": unit_text(row.unit),
    }
