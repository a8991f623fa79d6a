"""Working days: plain arithmetic over weekdays, public holidays and a firm's own exceptions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FAR = 3700  # days that are looked through for a working one


@dataclass(frozen=True)
class Days:
    """Which days somebody works.

    Attributes:
        weekdays: 1 Monday to 7 Sunday.
        off: public holidays. own: own exceptions, True where it is worked; they win over both.
    """

    weekdays: Collection[int]
    off: Collection[date]
    own: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        if day in self.own:
            return self.own[day]
        return day.isoweekday() in self.weekdays and day not in self.off

    def first_from(self, day: date) -> date:
        """That day, or the next one that is worked; itself where none is found in ten years."""
        return next((d for n in range(FAR) if self.is_working(d := day + n * DAY)), day)

    def shift(self, day: date, count: int) -> date:
        """So many working days later, counted from the day or the first worked after it; or earlier, from the day itself."""
        if count >= 0:
            moved = self.first_from(day)
            for _ in range(count):
                moved = self.first_from(moved + DAY)
            return moved
        moved = day
        for _ in range(-count):
            moved = next((d for n in range(1, FAR) if self.is_working(d := moved - n * DAY)), moved - DAY)
        return moved

    def after_hours(self, start: datetime, hours: int, zone: str) -> datetime:
        """The moment when so many hours of working days have passed; days off do not count.

        Args:
            zone: whose midnights part the days.
        """
        here = ZoneInfo(zone)
        left, moment = timedelta(hours=hours), start.astimezone(here)
        for _ in range(FAR):
            # In universal time: a day of summer time has 23 or 25 hours.
            midnight = datetime.combine(moment.date() + DAY, time(0), here)
            if self.is_working(moment.date()):
                rest = midnight.astimezone(start.tzinfo) - moment.astimezone(start.tzinfo)
                if left <= rest:
                    return moment.astimezone(start.tzinfo) + left
                left -= rest
            moment = midnight
        return start + timedelta(hours=hours)


# Of who keeps no calendar: for dates between two firms nobody knows a day off, so every day counts; plans and proposals of a
# firm's own take the usual week.
EVERY_DAY = Days(range(1, 8), (), {})
USUAL_WEEK = Days(range(1, 6), (), {})
