"""What one side wants of a line instead of what stands: whether it may be asked for, what rules it breaks, and the request
that it becomes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from apps.calendars.days import Days
from apps.common.errors import DomainError
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import side_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tenancy.terms import Terms, Way

from ..exceptions import (
    AlreadyClosed,
    AsItIs,
    ChangeOpen,
    DateInThePast,
    NothingChanged,
    OfferRepeated,
    OverConfirmed,
    QuantityOnItsWay,
    ReasonMissing,
    ReasonOfBuyers,
    WrongState,
)
from ..models import ChangeRequest, Confirmation, PurchaseOrder, ScheduleLine
from ..statuses import URGENT, Closure, Collaboration, ConfirmationState, Reason, reasons_to_ask
from .shared import Part, check_day, check_wish, check_worked, today_at


@dataclass(frozen=True)
class Change:
    """What one side wants of one schedule line instead of what stands; `more` splits it over further days."""

    schedule_line_id: int
    quantity: Decimal
    delivery_date: date
    more: Sequence[Part] = ()

    @property
    def parts(self) -> list[Part]:
        return sorted([Part(self.quantity, self.delivery_date), *self.more], key=lambda part: part.delivery_date)

    @property
    def total(self) -> Decimal:
        return sum((part.quantity for part in self.parts), Decimal(0))


def _is_counter(line: ScheduleLine, side: Side | None) -> bool:
    return side is Side.BUYER and line.status == Collaboration.CHANGE_PROPOSED


def refusal_by_way(order: PurchaseOrder, side: Side | None) -> DomainError | None:
    """Why a side may ask for no change of any line of an order; None where the firms' way of working lets it."""
    if side is Side.SUPPLIER and order.agreed.way != Way.FULL:
        return AsItIs(place="order", value=order.number)
    return None


def refusal_of_change(line: ScheduleLine, side: Side | None, *, has_open: bool, place: str = "") -> DomainError | None:
    """Why a side may not ask for a change of a line now, None where it may; a page offers what this does not refuse.

    Args:
        has_open: a request on the line waits already.
    """
    if has_open:
        return ChangeOpen(place=place, value=line.line.position)
    if line.status != Collaboration.CONFIRMED and not _is_counter(line, side):
        return WrongState(place=place, value=line.get_status_display())
    if line.closure is not Closure.OPEN:
        return AlreadyClosed(place=place, value=line.line.position)
    return None


def refusal_of_wish(
    change: Change, line: ScheduleLine, side: Side, *, has_open: bool, stands: Sequence[Part], place: str
) -> DomainError | None:
    """The same for one wish, which must differ from what stands; what else it breaks tells `broken_wishes`."""
    if refused := refusal_of_change(line, side, has_open=has_open, place=f"{place}.schedule_line"):
        return refused
    if same_parts(change.parts, stands):
        refusal = OfferRepeated if _is_counter(line, side) else NothingChanged
        return refusal(place=place, value=f"{change.total}, {change.parts[-1].delivery_date}")
    return None


def same_parts(parts: Iterable[Part], others: Iterable[Part]) -> bool:
    """Whether as much comes on each day, in however many portions."""
    return _by_day(parts) == _by_day(others)


def _by_day(parts: Iterable[Part]) -> dict[date, Decimal]:
    found: dict[date, Decimal] = {}
    for part in parts:
        found[part.delivery_date] = found.get(part.delivery_date, Decimal(0)) + part.quantity
    return found


def refusal_of_reason(reason: str, side: Side | None, *, place: str) -> DomainError | None:
    """Why a side may not give a reason, None where it may, or gives none."""
    if side is Side.SUPPLIER and reason in URGENT:
        return ReasonOfBuyers.given(reason, reasons_to_ask(side), place=place)
    if reason and reason not in Reason.values:
        return ReasonMissing(_("This is no reason of the list."), place=place, value=reason)
    return None


def broken_wishes(
    change: Change,
    line: ScheduleLine,
    order: PurchaseOrder,
    days: Days,
    is_confirmed: bool,
    place: str,
    *,
    most: Decimal | None = None,
) -> Iterator[DomainError]:
    """Every rule that a wish breaks.

    Args:
        most: of the pieces that a supplier may offer; those of the request and its tolerance where it is not given.
    """
    side, today = side_of(order) or Side.BUYER, today_at(order)
    checks = []
    for part in change.parts:
        wished = partial(check_wish, part.quantity, line.line.unit, is_confirmed=is_confirmed)
        checks.append(partial(wished, place=f"{place}.quantity"))
        day_place = f"{place}.delivery_date"
        checks.append(partial(check_day, part.delivery_date, today, place=day_place, is_confirmed=is_confirmed))
        checks.append(partial(check_worked, part.delivery_date, order.agreed, days, place=day_place))
    checks.append(partial(check_on_its_way, change.total, line, f"{place}.quantity"))
    for check in checks:
        try:
            check()
        except DomainError as error:
            yield error
    most = line.max_quantity if most is None else most
    if (side is Side.SUPPLIER or _is_counter(line, side)) and change.total > most:
        yield OverConfirmed(place=f"{place}.quantity", value=change.total, most=most)


