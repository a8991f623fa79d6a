"""The buyer decides on what suppliers want instead, on lines of many orders at once: offers, and changes of what stands.

What may not be decided is named and left as it is, the rest is done; whoever wants all or none undoes it.
"""

from collections.abc import Mapping, Sequence

from django.utils import timezone

from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic

from ..exceptions import AnswerTooLate, OfferChanged, OfferGone
from ..models import ChangeRequest, Confirmation, ScheduleLine
from ..statuses import ChangeState, Collaboration, ConfirmationState
from ..working import answers_due
from .answering import drop_offer, take_offer
from .changing import accepted_parts, take_over
from .together import Locked, Refusals, lock_lines, tell
from .wishes import refusal_of_yes

OPEN_OFFER = Collaboration.CHANGE_PROPOSED


@atomic
def accept_offers(*, schedule_line_ids: Sequence[int], seen: Mapping[int, int] | None = None) -> Refusals:
    """Take what the suppliers want on some lines: an open offer, or the change that they ask for. Twelve statements at most.

    Args:
        seen: by line, which offer was read (`worklines.Standing.seen`); of another one nothing is taken.

    Returns:
        The lines on which nothing was done, each with the reason: OfferGone, OfferChanged, AnswerTooLate, DateInThePast,
        QuantityOnItsWay, UnknownLine.

    Raises:
        WrongSide: the scope is the supplier's of one of them.
    """
    locked, offers = _open(schedule_line_ids, seen or {})
    asked = {pk: change for pk, change in locked.changes.items() if pk in locked.lines}
    for pk, change in asked.items():
        line = locked.lines[pk]
        if pk not in locked.refused and (refused := refusal_of_yes(change, line, locked.order_of(line))):
            locked.refused[pk] = refused
    lines = [line for pk, line in locked.lines.items() if pk not in locked.refused]
    taken = [asked[line.pk] for line in lines if line.pk in asked]
    offered = [line for line in lines if line.pk not in asked]
    Confirmation.objects.filter(schedule_line__in=[line.pk for line in offered], state=ConfirmationState.PROPOSED).update(
        state=ConfirmationState.ACCEPTED
    )
    for line in offered:
        take_offer(line, offers[line.pk])
    _carry_out(taken, locked)
    orders = locked.save(lines, with_sums=True)
    # Last: only while the supplier's request is open may the buyer write what it asks for.
    ChangeRequest.objects.filter(pk__in=[change.pk for change in taken]).update(state=ChangeState.ACCEPTED)
    of_changes = {locked.lines[change.schedule_line_id].order_id for change in taken}
    of_offers = {line.order_id for line in offered}
    tell("order.change_accepted", [order for order in orders if order.pk in of_changes])
    tell("order.proposal_accepted", [order for order in orders if order.pk in of_offers])
    return locked.refused


@atomic
def decline_offers(*, schedule_line_ids: Sequence[int], seen: Mapping[int, int] | None = None) -> Refusals:
    """Turn down what the suppliers want on some lines. A line with an offer waits for an answer again; where a change was
    asked for, what stood stands on. Arguments, result and errors as of `accept_offers`."""
    locked, _offers = _open(schedule_line_ids, seen or {})
    lines = [line for pk, line in locked.lines.items() if pk not in locked.refused]
    refused = [locked.changes.pop(line.pk) for line in lines if line.pk in locked.changes]
    kept = {change.schedule_line_id for change in refused}
    offered = [line for line in lines if line.pk not in kept]
    Confirmation.objects.filter(schedule_line__in=[line.pk for line in offered], state=ConfirmationState.PROPOSED).update(
        state=ConfirmationState.DECLINED
    )
    for line in offered:
        drop_offer(line)
    again = {line.order_id for line in offered}
    for pk, due in answers_due([locked.orders[pk] for pk in sorted(again)], Side.SUPPLIER).items():
        locked.orders[pk].answer_due_at = due
    orders = locked.save(lines, with_sums=True)
    ChangeRequest.objects.filter(pk__in=[change.pk for change in refused]).update(state=ChangeState.REJECTED)
    of_changes = {locked.lines[pk].order_id for pk in kept}
    tell("order.change_rejected", [order for order in orders if order.pk in of_changes])
    tell("order.proposal_declined", [order for order in orders if order.pk in again])
    return locked.refused


def _open(ids: Sequence[int], seen: Mapping[int, int]) -> tuple[Locked, dict[int, list[Confirmation]]]:
    """The lines, those without anything to decide refused, and the answers that are offered on them."""
    locked = lock_lines(ids, Side.BUYER)
    offers: dict[int, list[Confirmation]] = {}
    rows = Confirmation.objects.filter(schedule_line__in=locked.lines, state=ConfirmationState.PROPOSED)
    for row in rows.order_by("delivery_date", "pk"):
        offers.setdefault(row.schedule_line_id, []).append(row)
    for pk, line in locked.lines.items():
        change = locked.changes.get(pk)
        is_asked = change is not None and change.side == Side.SUPPLIER
        if not is_asked and line.status != OPEN_OFFER:
            locked.refused[pk] = _gone(line)
        elif is_asked and change is not None and change.answer_due_at < timezone.now():
            told = timezone.localtime(change.answer_due_at).isoformat(timespec="minutes")
            locked.refused[pk] = AnswerTooLate(place="change", value=told)
        elif pk in seen and seen[pk] != (change.pk if is_asked and change else max(row.pk for row in offers[pk])):
            locked.refused[pk] = OfferChanged(place="schedule_lines", value=line.line.position)
    return locked, offers


def _gone(line: ScheduleLine) -> OfferGone:
    """Somebody decided before, or the supplier took it back: what stands now is said."""
    return OfferGone.standing(line.get_status_display(), line.confirmed_quantity, line.confirmed_date, line.line.position)


def _carry_out(changes: Sequence[ChangeRequest], locked: Locked) -> None:
    """The changes become what stands on their lines; requests and OTIF base dates stay, which the supplier does not move."""
    if not changes:
        return
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    ids = [change.schedule_line_id for change in changes]
    Confirmation.objects.filter(schedule_line__in=ids, state__in=states).update(state=ConfirmationState.SUPERSEDED)
    Confirmation.objects.bulk_create(row for change in changes for row in accepted_parts(change))
    for change in changes:
        line = locked.lines[change.schedule_line_id]
        take_over(change, line, locked.order_of(line))
        del locked.changes[line.pk]
