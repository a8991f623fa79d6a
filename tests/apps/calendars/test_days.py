"""Working days: weekdays, public holidays with their substitute days, own exceptions; and hours counted on them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.calendars.days import Days
from apps.calendars.korea import holidays, known_until

WEEK = Days((1, 2, 3, 4, 5), holidays().keys(), {})
SEOUL = "Asia/Seoul"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+09:00")


def test_weekends_holidays_and_substitute_days_are_off():
    # Independence Movement Day 2026 is a Sunday: the Monday after stands for it.
    assert [day for day in range(1, 9) if WEEK.is_working(date(2026, 3, day))] == [3, 4, 5, 6]


def test_own_exceptions_win():
    own = Days((1, 2, 3, 4, 5), holidays().keys(), {date(2026, 3, 2): True, date(2026, 3, 3): False})
    assert own.is_working(date(2026, 3, 2))
    assert own.first_from(date(2026, 3, 3)) == date(2026, 3, 4)


def test_every_new_year_and_chuseok_is_three_days_and_known_long_ahead():
    years = range(2026, known_until().year + 1)
    assert len(years) >= 10
    for year in years:
        names = [korean for day, (korean, _english) in holidays().items() if day.year == year]
        for feast in ("설날", "추석"):
            assert sum(feast in name and "대체" not in name for name in names) == 3, (year, feast)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24T10:00", 24, "2026-11-25T10:00"),  # Tuesday to Wednesday
        ("2026-11-27T10:00", 24, "2026-11-30T10:00"),  # Friday to Monday
        ("2026-11-28T10:00", 24, "2026-12-01T00:00"),  # Saturday: all of Monday
        ("2026-02-13T12:00", 48, "2026-02-20T12:00"),  # Friday noon over the new year of 16 to 18 February
    ],
)
def test_hours_are_counted_on_working_days(start, hours, due):
    assert WEEK.after_hours(at(start), hours, SEOUL) == at(due)


def test_a_day_of_summer_time_has_its_own_hours():
    every = Days(range(1, 8), (), {})
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert every.after_hours(start, 48, "Europe/Berlin") == start + timedelta(hours=48)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)), st.integers(1, 400), st.sets(st.integers(1, 7), min_size=1))
def test_a_deadline_lies_on_a_working_day_and_never_before_the_plain_one(moment, hours, weekdays):
    days, start = Days(weekdays, holidays().keys(), {}), moment.replace(tzinfo=UTC)
    due = days.after_hours(start, hours, SEOUL)
    assert due >= start + timedelta(hours=hours)
    here = (due - timedelta(microseconds=1)).astimezone(at("2026-01-01T00:00").tzinfo)
    assert days.is_working(here.date())
    assert days.after_hours(start, hours + 1, SEOUL) > due
