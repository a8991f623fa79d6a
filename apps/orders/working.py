"""Working days in orders: of the receiving site for windows and the fence, of who answers for the hours to answer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from apps.calendars.days import Days
from apps.calendars.selectors import days_of, working_days
from apps.tenancy.models import Site
from apps.tenancy.roles import Side

from .models import Confirmation, PurchaseOrder
from .statuses import ConfirmationState

AHEAD_DAYS = 120  # of which a form says that they are off


def receiving_days(order: PurchaseOrder) -> Days:
    """Of the receiving site; every day where no calendar is kept. Two statements."""
    return working_days(order.buyer_id, order.receiving_site_id)


def answer_due(order: PurchaseOrder, by: Side, start: datetime | None = None) -> datetime:
    """When the agreed hours have passed; hours of days on which the answering firm does not work do not count."""
    firm = order.supplier_id if by is Side.SUPPLIER else order.buyer_id
    days = working_days(firm, order.receiving_site_id if by is Side.BUYER else None)
    return days.after_hours(start or timezone.now(), order.agreed.answer_hours, order.receiving_site.time_zone)


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
