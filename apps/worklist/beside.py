"""What an order's lines do to the buyer's own stock, beside them: when a line stops, and what an open wish makes of it."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.common.rooms import Beside
from apps.orders.statuses import ENDED, Closure
from apps.orders.worklines import Standing
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tower.effects import effect
from apps.tower.need import Need
from apps.tower.need_rows import state_of
from apps.tower.needs import needs
from apps.tower.pages import cover_words
from apps.ui.texts import quantity, unit

from . import cells


def beside_lines(order: Any, side: Side | None) -> dict[int, list[Beside]]:
    """For the buyer alone, of lines that are still open; as many statements as `needs`, none where no line is open."""
    if side is not Side.BUYER or "view_outlook" not in require_scope().acts:
        return {}
    open_lines = []
    for line in order.shown_lines:
        for item in line.schedule:
            if item.status not in ENDED and item.closure is Closure.OPEN:
                item.order, item.line = order, line  # so that neither is read again
                open_lines.append(Standing(item))
    known = needs(parts={found.part.part_id for found in open_lines}) if open_lines else {}
    told = {}
    for found in open_lines:
        if need := known.get((found.part.part_id, order.receiving_site_id)):
            told[found.id] = [_stock(need, found), *_wish(need, found)]
    return told


def _stock(need: Need, found: Standing) -> Beside:
    """The state of the part at the site, as the outlook says it, and the pieces that are missing by this very line."""
    notes = []
    causes = (cause for _stop, named in need.shortages for cause in named)
    if missing := sum(cause.quantity for cause in causes if cause.late and cause.late.schedule_line_id == found.id):
        notes.append(_("%(amount)s missing by this line") % {"amount": f"{quantity(missing)} {unit(need.part.unit)}"})
    if need.days and not need.is_stale:
        notes.append(_("Days of supply: %(n)s") % {"n": cover_words(need.days[0].cover)})
    return Beside(state_of(need), reverse("tower:need", args=[need.part.pk, need.site_id]), " · ".join(notes))


def _wish(need: Need, found: Standing) -> list[Beside]:
    """The stop with what the supplier offers, or with what we ask for."""
    asked, offered = (_("With what we ask for"), "work:lines"), (_("With what is offered"), "work:offers")
    for parts, (words, to) in ((found.asked, asked), (found.offered, offered)):
        if parts and (made := effect(need, [(found, parts)])):
            shown: SafeString = cells.effect_text(made)
            tone = "bad" if made.is_worse else "mute"
            return [Beside((words, "message-square-diff", tone), reverse(to), shown)]
    return []
