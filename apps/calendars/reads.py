"""What statements of other rooms may ask of working calendars."""

from .korea import holidays


def shifted(firm: str, site: str, day: str, count: str) -> str:
    """So many working days later than a day, as `Days.shift` counts them; plain days where no calendar is kept.

    It looks at each day between, so a statement asks it last, where plain days do not answer. Its parameter: holidays.
    """
    return f"calendars_shift({firm}, {site}, {day}, {count}, %(holidays)s::date[])"


def holidays_parameter() -> list[str]:
    """For `holidays`, the public ones."""
    return [day.isoformat() for day in sorted(holidays())]
