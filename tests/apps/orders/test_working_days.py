"""Days off count for nothing: windows and the fence by the receiving site's calendar, hours to answer by who answers."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone

from apps.accounts.pages import attempt
from apps.calendars import reads, selectors
from apps.calendars import services as calendars
from apps.calendars.days import Days
from apps.calendars.korea import holidays
from apps.orders import exceptions, services
from apps.orders.days_off import days_off
from apps.orders.models import ChangeRequest, ScheduleLine
from apps.orders.services.wishes import keeps_window
from apps.orders.working import promised_days
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tower import scorecard
from tests.chain import announced, confirmed, received, schedule_of
from tests.world import as_if, as_person, in_days, published

EVERY = [1, 2, 3, 4, 5, 6, 7]
CHUSEOK = next(
    day for day, (korean, _english) in sorted(holidays().items()) if korean == "추석 대체 휴일" and day > in_days(0)
)


def keep(world, who, *off, weekdays=EVERY, site=None):
    """A calendar of the person's firm with these days off and no others, if it works all weekdays."""
    with as_person(world, who):
        kept = calendars.keep_calendar(weekdays=weekdays, has_holidays=False, site_id=site)
        for day in off:
            calendars.add_day(calendar_id=kept.pk, day=day, is_working=False)
    return kept


def agree(world, **terms):
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), **terms)


def line_for(day: date) -> ScheduleLine:
    return ScheduleLine(requested_date=day)


def test_what_is_due_at_chuseok_is_on_time_on_the_first_day_that_is_worked():
    days = Days((1, 2, 3, 4, 5), holidays().keys(), {})
    eve = next(CHUSEOK - timedelta(days=n) for n in range(1, 6) if "전날" in holidays()[CHUSEOK - timedelta(days=n)][0])
    first = days.first_from(CHUSEOK)
    assert first > CHUSEOK
    terms = TradingRelation(early_days=0, late_days=0)
    assert keeps_window(first, line_for(eve), terms, days)
    assert not keeps_window(days.shift(first, 1), line_for(eve), terms, days)
    assert keeps_window(days.shift(first, 1), line_for(eve), TradingRelation(early_days=0, late_days=1), days)
    assert keeps_window(eve, line_for(eve), terms, days)  # as asked is as asked, also on a day off
    assert not keeps_window(eve - timedelta(days=1), line_for(eve), terms, days)


def test_an_early_window_counts_days_that_are_worked():
    days = Days((1, 2, 3, 4, 5), holidays().keys(), {})
    first = days.first_from(CHUSEOK)
    before = days.shift(first, -1)
    assert (first - before).days > 3
    assert keeps_window(before, line_for(first), TradingRelation(early_days=1, late_days=0), days)
    assert not keeps_window(before - timedelta(days=1), line_for(first), TradingRelation(early_days=1, late_days=0), days)


@pytest.mark.parametrize(("off", "status"), [((), "change_proposed"), ((10,), "confirmed")])
def test_an_answer_is_held_against_the_receiving_sites_calendar(world, off, status):
    keep(world, "buyer-admin", *(in_days(day) for day in off), site=world.site.pk)
    keep(world, "supplier", in_days(20))  # the supplier's says nothing about it
    order = published(world, days=10)
    with as_person(world, "supplier"):
        parts = [services.Part(line.requested_quantity, in_days(11)) for line in schedule_of(order)]
        answers = [services.Answer(schedule_of(order)[0].pk, parts, "material")]
        assert services.answer_order(order_id=order.pk, answers=answers).status == status


def test_the_hours_to_answer_are_those_of_days_on_which_the_supplier_works(world):
    keep(world, "supplier", in_days(0), in_days(1))
    keep(world, "buyer-admin", *(in_days(n) for n in range(2, 9)))
    order = published(world)
    with as_person(world, "buyer"):
        zone = ZoneInfo(world.site.time_zone)
        begins = datetime.combine(in_days(2), time(0), zone)
        assert order.answer_due_at == begins + timedelta(hours=world.relation.answer_hours)


def test_the_hours_to_answer_a_change_are_those_of_who_answers_it(world):
    order = confirmed(world, days=15)
    keep(world, "buyer-admin", in_days(0))
    with as_person(world, "supplier"):
        change = services.Change(schedule_of(order)[0].pk, Decimal(100), in_days(20))
        services.request_changes(order_id=order.pk, changes=[change], reason="material")
        due = ChangeRequest.objects.get().answer_due_at
    begins = datetime.combine(in_days(1), time(0), ZoneInfo(world.site.time_zone))
    assert due == begins + timedelta(hours=world.relation.answer_hours)


def test_nobody_is_reminded_on_a_day_off(world):
    order = published(world)
    with as_person(world, "buyer"):
        as_if(type(order).objects.filter(pk=order.pk), answer_due_at=timezone.now() - timedelta(hours=1))
    kept = keep(world, "supplier", in_days(0))
    with as_person(world, "supplier"):
        assert not services.remind_unanswered(order_id=order.pk)
        calendars.remove_day(day_id=kept.days.get().pk)
        assert services.remind_unanswered(order_id=order.pk)


