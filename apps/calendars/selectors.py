"""Reads of working calendars."""

from django.db.models import Q, QuerySet

from apps.tenancy.access import own

from .days import EVERY_DAY, Days
from .korea import holidays
from .models import CalendarDay, Shift, WorkingCalendar


def own_calendars() -> QuerySet[WorkingCalendar]:
    return WorkingCalendar.objects.that(own()).select_related("site").order_by("pk")


def calendars() -> QuerySet[WorkingCalendar]:
    """Those of the own firm and of its trading partners."""
    return WorkingCalendar.objects.order_by("pk")


def exceptions() -> QuerySet[CalendarDay]:
    return CalendarDay.objects.order_by("day", "pk")


def shifts() -> QuerySet[Shift]:
    return Shift.objects.order_by("starts", "pk")


def days_of(organization_id: int, site_id: int | None = None) -> Days | None:
    """The working days of a site, else those of its firm; None where no calendar is kept. Two statements."""
    rows = WorkingCalendar.objects.filter(organization_id=organization_id)
    found = list(rows.filter(Q(site_id=site_id) | Q(site_id=None)))
    chosen = next((row for row in found if row.site_id == site_id), next(iter(found), None))
    return days_by(chosen) if chosen is not None else None


def working_days(organization_id: int, site_id: int | None = None) -> Days:
    """As `days_of`; every day where no calendar is kept. Two statements."""
    return days_of(organization_id, site_id) or EVERY_DAY


def days_by(calendar: WorkingCalendar) -> Days:
    own_days = dict(CalendarDay.objects.filter(calendar=calendar).values_list("day", "is_working"))
    return Days(calendar.weekdays, holidays().keys() if calendar.has_holidays else (), own_days)
