"""The page of working calendars: a month at a glance, weekdays, exceptions, shifts; of the firm or of one site."""

from calendar import Calendar as Weeks
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.pages import attempt, page, show_beside
from apps.common.period import months_later, read_id, read_month
from apps.tenancy import selectors as tenancy
from apps.tenancy.checks import require_act
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.scope import require_scope

from . import selectors, services
from .days import USUAL_WEEK
from .exceptions import UnknownCalendar
from .forms import DayForm, ShiftForm, WeekForm
from .korea import holidays, known_until
from .models import WorkingCalendar

AROUND = 24  # months that the page leads to, before and after this one


@require_http_methods(["GET", "POST"])
@page("view_partners")
def calendars(request: HttpRequest) -> HttpResponse:
    """Weekdays and holidays are set here, for the firm or for one of its sites."""
    site_id = read_id(request.GET.get("site"), "site")
    found = selectors.own_calendars().filter(site_id=site_id).first()
    form = WeekForm(request.POST) if request.method == "POST" else None
    if form is not None:
        require_act("manage_calendars")
        if form.is_valid():
            _done, error = attempt(services.keep_calendar, site_id=site_id, **form.cleaned_data)
            if error is None:
                messages.success(request, _("The calendar has been saved."))
                return redirect(_address(site_id))
            show_beside(form, error)
    return _shown(request, site_id, found, week=form)


def _address(site_id: int | None) -> str:
    return reverse("calendars:calendars") + (f"?site={site_id}" if site_id else "")


def _shown(request: HttpRequest, site_id: int | None, found: WorkingCalendar | None, **forms: Form | None) -> HttpResponse:
    sites = list(tenancy.own_sites())
    site = next((row for row in sites if row.pk == site_id), None)
    if site_id is not None and site is None:
        raise UnknownOwnSite(place="site", value=site_id)
    today = timezone.localdate()
    first = read_month(request.GET["month"])[0] if request.GET.get("month") else today.replace(day=1)
    may = "manage_calendars" in require_scope().acts
    weekdays = found.weekdays if found else list(USUAL_WEEK.weekdays)
    week = {"weekdays": weekdays, "has_holidays": found.has_holidays if found else True}
    context = {
        "sites": sites,
        "site": site,
        "calendar": found,
        "weeks": _weeks(first, today, selectors.days_of(require_scope().organization_id, site_id), _notes(found)),
        "first": first,
        "before": f"{months_later(first, -1):%Y-%m}" if first > months_later(today, -AROUND) else "",
        "after": f"{months_later(first, 1):%Y-%m}" if first < months_later(today, AROUND) else "",
        "week": (forms.get("week") or WeekForm(initial=week)) if may else None,
        "day": (forms.get("day") or DayForm()) if may and found else None,
        "shift": (forms.get("shift") or ShiftForm()) if may and found else None,
        "exceptions": selectors.exceptions().filter(calendar=found, day__gte=today) if found else [],
        "shifts": list(selectors.shifts().filter(calendar=found)) if found else [],
        "known_until": known_until(),
    }
    return render(request, "calendars/calendars.html", context, status=422 if request.method == "POST" else 200)


def _notes(found: WorkingCalendar | None) -> dict[date, str]:
    return dict(selectors.exceptions().filter(calendar=found).values_list("day", "note")) if found else {}


def _weeks(first: date, today: date, days: Any, notes: dict[date, str]) -> list[list[dict[str, Any]]]:
    """A month week by week, each day with its name and whether it is worked; None where no calendar is kept."""
    is_korean = (get_language() or "ko").startswith("ko")
    names = {day: korean if is_korean else english for day, (korean, english) in holidays().items()}
    return [
        [
            {
                "day": day,
                "is_here": day.month == first.month,
                "is_today": day == today,
                "is_working": days.is_working(day) if days else None,
                "name": notes.get(day) or (names.get(day, "") if days is None or day in days.off else ""),
                "is_own": day in notes,
            }
            for day in week
        ]
        for week in Weeks().monthdatescalendar(first.year, first.month)
    ]


def _added(name: str, form_class: Any, service: Any, text: Any) -> Any:
    """A view that adds something to a calendar, or shows what is wrong beside its form."""

    @require_POST
    @page("manage_calendars")
    def run(request: HttpRequest, pk: int) -> HttpResponse:
        found = _own(pk)
        form = form_class(request.POST)
        if form.is_valid():
            _done, error = attempt(service, calendar_id=pk, **form.cleaned_data)
            if error is None:
                messages.success(request, str(text))
                return redirect(_address(found.site_id))
            show_beside(form, error)
        return _shown(request, found.site_id, found, **{name: form})

    return run


def _removed(service: Any, argument: str, text: Any) -> Any:
    @require_POST
    @page("manage_calendars")
    def run(request: HttpRequest, pk: int, **others: int) -> HttpResponse:
        found = _own(pk)
        service(**{f"{argument}_id": others[f"{argument}_pk"]})
        messages.success(request, str(text))
        return redirect(_address(found.site_id))

    return run


def _own(pk: int) -> WorkingCalendar:
    found: WorkingCalendar | None = selectors.own_calendars().filter(pk=pk).first()
    if found is None:
        raise UnknownCalendar(place="calendar", value=pk)
    return found


add_day = _added("day", DayForm, services.add_day, gettext_lazy("The exception has been added."))
add_shift = _added("shift", ShiftForm, services.add_shift, gettext_lazy("The shift has been added."))
remove_day = _removed(services.remove_day, "day", gettext_lazy("The exception has been removed."))
remove_shift = _removed(services.remove_shift, "shift", gettext_lazy("The shift has been removed."))
