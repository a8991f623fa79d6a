"""Changes of what stands: one side asks, the other answers before the deadline.

The buyer may counter an open proposal; both sides may ask to change a confirmed line. What each does to the four dates
is told in docs/glossary.md.
"""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from apps.common.errors import raise_all
from apps.events.services import emit
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import require_side, side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from ..exceptions import AnswerTooLate, ChangeAnswered, UnknownChange, UnknownLine
from ..models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from ..statuses import ChangeState, Collaboration, ConfirmationState, Reason
from ..working import answer_due, receiving_days
from .shared import lock_order, refresh_order, save_schedule, schedule_of, today_at
from .wishes import (
    Change,
    asked_row,
    broken_wishes,
    is_within,
    refusal_by_way,
    refusal_of_reason,
    refusal_of_wish,
    refusal_of_yes,
    standing_parts,
)


@atomic
def request_changes(
    *,
    order_id: int,
    changes: Sequence[Change],
    reason: str,
    comment: str = "",
    is_confirmed: bool = False,
    places: Sequence[str] = (),
) -> PurchaseOrder:
    """Ask the other side for other quantities or days; it has the agreed hours to answer.

    The supplier's request is accepted by rule when old and new day lie outside the freeze fence and the new one keeps
    window and tolerance. The buyer's request always needs the supplier's yes.

    Args:
        is_confirmed: days far ahead and very high quantities are meant.
        places: what the sender calls the changes, where not by their number among `lines`.

    Raises:
        UnknownOrder, UnknownLine: not an order or line of the scope's firm.
        WrongState: the line is neither confirmed nor, for the buyer, proposed otherwise. AlreadyClosed: it is done with.
        AsItIs: the supplier asks, and lines of the order are not negotiated.
        ChangeOpen: a request on the line waits already. NothingChanged: the wish is what stands; OfferRepeated: it counters
            an offer with what is offered.
        InvalidQuantity, HighQuantity, OverConfirmed, QuantityOnItsWay, DateInThePast, FarDate: the wish breaks a rule; its
            line is named, and all that is broken is told at once.
        ReasonOfBuyers: the supplier asks, for a reason that only a buyer has.
    """
    order = lock_order(order_id)
    side = side_of(order) or Side.BUYER
    if refused := refusal_by_way(order, side):
        raise refused
    schedule = {line.pk: line for line in schedule_of(order)}
    standing = standing_parts(change.schedule_line_id for change in changes)
    if not changes:
        raise UnknownLine(place="lines", value=0)
    taken = set(
        ChangeRequest.objects.filter(schedule_line__in=schedule, state=ChangeState.OPEN).values_list(
            "schedule_line_id", flat=True
        )
    )
    places = places or [f"lines[{index}]" for index in range(len(changes))]
    for place, change in zip(places, changes, strict=True):
        line = schedule.get(change.schedule_line_id)
        if line is None:
            raise UnknownLine(place=f"{place}.schedule_line", value=change.schedule_line_id)
        stands, has_open = standing.get(line.pk, []), line.pk in taken
        if refused := refusal_of_wish(change, line, side, has_open=has_open, stands=stands, place=place):
            raise refused
        taken.add(line.pk)
    days = receiving_days(order)
    broken = [
        error
        for place, change in zip(places, changes, strict=True)
        for error in broken_wishes(change, schedule[change.schedule_line_id], order, days, is_confirmed, place)
    ]
    if refused := refusal_of_reason(reason, side, place="reason"):
        broken.append(refused)
    raise_all(broken)
    due = answer_due(order, Side.BUYER if side is Side.SUPPLIER else Side.SUPPLIER)
    asked = [
        asked_row(change, schedule[change.schedule_line_id], order, Reason(reason).value, comment, due) for change in changes
    ]
    for change, request in zip(changes, asked, strict=True):
        if side is Side.SUPPLIER and is_within(change, request.schedule_line, order.agreed, today_at(order), days):
            request.state, request.is_automatic = ChangeState.ACCEPTED, True
    ChangeRequest.objects.bulk_create(asked)
    automatic = [request for request in asked if request.is_automatic]
    for request in automatic:
        _carry_out(request, request.schedule_line, order)
    save_schedule([request.schedule_line for request in asked])
    _refresh(order, schedule.values())
    name = "order.change_kept_within" if len(automatic) == len(asked) else "order.change_requested"
    emit(name, subject=order, label=order.number)
    return order


def _carry_out(request: ChangeRequest, line: ScheduleLine, order: PurchaseOrder) -> None:
    """The accepted wish becomes what stands. Only a buyer's change, or what the supplier offered instead of it, moves the
    request and the OTIF base date."""
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    line.confirmations.filter(state__in=states).update(state=ConfirmationState.SUPERSEDED)
    Confirmation.objects.bulk_create(accepted_parts(request))
    take_over(request, line, order)


def accepted_parts(request: ChangeRequest) -> list[Confirmation]:
    """The rows that keep an accepted wish."""
    return [
        Confirmation(
            **sides_of(request),
            schedule_line_id=request.schedule_line_id,
            quantity=quantity,
            delivery_date=day,
            reason=request.reason,
            comment=request.comment,
            state=ConfirmationState.ACCEPTED,
            is_automatic=request.is_automatic,
            created_by_id=require_scope().user_id,
        )
        for quantity, day in request.parts
    ]


