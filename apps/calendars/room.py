"""Working calendars: weekdays, public holidays, own exceptions, shifts."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import FIRM, Entry, Room

ROOM = Room(
    floor=3,
    pages="calendars/",
    api="api/",
    checklist="checklist.checklist",
    navigation=(
        Entry(
            "calendars", _("Working calendar"), "calendar-days", "calendars:calendars", "view_partners", group=FIRM, place=5
        ),
    ),
    exported=(
        "WorkingCalendar",
        "CalendarDay",
        "Shift",
    ),
)
