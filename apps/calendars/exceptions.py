from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound


class NoWorkingDay(DomainError):
    code = "no_working_day"
    title = _("The calendar has no working day.")
    rule = _("A calendar has at least one weekday on which it is worked.")
    remedy = _("Choose at least one weekday.")


class UnknownCalendar(NotFound):
    code = "unknown_calendar"
    title = _("There is no such calendar.")
    rule = _("A firm keeps a calendar of its own, and of each of its sites if need be.")


class DayTaken(Conflict):
    code = "calendar_day_taken"
    title = _("This day is an exception already.")
    rule = _("A day is an exception of a calendar once.")
    remedy = _("Remove the exception first.")


class ShiftTaken(Conflict):
    code = "shift_taken"
    title = _("Another shift begins then.")
    rule = _("At one time one shift of a calendar begins.")
    remedy = _("Choose another beginning.")


class ShiftWithoutTime(DomainError):
    code = "shift_without_time"
    title = _("The shift would last no time.")
    rule = _("A shift does not end when it begins.")
    remedy = _("Choose another end.")
