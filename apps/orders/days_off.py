"""Days on which the receiving site does not work: said when an order asks for one or an answer promises one.

Where the terms are strict they are refused before (`services.shared.check_worked`).
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from apps.calendars.selectors import days_of
from apps.common.dates import day_text

from .models import PurchaseOrder


def days_off(order: PurchaseOrder, wanted: Iterable[date]) -> list[str]:
    """What to say of requested or promised days; nothing where no calendar is kept. Three statements."""
    days = days_of(order.buyer_id, order.receiving_site_id)
    if days is None:
        return []
    site = str(order.receiving_site)
    return [
        _("%(day)s is a day off at %(site)s. The next working day is %(next)s.")
        % {"day": day_text(day), "site": site, "next": day_text(days.first_from(day))}
        for day in sorted(set(wanted))
        if not days.is_working(day)
    ]
