"""Changes of a firm's working calendars."""

from collections.abc import Iterable
from datetime import date, time

from django.db import IntegrityError, transaction

from apps.tenancy.access import own
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import Site
from apps.tenancy.scope import atomic, require_scope

from .exceptions import DayTaken, NoWorkingDay, ShiftTaken, ShiftWithoutTime, UnknownCalendar
from .models import CalendarDay, Shift, WorkingCalendar


@atomic
def keep_calendar(*, weekdays: Iterable[int], has_holidays: bool = True, site_id: int | None = None) -> WorkingCalendar:
    """Set the working days of the firm, or of one of its sites.

    Raises:
        NoWorkingDay: no weekday is named. UnknownOwnSite: not a site of the scope's firm.
    """
    chosen = sorted({day for day in weekdays if 1 <= day <= 7})
    if not chosen:
        raise NoWorkingDay(place="weekdays")
    if site_id is not None and not Site.objects.that(own()).filter(pk=site_id).exists():
        raise UnknownOwnSite(place="site", value=site_id)
    calendar, _made = WorkingCalendar.objects.update_or_create(
        organization_id=require_scope().organization_id,
        site_id=site_id,
        defaults={"weekdays": chosen, "has_holidays": has_holidays},
    )
    return calendar


@atomic
def add_day(*, calendar_id: int, day: date, is_working: bool, note: str = "") -> CalendarDay:
    """An exception: a day off, or one that is worked all the same.

    Raises:
        UnknownCalendar: not of the scope's firm. DayTaken: the day is one already.
    """
    calendar = _own(calendar_id)
    try:
        with transaction.atomic(using=require_scope().alias):
            return CalendarDay.objects.create(
                organization_id=calendar.organization_id, calendar=calendar, day=day, is_working=is_working, note=note
            )
    except IntegrityError as error:
        raise DayTaken(place="day", value=day) from error


@atomic
def remove_day(*, day_id: int) -> None:
    """
    Raises:
        UnknownCalendar: not an exception of the scope's firm.
    """
    if not CalendarDay.objects.that(own()).filter(pk=day_id).delete()[0]:
        raise UnknownCalendar(place="day", value=day_id)


@atomic
def add_shift(*, calendar_id: int, name: str, starts: time, ends: time) -> Shift:
    """
    Raises:
        UnknownCalendar: not of the scope's firm. ShiftWithoutTime, ShiftTaken: its times.
    """
    calendar = _own(calendar_id)
    if starts == ends:
        raise ShiftWithoutTime(place="ends", value=ends)
    try:
        with transaction.atomic(using=require_scope().alias):
            return Shift.objects.create(
                organization_id=calendar.organization_id, calendar=calendar, name=name, starts=starts, ends=ends
            )
    except IntegrityError as error:
        raise ShiftTaken(place="starts", value=starts) from error


@atomic
def remove_shift(*, shift_id: int) -> None:
    """
    Raises:
        UnknownCalendar: not a shift of the scope's firm.
    """
    if not Shift.objects.filter(pk=shift_id).delete()[0]:
        raise UnknownCalendar(place="shift", value=shift_id)


def _own(calendar_id: int) -> WorkingCalendar:
    calendar: WorkingCalendar | None = WorkingCalendar.objects.that(own()).filter(pk=calendar_id).first()
    if calendar is None:
        raise UnknownCalendar(place="calendar", value=calendar_id)
    return calendar
