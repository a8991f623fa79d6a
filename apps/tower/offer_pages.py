"""Order proposals as they are shown: each with its reason in words, and chosen or not before anybody looks."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .limits import short_text
from .ordering import Offer


def offers(found: Sequence[Offer], chosen: Sequence[str] | None) -> list[dict[str, Any]]:
    """What to order, with its reason in words; those that can still arrive in time are chosen where nobody chose yet."""
    return [
        {
            "offer": offer,
            "site": str(offer.need.site),
            "why": "; ".join(_reasons(offer)),
            "is_chosen": offer.key in chosen if chosen is not None else _is_usual(offer),
        }
        for offer in found
    ]


def _is_usual(offer: Offer) -> bool:
    """Chosen before anybody looks: in time, and nothing ordered waits for a day or comes a little later: it would be ordered
    twice."""
    return not offer.proposal.is_late and not offer.need.undated and not offer.is_ordered


def _reasons(offer: Offer) -> list[str]:
    return [*_falls(offer), *_counted(offer), *_ordered(offer), *_shared(offer)]


def _falls(offer: Offer) -> list[str]:
    """What is missing of what should lie there, and from when on, as the page of the part says it."""
    p, rule, unit = offer.proposal, offer.need.rule, offer.need.part.unit
    words = short_text(rule, p.needed_on, p.gap, unit)
    if not offer.need.is_known:
        alone = _("by stock alone: no demand known")
        words = f"{words} ({alone})"
    values = {"n": quantity_text(p.missing), "unit": unit_text(unit), "day": day_text(max(p.arrives, p.needed_on))}
    if rule.is_up_to_maximum:
        return [words, _("ordered up to the maximum of %(n)s %(unit)s") % (values | {"n": quantity_text(rule.maximum)})]
    return [words, _("by up to %(n)s %(unit)s in the week from %(day)s on") % values]


def _counted(offer: Offer) -> list[str]:
    """What is reckoned here otherwise than on the page of the part, so that its days are other ones."""
    unit, found = unit_text(offer.need.part.unit), []
    if offer.drafted:
        words = _("counted: %(n)s %(unit)s that lie in drafts")
        found.append(words % {"n": quantity_text(offer.drafted), "unit": unit})
    if before := offer.proposal.counted:
        words = _("counted: %(n)s %(unit)s that are proposed for earlier days")
        found.append(words % {"n": quantity_text(before), "unit": unit})
    if offer.since:
        words = _("short on %(day)s too, but what is ordered comes before a new delivery could")
        found.append(words % {"day": day_text(offer.since)})
    return found


def _ordered(offer: Offer) -> list[str]:
    """What is ordered already and does not help."""
    unit, found = unit_text(offer.need.part.unit), []
    cause = offer.cause
    if offer.need.undated:
        late = cause if cause and cause.expected is None else next(row for row in offer.need.late if row.expected is None)
        words = _("%(n)s %(unit)s are ordered already, without a valid day: ask first (%(order)s)")
        found.append(words % {"n": quantity_text(offer.need.undated), "unit": unit, "order": late.order_number})
    if cause is not None and cause.expected is not None:
        words = _("%(n)s %(unit)s of %(order)s come too late on %(day)s: ask for an earlier day first")
        values = {"n": quantity_text(cause.quantity), "unit": unit, "order": cause.order_number}
        found.append(words % (values | {"day": day_text(cause.expected)}))
    return found


def _shared(offer: Offer) -> list[str]:
    """Why this supplier, where several deliver the part."""
    if offer.share is None:
        return []
    share = f"{(offer.share * 100).normalize():f}"
    if offer.is_for_time and offer.proposal.is_late:
        return [_("its share is %(share)s %%, and it delivers first") % {"share": share}]
    if offer.is_for_time:
        return [_("its share is %(share)s %%, and it can deliver in time") % {"share": share}]
    return [_("its share is %(share)s %%") % {"share": share}]
