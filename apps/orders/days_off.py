"""Days on which the receiving site does not work: said when an order asks for one, never refused."""

from django.utils.translation import gettext as _

from apps.calendars.selectors import days_of
from apps.common.dates import day_text

from .models import PurchaseOrder


def days_off(order: PurchaseOrder) -> list[str]:
    """What to say of the order's requested days; nothing where no calendar is kept. Three statements."""
    days = days_of(order.buyer_id, order.receiving_site_id)
    if days is None:
        return []
    wanted = sorted(set(order.schedule_lines.values_list("requested_date", flat=True)))
    site = str(order.receiving_site)
    return [
        _("%(day)s is a day off at %(site)s. The next working day is %(next)s.")
        % {"day": day_text(day), "site": site, "next": day_text(days.first_from(day))}
        for day in wanted
        if not days.is_working(day)
    ]