def test_a_promise_on_a_day_off_is_said(world):
    keep(world, "buyer-admin", in_days(10))
    order = published(world, days=10)
    with as_person(world, "supplier"):
        done = services.answer_order(order_id=order.pk, answers=_as_asked(order))
        assert len(days_off(done, promised_days(done))) == 1


def test_a_promise_on_a_day_off_is_refused_where_the_terms_are_strict(world):
    keep(world, "buyer-admin", in_days(10))
    agree(world, is_strict=True)
    with as_person(world, "buyer"):
        as_if(type(world.part).objects.filter(pk=world.part.pk), lead_time_days=0)
    with as_person(world, "buyer"):
        _none, refused = attempt(lambda: _order(world, Decimal(10), in_days(10)))
        assert isinstance(refused, exceptions.NotWorked)
        assert (refused.place, refused.value, refused.facts["next"]) == (
            "lines[0].requested_date",
            in_days(10),
            in_days(11),
        )
        order = services.publish_order(order_id=_order(world, Decimal(10), in_days(30)).pk)
    with as_person(world, "supplier"):
        answer = services.Answer(schedule_of(order)[0].pk, [services.Part(Decimal(10), in_days(10))], "material")
        _none, refused = attempt(services.answer_order, order_id=order.pk, answers=[answer])
        assert isinstance(refused, exceptions.NotWorked)
        assert refused.place == "lines[0].parts[0].delivery_date"
        assert schedule_of(order)[0].answered_quantity == 0


def test_packs_and_lead_time_are_refused_where_the_terms_are_strict_and_nowhere_else(world):
    with as_person(world, "buyer"):
        as_if(type(world.part).objects.filter(pk=world.part.pk), pack_size=Decimal(12), lead_time_days=14)
        assert _order(world, Decimal(10), in_days(3)).is_draft
    agree(world, is_strict=True)
    with as_person(world, "buyer"):
        _none, refused = attempt(lambda: _order(world, Decimal(10), in_days(3)))
        found = {(type(one), one.place) for one in (refused, *refused.others)}
        assert found == {
            (exceptions.NotWholePacks, "lines[0].quantity"),
            (exceptions.BeforeLeadTime, "lines[0].requested_date"),
        }
        assert _order(world, Decimal(24), in_days(14)).is_draft


@pytest.mark.parametrize(("off", "on_time"), [((), 0), ((-3, -2, -1), 1)])
def test_the_scorecard_counts_the_days_that_the_receiving_site_works(world, off, on_time):
    keep(world, "buyer-admin", *(in_days(day) for day in off))
    order = confirmed(world, days=2)
    with as_person(world, "buyer"):
        as_if(ScheduleLine.objects.filter(order=order), requested_date=in_days(-3), otif_base_date=in_days(-3))
    received(world, announced(world, order))
    for who, side in (("buyer", Side.BUYER), ("supplier", Side.SUPPLIER)):
        with as_person(world, who):
            found = scorecard.total(list(scorecard.scores(side, in_days(-90), in_days(90)).values()))
        assert (found.lines, found.on_time_base, found.on_time_requested) == (1, on_time, on_time)


def test_a_statement_counts_as_the_program_does(world):
    week = [1, 2, 3, 4, 6]
    with as_person(world, "buyer-admin"):
        kept = calendars.keep_calendar(weekdays=week)
        calendars.add_day(calendar_id=kept.pk, day=CHUSEOK, is_working=True)
        calendars.add_day(calendar_id=kept.pk, day=CHUSEOK + timedelta(days=2), is_working=False)
    around = [CHUSEOK + timedelta(days=n) for n in range(-9, 6)]
    wanted = [(day, count) for day in around for count in range(-4, 5)]
    with as_person(world, "supplier"), connections[require_scope().alias].cursor() as cursor:
        days = selectors.working_days(world.buyer.pk)
        cursor.execute(
            f"SELECT {reads.shifted('%(firm)s', 'NULL', 'day', 'n')}"
            " FROM unnest(%(days)s::date[], %(counts)s::int[]) w (day, n)",
            {
                "firm": world.buyer.pk,
                "holidays": reads.holidays_parameter(),
                "days": [day for day, _count in wanted],
                "counts": [count for _day, count in wanted],
            },
        )
        assert [row[0] for row in cursor.fetchall()] == [days.shift(day, count) for day, count in wanted]


def _as_asked(order):
    rows = schedule_of(order)
    return [services.Answer(row.pk, [services.Part(row.requested_quantity, row.requested_date)]) for row in rows]


def _order(world, quantity, day):
    line = services.OrderLine(world.part.pk, quantity, day)
    return services.draft_order(relation_id=world.relation.pk, receiving_site_id=world.site.pk, lines=[line])
