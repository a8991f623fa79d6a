"""What suppliers are told: of their own parts, the levels that are shown, with what changed, and nobody else's."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.events.models import DomainEvent
from apps.masterdata.models import PartnerPart
from apps.masterdata.services import agree_part
from apps.planning import releasing, services, showing, told
from apps.planning.exceptions import InvalidShares, UnknownRelease, UnknownSupplier
from apps.planning.models import Commitment, PartnerDemand, PartnerRelease, Quota, ReleasedPart, SharedLevel
from apps.planning.services import Planned
from apps.planning.telling import Edition, differs, shares_of, told_changes, told_rows, weeks_from
from apps.tenancy.roles import Side
from tests.world import as_person, in_days

D = Decimal
ALL = (1, 2, 3, 4)


def publish(world, *rows, **more):
    """Demand of parts: (partner part, days from now, quantity, level)."""
    with as_person(world, "buyer"):
        return services.publish_plan(
            site_id=world.site.pk,
            kind="demand",
            rows=[Planned(part.part_id, in_days(n), D(q), level=level) for part, n, q, level in rows],
            **more,
        )


def show(world, *levels, relation=None):
    with as_person(world, "buyer"):
        showing.show_levels(levels={(relation or world.relation).pk: levels})


def seen(world, name, **options):
    with as_person(world, name):
        return {
            (row.part.buyer_number, (day - timezone.localdate()).days, level): q
            for row in told.told(Side.SUPPLIER, **options)
            for (bucket, day, level), q in row.rows.items()
            if bucket == "day"
        }


def test_nothing_is_told_until_the_buyer_says_so_and_nothing_once_it_takes_it_back(world, db):
    publish(world, (world.part, 3, 50, 1), (world.part, 4, 20, 4))
    assert seen(world, "supplier") == {}
    show(world, 1)
    assert seen(world, "supplier") == {("BRK-2210", 3, 1): 50}
    show(world, *ALL)
    assert seen(world, "supplier") == {("BRK-2210", 3, 1): 50, ("BRK-2210", 4, 4): 20}
    with as_person(world, "supplier"):
        number = told.releases()[0].pk
    show(world)
    with as_person(world, "supplier"):
        for model in (PartnerRelease, ReleasedPart, PartnerDemand):
            assert not model.objects.exists()
        with pytest.raises(UnknownRelease):
            told.release(number)


def test_a_level_that_is_withdrawn_is_gone_by_the_second_wall_too(world, db):
    publish(world, (world.part, 3, 50, 1), (world.part, 4, 20, 4))
    show(world, *ALL)
    show(world, 4)
    with as_person(world, "supplier"), connections["default"].cursor() as cursor:
        cursor.execute("SELECT level, count(*) FROM planning_partnerdemand GROUP BY 1")
        assert {level for level, _count in cursor.fetchall()} == {4}


def test_two_suppliers_of_one_buyer_learn_nothing_of_each_other(world, db):
    publish(world, (world.part, 3, 50, 1), (world.other_part, 3, 70, 1))
    show(world, *ALL)
    show(world, *ALL, relation=world.other_relation)
    assert seen(world, "supplier") == {("BRK-2210", 3, 1): 50}
    assert seen(world, "stranger") == {("SHF-1", 3, 1): 70}
    for name in ("supplier", "stranger", "coordinator"):
        with as_person(world, name):
            own = world.people[name].pk and {"supplier": world.relation.pk, "stranger": world.other_relation.pk}.get(name)
            for model in (SharedLevel, PartnerRelease, ReleasedPart, PartnerDemand):
                assert set(model.objects.values_list("relation_id", flat=True)) == ({own} if own else set()), (name, model)
            assert not Quota.objects.exists()
            assert not services.Release.objects.exists()
    with as_person(world, "supplier"):
        assert {row.edition for row in PartnerRelease.objects.all()} == {1}  # counted apart for each of them


def test_a_part_of_several_suppliers_is_told_by_share_and_to_nobody_without_one(world, db):
    with as_person(world, "buyer"):
        second = agree_part(relation_id=world.other_relation.pk, part_id=world.part.part_id)
    show(world, *ALL)
    show(world, *ALL, relation=world.other_relation)
    publish(world, (world.part, 3, 100, 1))
    assert seen(world, "supplier") == seen(world, "stranger") == {}
    with as_person(world, "buyer"):
        _known, unknown = releasing.shares()
        assert set(unknown) == {world.part.part_id}
        showing.split_part(part_id=world.part.part_id, shares_given={world.part.pk: D("0.6"), second.pk: D("0.35")})
    assert seen(world, "supplier") == {("BRK-2210", 3, 1): 60}
    assert seen(world, "stranger") == {("BRK-2210", 3, 1): 35}
    for name in ("supplier", "stranger"):
        with as_person(world, name):
            assert not Quota.objects.exists()
    with as_person(world, "buyer"):
        for wrong in ({world.part.pk: D("0.6")}, {world.part.pk: D("0.7"), second.pk: D("0.5")}):
            with pytest.raises(InvalidShares), transaction.atomic():
                showing.split_part(part_id=world.part.part_id, shares_given=wrong)
        showing.split_part(part_id=world.part.part_id, shares_given={})
    assert seen(world, "supplier") == seen(world, "stranger") == {}


def test_an_edition_is_written_where_it_says_something_new_and_tells_its_supplier(world, db):
    show(world, *ALL)
    publish(world, (world.part, 3, 50, 1), (world.part, 4, 20, 4))
    publish(world, (world.part, 3, 50, 1), (world.part, 4, 20, 4))
    with as_person(world, "supplier"):
        assert told.releases().count() == 1  # the same
        assert DomainEvent.objects.filter(event="demand.released").count() == 1
    publish(world, (world.part, 3, 40, 1), (world.part, 4, 20, 1))
    with as_person(world, "supplier"):
        (row,) = told.told(Side.SUPPLIER)
        assert row.release.number == "ASN2-2"
        changed = [(c.day, c.old, c.new) for c in row.changes]
        zero = D(0)
        assert changed == [
            (in_days(3), (50, (50, zero, zero, zero)), (40, (40, zero, zero, zero))),
            (in_days(4), (20, (zero, zero, zero, 20)), (20, (20, zero, zero, zero))),
        ]
        assert DomainEvent.objects.filter(event="demand.released").count() == 2
    with as_person(world, "buyer"):
        assert releasing.tell_suppliers() == []


def test_what_is_told_is_as_old_as_its_plan(world, db):
    show(world, *ALL)
    drawn = timezone.now() - timedelta(days=3)
    publish(world, (world.part, 3, 50, 1), as_of=drawn)
    with as_person(world, "buyer"):
        assert PartnerRelease.objects.get().said_at == drawn
        with CaptureQueriesContext(connection) as queries:
            releasing.tell_suppliers()
        assert not [query for query in queries if "UPDATE" in query["sql"] and "partnerrelease" in query["sql"]]
        assert PartnerRelease.objects.get().said_at == drawn
    later = drawn + timedelta(days=1)
    publish(world, (world.part, 3, 50, 1), as_of=later)
    with as_person(world, "buyer"):
        assert PartnerRelease.objects.get().said_at == later


def test_quantities_are_in_the_suppliers_unit_and_bills_count(world, db):
    with as_person(world, "buyer"):
        row = PartnerPart.objects.get(pk=world.part.pk)  # the world's own stays as it is for the tests after this one
        row.base_factor = D(25)
        row.save()
    show(world, *ALL)
    publish(world, (world.part, 3, 110, 1))
    assert seen(world, "supplier") == {("BRK-2210", 3, 1): 4}  # whole pieces


def test_an_ended_part_is_told_no_more_with_the_next_look(world, db):
    show(world, *ALL)
    publish(world, (world.part, 3, 50, 1), (world.second_part, 3, 7, 1))
    with as_person(world, "buyer"):
        row = PartnerPart.objects.get(pk=world.part.pk)
        row.ended_at = timezone.now()
        row.save()
        assert len(releasing.tell_suppliers()) == 1
    assert seen(world, "supplier") == {("CBL-100", 3, 1): 7}


def test_only_a_buyer_shows_and_only_its_own_relations(world, db):
    with as_person(world, "supplier"), pytest.raises(UnknownSupplier):
        showing.show_levels(levels={world.relation.pk: [1]})


def test_shares_are_never_invented():
    assert shares_of([1], {}) == {1: 1}
    assert shares_of([1], {1: D("0.5")}) == {1: D("0.5")}
    assert shares_of([1, 2], {1: D("0.5")}) is None
    assert shares_of([1, 2], {1: D("0.5"), 2: D(0)}) == {1: D("0.5"), 2: 0}


def edition(first, rows, until=date(2026, 12, 31)):
    start = weeks_from(first)
    series = {(day.toordinal(), 1): D(q) for day, q in rows.items() if day >= first}
    return Edition(first, start, {7: ("H87", until)}, told_rows(7, series, start, D(1)))


def test_the_horizon_that_moves_on_is_no_change():
    monday = date(2026, 6, 1)
    days = {monday + timedelta(days=n): 10 + n % 3 for n in range(150)}
    first = edition(monday, days)
    for n in range(1, 40):
        later = edition(monday + timedelta(days=n), days)
        assert told_changes(first, later) == [], n
        assert not differs(first, later)
    more = edition(monday + timedelta(days=9), days | {monday + timedelta(days=70): 99})
    (change,) = told_changes(first, more)
    assert change.bucket == "week"
    assert change.day == monday + timedelta(days=70)
    assert change.more == 99 - days[monday + timedelta(days=70)]


def test_shares_of_pieces_are_whole_make_their_week_and_stay_as_the_days_go_by():
    monday = date(2026, 6, 1)
    days = [monday + timedelta(days=n) for n in range(84) if n % 7 < 5]
    series = {(day.toordinal(), 1): D(1 + n % 3) for n, day in enumerate(days)}

    def told_on(first):
        left = {key: q for key, q in series.items() if key[0] >= first.toordinal() - first.weekday()}
        return told_rows(7, left, weeks_from(first), D("0.6"), first=first, places=0)

    rows = told_on(monday)
    assert all(q == int(q) for q in rows.values())
    assert abs(sum(rows.values()) - sum(series.values()) * D("0.6")) <= 6  # half a piece a week at most
    for n in range(1, 20):
        later = told_on(monday + timedelta(days=n))
        for key, quantity in later.items():
            if key[1] == "day" and key in rows:
                assert rows[key] == quantity
    second = told_on(monday + timedelta(days=7))
    week = [q for key, q in second.items() if key[1] == "day" and key[2] < monday + timedelta(days=14)]
    assert sum(week) == round(sum(series[day.toordinal(), 1] for day in days[5:10]) * D("0.6"))


def test_what_a_longer_plan_knows_beyond_the_other_is_no_change():
    monday = date(2026, 6, 1)
    days = {monday + timedelta(days=n): 10 for n in range(60)}
    short = edition(monday, {day: q for day, q in days.items() if day < monday + timedelta(days=20)}, date(2026, 6, 20))
    long = edition(monday, days)
    assert told_changes(short, long) == []
    assert differs(short, long)  # what is known has changed all the same
    assert differs(None, short)
    assert not differs(None, Edition(monday, weeks_from(monday)))


def test_levels(db):
    assert tuple(Commitment.values) == ALL


def test_a_part_that_is_added_or_gone_is_a_change():
    """The bug: an edition that added a part said that nothing had changed."""
    monday = date(2026, 6, 1)
    days = {monday + timedelta(days=n): 10 for n in (2, 9, 60)}
    told, nothing = edition(monday, days), Edition(monday, weeks_from(monday))
    assert [(change.old, change.more) for change in told_changes(nothing, told)] == [(None, 10)] * 3
    assert [(change.new, change.more) for change in told_changes(told, nothing)] == [(None, -10)] * 3
