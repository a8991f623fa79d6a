"""Weeks as plans name them: by their Monday. No Django."""

from datetime import date, timedelta


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