def standing_parts(schedule_line_ids: Iterable[int]) -> dict[int, list[Part]]:
    """What stands on some lines, by line and in the order of days: the open offer, else what is confirmed."""
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    rows = Confirmation.objects.filter(schedule_line__in=list(schedule_line_ids), state__in=states)
    found: dict[int, list[Part]] = {}
    for pk, quantity, day in rows.order_by("delivery_date", "pk").values_list(
        "schedule_line_id", "quantity", "delivery_date"
    ):
        found.setdefault(pk, []).append(Part(quantity, day))
    return found


def check_on_its_way(quantity: Decimal, line: ScheduleLine, place: str) -> None:
    if quantity < line.shipped_quantity - line.rejected_quantity:
        raise QuantityOnItsWay(place=place, value=quantity, least=line.shipped_quantity - line.rejected_quantity)


def refusal_of_yes(change: ChangeRequest, line: ScheduleLine, order: PurchaseOrder) -> DomainError | None:
    """Why what one side asked for can no longer be agreed to, by whomever was asked; None where it can."""
    today = today_at(order)
    if change.delivery_date < today:
        return DateInThePast(place="change", value=change.delivery_date, today=today)
    try:
        check_on_its_way(change.quantity, line, "change")
    except QuantityOnItsWay as error:
        return error
    return None


def asked_row(
    change: Change,
    line: ScheduleLine,
    order: PurchaseOrder,
    reason: str,
    comment: str,
    due: datetime,
    *,
    answers_to: ChangeRequest | None = None,
) -> ChangeRequest:
    """The request of a wish, unsaved; a line with an offer that the buyer counters waits for the supplier again.

    Args:
        due: by when it is answered.
        answers_to: the buyer's request that a supplier's counter-proposal takes the place of.
    """
    side = side_of(order) or Side.BUYER
    is_counter = line.status == Collaboration.CHANGE_PROPOSED
    parts = change.parts
    request = ChangeRequest(
        **sides_of(line),
        schedule_line=line,
        side=side,
        is_counter=is_counter or answers_to is not None,
        answers_to=answers_to,
        old_quantity=line.answered_quantity if is_counter else line.confirmed_quantity,
        old_date=(line.proposed_date if is_counter else line.confirmed_date) or line.requested_date,
        quantity=change.total,
        delivery_date=parts[-1].delivery_date,
        part_quantities=[part.quantity for part in parts if len(parts) > 1],
        part_dates=[part.delivery_date for part in parts if len(parts) > 1],
        reason=reason,
        comment=comment,
        answer_due_at=due,
        created_by_id=require_scope().user_id,
    )
    if is_counter:
        # The offer stands until the counter-proposal is answered; meanwhile the line waits for the supplier again.
        line.status = Collaboration.ACKNOWLEDGED
        order.answer_due_at = due
    return request


def is_within(change: Change, line: ScheduleLine, terms: Terms, today: date, working: Days) -> bool:
    """Whether a supplier's change may be accepted by rule: outside the fence, within window and tolerance."""
    fence = working.shift(today, terms.freeze_days)
    days = [part.delivery_date for part in change.parts]
    is_outside = min(days[0], line.confirmed_date or days[0]) > fence
    in_window = all(keeps_window(day, line, terms, working) for day in days)
    return is_outside and change.total >= line.requested_quantity and in_window


def keeps_window(day: date, line: ScheduleLine, terms: Terms, days: Days) -> bool:
    """Whether a day lies in the agreed window around the requested one; an empty early window is open.

    The window is of working days of the receiving site: what is due on a day off is on time on the next that is worked.
    """
    # The day itself is never early, also where it is a day off and nothing is allowed before it.
    asked = line.requested_date
    earliest = min(asked, days.shift(asked, -terms.early_days)) if terms.early_days is not None else date.min
    return earliest <= day <= days.shift(line.requested_date, terms.late_days)
