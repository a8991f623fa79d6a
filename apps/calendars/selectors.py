"""Reads of working calendars."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from apps.tenancy.access import own
from apps.tenancy.models import Site

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


def calendars_of(organization_ids: Collection[int]) -> dict[tuple[int, int | None], Days]:
    """The calendars of some firms, by firm and site, the firm's own under None; one statement."""
    day = CalendarDay.objects.filter(calendar=OuterRef("pk")).values(told=JSONObject(day="day", works="is_working"))
    rows = WorkingCalendar.objects.filter(organization_id__in=organization_ids).annotate(told=ArraySubquery(day))
    return {
        (row.organization_id, row.site_id): Days(
            row.weekdays,
            holidays().keys() if row.has_holidays else (),
            {date.fromisoformat(told["day"]): told["works"] for told in row.told},
        )
        for row in rows.order_by("pk")
    }


@dataclass(frozen=True)
class Place:
    """A site of the own firm with its working days; `days` None where no calendar is kept."""

    site: Site
    days: Days | None


def own_places() -> dict[int, Place]:
    """Every site of the own firm, the closed ones too, by id in the order of their codes; one statement."""
    day = CalendarDay.objects.filter(calendar=OuterRef("pk")).values(told=JSONObject(day="day", works="is_working"))
    calendar = WorkingCalendar.objects.filter(
        Q(site_id=OuterRef("pk")) | Q(site_id=None), organization_id=OuterRef("organization_id")
    ).values(told=JSONObject(site="site_id", weekdays="weekdays", holidays="has_holidays", days=ArraySubquery(day)))
    rows = Site.objects.that(own()).annotate(calendars=ArraySubquery(calendar)).order_by("code")
    return {row.pk: Place(row, _days_told(row.calendars)) for row in rows}


def _days_told(found: list[dict[str, Any]]) -> Days | None:
    chosen = next((row for row in found if row["site"] is not None), next(iter(found), None))
    if chosen is None:
        return None
    own_days = {date.fromisoformat(row["day"]): row["works"] for row in chosen["days"]}
    return Days(chosen["weekdays"], holidays().keys() if chosen["holidays"] else (), own_days)
