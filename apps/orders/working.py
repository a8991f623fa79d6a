"""Working days in orders: of the receiving site for windows and the fence, of who answers for the hours to answer."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.calendars.days import EVERY_DAY, Days
from apps.calendars.selectors import calendars_of, days_of
from apps.tenancy.models import Site
from apps.tenancy.roles import Side

from .models import Confirmation, PurchaseOrder
from .statuses import ConfirmationState

AHEAD_DAYS = 120  # of which a form says that they are off


def receiving_days(order: PurchaseOrder) -> Days:
    """Of the receiving site; every day where no calendar is kept. One statement."""
    return receiving_days_of([order])[order.pk]


def answer_due(order: PurchaseOrder, by: Side, start: datetime | None = None) -> datetime:
    """When the agreed hours have passed; hours of days on which the answering firm does not work do not count. One
    statement."""
    return answers_due([order], by, start)[order.pk]


def answers_due(orders: Iterable[PurchaseOrder], by: Side, start: datetime | None = None) -> dict[int, datetime]:
    """The same for many orders, by their ids; one statement, none for no order."""
    orders, start = list(orders), start or timezone.now()
    places = {
        order.pk: (order.supplier_id, None) if by is Side.SUPPLIER else (order.buyer_id, order.receiving_site_id)
        for order in orders
    }
    days = _days_at(places)
    return {
        order.pk: days[order.pk].after_hours(start, order.agreed.answer_hours, order.receiving_site.time_zone)
        for order in orders
    }


def receiving_days_of(orders: Iterable[PurchaseOrder]) -> dict[int, Days]:
    """Working days of the receiving site of each order, by the order's id; one statement, none for no order."""
    return _days_at({order.pk: (order.buyer_id, order.receiving_site_id) for order in orders})


def _days_at(places: Mapping[int, tuple[int, int | None]]) -> dict[int, Days]:
    """By key the working days of a site of a firm, else of the firm; every day where no calendar is kept."""
    known = calendars_of({firm for firm, _site in places.values()}) if places else {}
    return {key: known.get((firm, site)) or known.get((firm, None)) or EVERY_DAY for key, (firm, site) in places.items()}


def is_day_off(order: PurchaseOrder, day: date) -> bool:
    """Whether the supplier does not work that day, so that nobody there is reminded."""
    found = days_of(order.supplier_id)
    return found is not None and not found.is_working(day)


def with_days_off(sites: list[Site]) -> list[Site]:
    """The same sites, each with its days `off` of the time in which an order is usually wanted; two statements a site."""
    today = timezone.localdate()
    for site in sites:
        found = days_of(site.organization_id, site.pk)
        ahead = (today + timedelta(days=n) for n in range(AHEAD_DAYS)) if found else ()
        site.off = [day.isoformat() for day in ahead if found and not found.is_working(day)]  # type: ignore[attr-defined]
    return sites


def wanted_days(order: PurchaseOrder) -> Iterable[date]:
    return order.schedule_lines.values_list("requested_date", flat=True)


def promised_days(order: PurchaseOrder) -> Iterable[date]:
    """Of answers that stand or are offered."""
    states = (ConfirmationState.PROPOSED, ConfirmationState.ACCEPTED)
    return Confirmation.objects.filter(schedule_line__order=order, state__in=states).values_list("delivery_date", flat=True)


def start_of_today(order: PurchaseOrder) -> datetime:
    """When this day began at the receiving site."""
    zone = ZoneInfo(order.receiving_site.time_zone)
    return datetime.combine(timezone.localdate(timezone=zone), time.min, zone)
