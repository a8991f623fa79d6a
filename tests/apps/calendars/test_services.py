"""Calendars are kept by their firm and read by its trading partners."""

from datetime import date, time, timedelta

import pytest

from apps.calendars import selectors, services
from apps.calendars.exceptions import DayTaken, NoWorkingDay, ShiftTaken, ShiftWithoutTime, UnknownCalendar
from apps.tenancy.exceptions import UnknownOwnSite
from tests.world import as_person

from .room import kept

MONDAY, SATURDAY = date(2026, 11, 30), date(2026, 11, 28)


def days(world, who, firm, site=None):
    with as_person(world, who):
        return selectors.days_of(firm.pk, site and site.pk)


def test_partners_read_the_days_and_neighbours_do_not(world):
    kept(world)
    assert not days(world, "buyer", world.supplier).is_working(SATURDAY)
    assert days(world, "stranger", world.supplier) is None
    assert days(world, "buyer", world.stranger) is None
    with as_person(world, "buyer"):
        assert not selectors.shifts().exists()
        assert selectors.exceptions().count() == 1
    with as_person(world, "coordinator"):
        assert not selectors.calendars().exists()


def test_a_site_with_its_own_calendar_goes_by_it_and_the_others_by_the_firms(world):
    with as_person(world, "supplier"):
        services.keep_calendar(weekdays=[1, 2, 3, 4, 5])
        services.keep_calendar(weekdays=[6, 7], site_id=world.supplier_site.pk)
    assert days(world, "supplier", world.supplier).is_working(MONDAY)
    assert not days(world, "supplier", world.supplier, world.supplier_site).is_working(MONDAY)


def test_kept_again_it_is_the_same_calendar(world):
    calendar, _day, _shift = kept(world)
    with as_person(world, "supplier"):
        again = services.keep_calendar(weekdays=[1, 6], has_holidays=False)
        assert again.pk == calendar.pk
        assert selectors.days_of(world.supplier.pk).is_working(SATURDAY)


def test_what_contradicts_is_refused(world):
    calendar, day, shift = kept(world)
    add_day, add_shift = services.add_day, services.add_shift
    nine = {"calendar_id": calendar.pk, "name": "x", "ends": time(9)}
    for who, error, act, values in (
        ("supplier", NoWorkingDay, services.keep_calendar, {"weekdays": []}),
        ("supplier", UnknownOwnSite, services.keep_calendar, {"weekdays": [1], "site_id": world.site.pk}),
        ("supplier", DayTaken, add_day, {"calendar_id": calendar.pk, "day": day.day, "is_working": True}),
        ("supplier", ShiftTaken, add_shift, nine | {"starts": time(8)}),
        (
            "supplier",
            ShiftWithoutTime,
            add_shift,
            nine | {"starts": time(9)},
        ),
        ("buyer-admin", UnknownCalendar, add_day, {"calendar_id": calendar.pk, "day": MONDAY, "is_working": True}),
        ("buyer-admin", UnknownCalendar, services.remove_day, {"day_id": day.pk}),
        ("buyer-admin", UnknownCalendar, services.remove_shift, {"shift_id": shift.pk}),
    ):
        with as_person(world, who), pytest.raises(error):
            act(**values)


def test_a_night_shift_ends_on_the_next_day(world):
    calendar, _day, shift = kept(world)
    assert shift.hours == 9
    with as_person(world, "supplier"):
        assert services.add_shift(calendar_id=calendar.pk, name="야간", starts=time(22), ends=time(6)).hours == 8


def test_in_the_browser(world, client_of):
    client = client_of("supplier")
    assert "No calendar is kept yet" in client.get("/calendars/").content.decode()
    assert client.post("/calendars/", {"has_holidays": "on"}).status_code == 422
    assert client.post("/calendars/", {"weekdays": [1, 2, 3, 4, 5], "has_holidays": "on"}).status_code == 302
    page = client.get("/calendars/?month=2026-03").content.decode()
    assert "Alternative holiday for Independence Movement Day" in page
    with as_person(world, "supplier"):
        calendar = selectors.own_calendars().get()
    path = f"/calendars/{calendar.pk}/"
    assert client.post(f"{path}days/", {"day": "2026-12-24", "is_working": "off", "note": "Winter"}).status_code == 302
    assert client.post(f"{path}days/", {"day": "2026-12-24", "is_working": "work"}).status_code == 422
    assert "Winter" in client.get("/calendars/?month=2026-12").content.decode()
    assert client.post(f"{path}shifts/", {"name": "Day", "starts": "08:00", "ends": "17:00"}).status_code == 302
    assert "9 hours" in client.get("/calendars/").content.decode()
    assert client.get(f"/calendars/?site={world.site.pk}").status_code == 404
    assert client_of("supplier-quality").post("/calendars/", {"weekdays": [1]}).status_code == 403


def test_over_the_api(world, api_of):
    api = api_of("supplier")
    calendar = api.post("/api/calendars/", {"weekdays": [1, 2, 3]})
    assert calendar.status_code == 201
    assert api.post("/api/calendars/", {"weekdays": []}).json()["code"] == "no_working_day"
    day = api.post("/api/calendar-days/", {"calendar": calendar.json()["id"], "day": "2026-12-24", "is_working": False})
    assert day.status_code == 201
    assert [row["day"] for row in api_of("buyer").get("/api/calendar-days/").json()["results"]] == ["2026-12-24"]
    shift = api.post("/api/shifts/", {"calendar": calendar.json()["id"], "name": "Day", "starts": "08:00", "ends": "17:00"})
    assert shift.status_code == 201
    assert api_of("buyer").get("/api/shifts/").json()["results"] == []
    assert api.delete(f"/api/calendar-days/{day.json()['id']}/").status_code == 204
    assert api.delete(f"/api/shifts/{shift.json()['id']}/").status_code == 204


def test_an_order_for_a_day_off_says_so_and_is_not_refused(world, client_of):
    with as_person(world, "buyer-admin"):
        services.keep_calendar(weekdays=[7])
    day = date.today() + timedelta(days=10)
    day += timedelta(days=day.isoweekday() == 7)
    body = {"relation": world.relation.pk, "site": world.site.pk, "part": world.part.pk, "quantity": "10", "act": "draft"}
    page = client_of("buyer").post("/orders/new/", body | {"date": day.isoformat()}, follow=True)
    assert page.status_code == 200
    assert "is a day off at Asan" in page.content.decode()
