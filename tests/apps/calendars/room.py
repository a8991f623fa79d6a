"""What working calendars show to the walks."""

from datetime import time, timedelta

from django.utils import timezone

from apps.calendars import services
from tests.rooms import Shown
from tests.world import as_person


def kept(world):
    """The supplier's calendar with an exception and a shift."""
    with as_person(world, "supplier"):
        calendar = services.keep_calendar(weekdays=[1, 2, 3, 4, 5])
        day = services.add_day(
            calendar_id=calendar.pk, day=timezone.localdate() + timedelta(days=30), is_working=False, note="창립기념일"
        )
        shift = services.add_shift(calendar_id=calendar.pk, name="주간", starts=time(8), ends=time(17))
    return calendar, day, shift


def things(world):
    calendar, day, shift = kept(world)
    return {
        r"^calendars/": calendar.pk,
        "<int:day_pk>": day.pk,
        "<int:shift_pk>": shift.pk,
        r"api/\^calendar-days/": day.pk,
        r"api/\^shifts/": shift.pk,
    }


SHOWN = Shown(
    things=things,
    fill=kept,
    values={
        "calendars.WorkingCalendar": {"weekdays": [1], "site": None},
        "calendars.Shift": {"starts": time(8), "ends": time(17)},
    },
    screens=(("calendar", "admin", "/calendars/"),),
    lists=(("/api/calendars/", 2), ("/api/calendar-days/", 2), ("/api/shifts/", 2)),
)