def take_over(request: ChangeRequest, line: ScheduleLine, order: PurchaseOrder) -> None:
    """Bring a line, and where the buyer asked its order, to an accepted wish, without saving."""
    line.status = Collaboration.CONFIRMED
    line.proposed_date = None
    line.answered_quantity = line.confirmed_quantity = request.quantity
    line.confirmed_date = request.delivery_date
    if line.first_confirmed_date is None:
        line.first_confirmed_date = line.otif_base_date = request.delivery_date
    elif request.side == Side.BUYER or request.is_counter:
        line.otif_base_date = request.delivery_date
    if request.answers_to is not None:
        # The request is the buyer's own wish, as with an offer on a new line; what goes beyond it was requested before.
        before, wish = line.requested_quantity, request.answers_to
        line.requested_quantity, line.requested_date = wish.quantity, wish.delivery_date
        if request.quantity > line.max_quantity:
            line.requested_quantity = before
        order.revision += 1
    if request.side == Side.BUYER and not request.is_counter:
        line.requested_quantity, line.requested_date = request.quantity, request.delivery_date
        order.revision += 1


@atomic
def accept_change(*, change_id: int) -> PurchaseOrder:
    """Say yes to the other side's request.

    Raises:
        UnknownChange: not visible in this scope. WrongSide: it is one's own request.
        ChangeAnswered: it is no longer open. AnswerTooLate: its deadline has passed.
        DateInThePast, QuantityOnItsWay: it can no longer be kept.
    """
    request, order, line = _open_request(change_id, answers=True)
    if refused := refusal_of_yes(request, line, order):
        raise refused
    request.state = ChangeState.ACCEPTED
    _carry_out(request, line, order)
    return _settle(request, order, line, "order.change_accepted")


@atomic
def reject_change(*, change_id: int) -> PurchaseOrder:
    """Say no to the other side's request; what stood before stands on: an offer waits for the buyer again.

    Raises:
        UnknownChange, WrongSide, ChangeAnswered, AnswerTooLate: as for `accept_change`.
    """
    request, order, line = _open_request(change_id, answers=True)
    request.state = ChangeState.REJECTED
    restore(request, line)
    return _settle(request, order, line, "order.change_rejected")


@atomic
def withdraw_change(*, change_id: int) -> PurchaseOrder:
    """Take one's own request back.

    Raises:
        UnknownChange, WrongSide, ChangeAnswered: as for `accept_change`.
    """
    request, order, line = _open_request(change_id, answers=False)
    request.state = ChangeState.WITHDRAWN
    restore(request, line)
    return _settle(request, order, line, "order.change_withdrawn")


@atomic
def expire_change(*, change_id: int) -> bool:
    """Close a request whose deadline has passed; called by the hourly task of the firm that asked.

    Returns:
        Whether it was open and too late.
    """
    request = ChangeRequest.objects.filter(pk=change_id, state=ChangeState.OPEN, answer_due_at__lt=timezone.now()).first()
    if request is None:
        return False
    request, order, line = _open_request(change_id, answers=False)
    request.state = ChangeState.EXPIRED
    restore(request, line)
    _settle(request, order, line, "order.change_expired")
    return True


def close_open_changes(
    order: PurchaseOrder, schedule: Iterable[ScheduleLine], state: ChangeState, *, of: Side | None = None
) -> None:
    """End the open requests, of one side or of both, on lines that were answered anew, cancelled or closed."""
    rows = ChangeRequest.objects.filter(schedule_line__in=list(schedule), state=ChangeState.OPEN)
    rows = rows.filter(side=of) if of else rows
    if order.open_change_side and rows.update(state=state):
        order.open_change_side = _open_side(order)


def _open_request(change_id: int, *, answers: bool) -> tuple[ChangeRequest, PurchaseOrder, ScheduleLine]:
    found = ChangeRequest.objects.filter(pk=change_id).values_list("schedule_line__order_id", flat=True).first()
    if found is None:
        raise UnknownChange(place="change", value=change_id)
    order = lock_order(found)
    rows = ChangeRequest.objects.select_for_update(of=("self",)).select_related("schedule_line__line", "answers_to")
    request = rows.get(pk=change_id)
    asker = Side(request.side)
    other = Side.SUPPLIER if asker is Side.BUYER else Side.BUYER
    require_side(request, other if answers else asker)
    if request.state != ChangeState.OPEN:
        raise ChangeAnswered(place="change", value=request.get_state_display())
    if answers and request.answer_due_at < timezone.now():
        raise AnswerTooLate(place="change", value=timezone.localtime(request.answer_due_at).isoformat(timespec="minutes"))
    return request, order, request.schedule_line


def restore(request: ChangeRequest, line: ScheduleLine) -> None:
    """After a counter-proposal of the buyer's that came to nothing the supplier's offer waits for it, as it did before."""
    if request.is_counter and request.side == Side.BUYER:
        line.status = Collaboration.CHANGE_PROPOSED


def _settle(request: ChangeRequest, order: PurchaseOrder, line: ScheduleLine, event: str) -> PurchaseOrder:
    save_schedule([line])
    _refresh(order, order.schedule_lines.select_related("line"), settled=request)
    # Last: while a buyer's request is open, and only then, the supplier may write into the line what it asks for.
    request.save(update_fields=["state"])
    emit(event, subject=order, label=order.number)
    return order


def _refresh(order: PurchaseOrder, schedule: Iterable[ScheduleLine], settled: ChangeRequest | None = None) -> None:
    order.open_change_side = _open_side(order, settled)
    is_asked_anew = (
        settled is not None
        and (settled.side, settled.state) == (Side.BUYER, ChangeState.ACCEPTED)
        and not settled.is_counter
    )
    refresh_order(order, schedule, is_asked_anew=is_asked_anew)


def _open_side(order: PurchaseOrder, settled: ChangeRequest | None = None) -> str:
    rows = ChangeRequest.objects.filter(schedule_line__order=order, state=ChangeState.OPEN)
    if settled is not None:
        rows = rows.exclude(pk=settled.pk)
    sides = set(rows.values_list("side", flat=True))
    return "both" if len(sides) > 1 else next(iter(sides), "")
