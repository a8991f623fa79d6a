"""What all acts on orders need: the lock, the checks, and the order's own counters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from apps.calendars.days import Days
from apps.common.units import is_quantity
from apps.tenancy.checks import require_side, side_of
from apps.tenancy.roles import Side
from apps.tenancy.terms import Terms

from ..exceptions import DateInThePast, FarDate, HighQuantity, InvalidQuantity, LongAgo, NotWorked, UnknownOrder, WrongState
from ..models import PurchaseOrder, ScheduleLine
from ..statuses import ATTENTION, AWAITS_SUPPLIER, ENDED, Closure, Collaboration, Fulfilment
from .drafted import Drafted

HORIZON = timedelta(days=3 * 366)
HALF_A_YEAR = timedelta(days=183)
HIGH_QUANTITY = Decimal(10) ** 9
# What an order keeps of its schedule lines; its sums move with what is asked for alone.
COLUMNS = (
    *("is_draft", "published_at", "answer_due_at", "answered_at", "status", "unanswered_count"),
    *("requested_date", "promised_date", "due_date", "revision", "open_change_side", "fulfilment", "closure"),
)
SUMS = ("amount", "quantity", "currency")


@dataclass(frozen=True)
class Part:
    """One part of an answer or a wish: so much on that day."""

    quantity: Decimal
    delivery_date: date


def lock_order(order_id: int, side: Side | None = None) -> PurchaseOrder:
    """The order, locked until the transaction ends, with its relation, terms and site; `side` None lets both sides act.

    Raises:
        UnknownOrder: not visible in this scope.
        WrongSide: the scope is the other side's.
    """
    rows = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("relation", "terms", "receiving_site")
    order = rows.filter(pk=order_id).first()
    if order is None:
        raise UnknownOrder(place="order", value=order_id)
    require_side(order, side or side_of(order) or Side.BUYER)
    return order


def schedule_of(order: PurchaseOrder) -> QuerySet[ScheduleLine]:
    """The order's schedule lines, locked, each with its line."""
    return order.schedule_lines.select_related("line").select_for_update(of=("self",)).order_by("pk")


def today_at(order: PurchaseOrder) -> date:
    """Today in the calendar of the receiving site."""
    return timezone.localdate(timezone=ZoneInfo(order.receiving_site.time_zone))


def require_state(order: PurchaseOrder, *states: Collaboration) -> None:
    if order.status not in states:
        raise WrongState(place="order", value=order.get_status_display())


def check_quantity(quantity: Decimal, unit: str, *, place: str) -> None:
    if not is_quantity(quantity, unit):
        raise InvalidQuantity(place=place, value=quantity)


def check_wish(quantity: Decimal, unit: str, *, place: str, is_confirmed: bool = False) -> None:
    """A quantity that somebody asks for; answers and deliveries are held to what was asked.

    Raises:
        InvalidQuantity: see `check_quantity`. HighQuantity: so high that it is hardly meant, and nobody said that it is.
    """
    check_quantity(quantity, unit, place=place)
    if not is_confirmed and quantity >= HIGH_QUANTITY:
        raise HighQuantity(place=place, value=quantity)


def check_day(day: date, today: date, *, place: str, is_confirmed: bool = False) -> None:
    """
    Raises:
        DateInThePast: before today. FarDate: so far ahead that it is hardly meant, and nobody said that it is.
    """
    if day < today:
        raise DateInThePast(place=place, value=day, today=today)
    if not is_confirmed and day > today + HORIZON:
        raise FarDate(place=place, value=day, today=today)


def check_worked(day: date, terms: Terms, days: Days, *, place: str) -> None:
    """
    Raises:
        NotWorked: a day off at the receiving site, and the agreed terms refuse these.
    """
    if terms.is_strict and not days.is_working(day):
        raise NotWorked(place=place, value=day, next=days.first_from(day))


def check_past_day(day: date, today: date, *, place: str, is_confirmed: bool = False) -> None:
    """
    Raises:
        LongAgo: of what may lie in the past, so long ago that it is hardly meant, and nobody said that it is.
    """
    if not is_confirmed and day < today - HALF_A_YEAR:
        raise LongAgo(place=place, value=day, today=today)


def save_schedule(lines: Sequence[ScheduleLine]) -> None:
    ScheduleLine.objects.bulk_update(
        lines,
        [
            *("status", "answered_quantity", "confirmed_quantity", "proposed_date"),
            *("confirmed_date", "first_confirmed_date", "otif_base_date", "requested_quantity", "requested_date"),
            *("closed_short_reason", "rejected_reason", "rejected_comment"),
        ],
    )


def refresh_order(order: PurchaseOrder, schedule: Iterable[ScheduleLine], *, is_asked_anew: bool = False) -> None:
    """Bring the order's state, counters and dates to what its schedule lines say; one statement.

    The sums over what is asked for are the buyer's: an act of the supplier leaves them as they are.

    Args:
        is_asked_anew: the supplier said yes to a change of the buyer's, so that they move too.
    """
    derive(order, schedule)
    sums = SUMS if is_asked_anew or side_of(order) is not Side.SUPPLIER else ()
    order.save(update_fields=[*COLUMNS, *sums])


def derive(order: PurchaseOrder, schedule: Iterable[ScheduleLine | Drafted]) -> None:
    """Compute what an order keeps of its schedule lines, without saving; their `line` is loaded already."""
    lines = sorted(schedule, key=lambda line: (line.line.position, line.sequence))
    # What a revision took out costs nothing; of an order that was cancelled as a whole it stays to be read.
    counted = [line for line in lines if line.status != Collaboration.CANCELLED] or lines
    order.amount = sum(((line.line.unit_price or Decimal(0)) * line.requested_quantity for line in counted), Decimal(0))
    order.quantity = lines[0].requested_quantity
    states = {Collaboration(line.status) for line in lines}
    order.status = next(state for state in ATTENTION if state in states)
    order.unanswered_count = sum(line.status in AWAITS_SUPPLIER for line in lines)
    # Where nobody was to answer, no answer came: an order that counts as confirmed has no hour for one.
    if order.answered_at is None and order.answer_due_at and not order.unanswered_count:
        order.answered_at = timezone.now()
    alive = [line for line in lines if line.status not in ENDED]
    waiting = [line for line in alive if line.closure is Closure.OPEN]
    order.fulfilment = _fulfilment({line.fulfilment for line in alive})
    order.closure = Closure.OPEN
    if not waiting and alive:
        short = any(line.closure is Closure.SHORT for line in alive)
        order.closure = Closure.SHORT if short else Closure.COMPLETE
    if waiting:
        # Both dates of a list row come from one line, so that their difference is a fact: the one that slips most.
        shown = max(waiting, key=lambda line: (_slip_days(line), -line.requested_date.toordinal()))
        order.requested_date = shown.requested_date
        order.promised_date = shown.proposed_date or shown.confirmed_date
    order.due_date = min((line.confirmed_date or line.requested_date for line in waiting), default=None)


def _fulfilment(found: set[Fulfilment]) -> Fulfilment:
    """The order's fulfilment, from those of its living lines."""
    if len(found) == 1:
        return next(iter(found))
    if found & {Fulfilment.RECEIVED, Fulfilment.PARTLY_RECEIVED}:
        return Fulfilment.PARTLY_RECEIVED
    return Fulfilment.PARTLY_SHIPPED if found else Fulfilment.OPEN


def _slip_days(line: ScheduleLine | Drafted) -> int:
    """Days from the requested to the proposed or confirmed day; 0 without an answer."""
    promised = line.proposed_date or line.confirmed_date
    return (promised - line.requested_date).days if promised else 0
