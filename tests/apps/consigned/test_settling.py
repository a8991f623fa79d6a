"""A month adds up, is counted against, and is accepted or disputed by who did not propose it; frozen figures stay."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, ProgrammingError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.consigned import exceptions as wrong
from apps.consigned import month as months
from apps.consigned import selectors, services
from apps.consigned.models import Settlement, SettlementLine
from apps.consigned.services.settling import last_month, owed
from apps.consigned.settlement_models import owed_by_currency
from apps.inventory.intake import post_past
from apps.inventory.services import Move
from apps.tenancy.models import Site, TradingRelation
from tests.drawn import without_drawn
from tests.world import as_if, as_person

from .given import steel

D = Decimal


def moved(world, material, *rows, month=None):
    """(kind, quantity, days from the first of that or the last month, lot): movements as they were written then."""
    first = datetime.combine(month or last_month(), time(12), ZoneInfo("Asia/Seoul"))
    same = {"organization_id": world.supplier.pk, "owner_id": world.buyer.pk, "site_id": world.supplier_site.pk}
    same |= {"consigned_part_id": material.pk, "status": "available", "unit": material.unit}
    moves = [
        (Move(**same, quantity=D(n), kind=kind, lot="".join(lot)), first + timedelta(days=days))
        for kind, n, days, *lot in rows
    ]
    with as_person(world, "supplier"):
        post_past(moves)


def a_month(world, *more, is_counted=True, **terms):
    """100 came before the month; in it 50 came, 30 were used, 4 were spoilt, 10 went back, and the count found 105."""
    material = steel(world, laid=0, unit_price=D(1200), **terms)
    month = (("receipt", 50, 3), ("used", -30, 9), ("scrapped", -4, 11), ("returned", -10, 14))
    moved(world, material, ("receipt", 100, -20), *month, *([("count", -1, 25)] if is_counted else []), *more)
    return material


def proposed(world, who="supplier", month=None):
    with as_person(world, who):
        return services.propose(relation_id=world.relation.pk, month=month or last_month())


def line_of(world, settlement, who="buyer"):
    with as_person(world, who):
        (line,) = selectors.settlement(settlement.pk).shown_lines
        return line


def test_a_month_adds_up_and_is_counted_against(world):
    a_month(world)
    line = line_of(world, proposed(world))
    figures = [line.opening, line.received, line.used, line.scrapped, line.returned, line.closing]
    assert figures == [100, 50, 30, 4, 10, 106]
    assert (line.counted, line.difference) == (105, -1)
    assert (line.owed_quantity, line.amount) == (5, 6000)  # free, no loss allowed: four spoilt and one not found


def test_of_charged_material_all_that_is_gone_is_owed(world):
    a_month(world, is_charged=True)
    line = line_of(world, proposed(world))
    assert (line.owed_quantity, line.amount) == (35, 42000)


def test_an_allowed_share_of_what_was_used_is_the_owners_loss(world):
    a_month(world, allowed_loss=D("0.1"))
    assert line_of(world, proposed(world)).owed_quantity == 2  # five are lost, three of thirty are allowed


def test_what_nobody_counted_is_unknown_and_not_zero(world):
    a_month(world, is_counted=False)
    line = line_of(world, proposed(world))
    assert (line.closing, line.counted, line.difference, line.owed_quantity, line.amount) == (106, None, None, None, None)


def test_one_count_of_one_lot_does_not_count_the_month(world):
    """Each heap that holds something is counted in the last days, or after it moved last; else no difference is known."""
    other = (("receipt", 5, 4, "H2"), ("count", 0, 12, "H2"))  # it moved before: counted
    early = ("count", -2, 10)  # and four days later ten went back
    material = a_month(world, *other, early, is_counted=False)
    first = proposed(world, "buyer")
    line = line_of(world, first)
    assert (line.closing, line.counted, line.difference, line.owed_quantity) == (111, None, None, None)
    assert (line.booked_difference, line.carried) == (-2, 109)
    with as_person(world, "supplier"):
        services.dispute(settlement_id=first.pk, answer="실사 안 함")
    moved(world, material, ("count", 0, 20))
    line = line_of(world, proposed(world))
    assert (line.counted, line.difference, line.owed_quantity) == (109, -2, 6)
    assert line.counted_on == last_month() + timedelta(days=12)


def test_of_charged_material_what_was_used_is_owed_without_a_count(world):
    a_month(world, ("count", -2, 10), is_counted=False, is_charged=True)
    line = line_of(world, proposed(world))
    assert (line.counted, line.owed_quantity, line.amount) == (None, 36, 43200)


def test_terms_count_from_the_month_after_they_were_said(world):
    material = a_month(world)
    with as_person(world, "buyer"):
        services.change_material(consigned_part_id=material.pk, is_charged=True, unit_price=D(9), allowed_loss=D("0.5"))
    line = line_of(world, proposed(world))
    assert (line.is_charged, line.unit_price, line.allowed_loss, line.amount) == (False, 1200, 0, 6000)
    with as_person(world, "supplier"):
        kept = months.KeptTerms({material.pk: material})
        assert kept.of(material.pk, timezone.now()).unit_price == 9


def test_a_month_begins_where_the_accepted_one_ended_wherever_the_clock_of_the_site_is(world):
    material = steel(world, laid=0, unit_price=D(1200))
    month = (last_month() - timedelta(days=1)).replace(day=1)  # over for weeks: the last one still runs further west
    rows = ("receipt", 100, -20), ("used", -7, -0.3), ("count", 0, 20)  # the second at 04:48 of the first, at Seoul
    moved(world, material, *rows, month=month)
    before = proposed(world, "buyer", month - timedelta(days=1))
    with as_person(world, "supplier"):
        services.accept(settlement_id=before.pk)
        Site.objects.filter(pk=world.supplier_site.pk).update(time_zone="America/Los_Angeles")
        world.supplier_site.refresh_from_db()
    line = line_of(world, proposed(world, month=month))
    assert line.begins_at == line_of(world, before).ends_at
    assert (line.opening, line.brought_forward, line.used, line.opens_otherwise) == (100, 100, 7, False)
    line.opening -= 3  # written afterwards into the month that was accepted
    assert line.opens_otherwise


def test_defective_material_is_its_owners_loss_and_what_did_not_come_stands_by_itself(world):
    from .given import lost, received, sent

    material = steel(world)
    received(world, sent(world, material, 100), (80, 10))
    lost(world, material, 10, reason="defect")
    lost(world, material, 2)
    with as_person(world, "buyer"):
        now = timezone.now()
        hour = timedelta(hours=1)
        (row,) = months.month_figures([material.pk], [world.supplier_site.pk], now - hour, now + hour)
    assert (row.received, row.scrapped, row.defective, row.missing, row.closing) == (90, 12, 10, 10, 78)
    assert not row.is_counted


def test_amounts_are_rounded_as_the_currency_is_paid(world):
    material = a_month(world)
    line = line_of(world, proposed(world))
    line.unit_price = D("1200.35")
    assert line.amount == 6002
    line.currency = "USD"
    assert line.amount == D("6001.75")
    assert material.unit == "KGM"


def test_the_other_side_accepts_once_and_the_figures_stay(world):
    material = a_month(world)
    found = proposed(world)
    assert (found.number, found.state) == (f"{last_month():%Y-%m}/1", "proposed")
    with as_person(world, "supplier"), pytest.raises(wrong.NotYours), transaction.atomic():
        services.accept(settlement_id=found.pk)
    with as_person(world, "buyer"):
        assert services.accept(settlement_id=found.pk).state == "accepted"
        with pytest.raises(wrong.NotYours), transaction.atomic():
            services.dispute(settlement_id=found.pk, answer="no")
        with pytest.raises(wrong.SettledAlready), transaction.atomic():
            services.propose(relation_id=world.relation.pk, month=last_month())
        with pytest.raises(ProgrammingError), transaction.atomic():
            SettlementLine.objects.update(used=0)
        services.change_material(consigned_part_id=material.pk, is_charged=True, unit_price=D(9), allowed_loss=D(0))
    assert line_of(world, found, "supplier").amount == 6000


def test_an_answer_stays_and_nothing_is_added_to_what_was_accepted(world):
    """By the walls themselves, each side in raw rows of its own scope."""
    a_month(world)
    found = proposed(world)
    line = line_of(world, found)
    with as_person(world, "buyer"):
        services.accept(settlement_id=found.pk)
    for who in ("buyer", "supplier"):
        for change in ({"state": "replaced"}, {"state": "disputed"}, {"state": "proposed"}, {"answer": "no"}):
            with as_person(world, who), pytest.raises(DatabaseError), transaction.atomic():
                Settlement.objects.filter(pk=found.pk).update(**change)
    line.pk, line._state.adding = None, True
    line.site = world.supplier_site
    with as_person(world, "supplier"), pytest.raises(DatabaseError) as caught, transaction.atomic():
        line.save(force_insert=True)
    assert "row-level security" in str(caught.value)
    with as_person(world, "buyer"):
        found.refresh_from_db()
        assert found.state == "accepted"
        assert found.lines.count() == 1


def test_what_is_disputed_is_proposed_anew_with_figures_of_its_own(world):
    material = a_month(world, is_counted=False)
    first = proposed(world, "buyer")
    with as_person(world, "supplier"):
        with pytest.raises(wrong.DisputeReasonMissing), transaction.atomic():
            services.dispute(settlement_id=first.pk, answer=" ")
        assert services.dispute(settlement_id=first.pk, answer="실사 안 함").state == "disputed"
    moved(world, material, ("count", 0, 15))
    second = proposed(world)
    assert (second.edition, second.replaces_id) == (2, first.pk)
    with as_person(world, "buyer"):
        first.refresh_from_db()
        assert first.state == "replaced"
    assert line_of(world, first).counted is None
    assert line_of(world, second).difference == 0


def test_the_next_month_opens_with_what_was_counted(world):
    material = a_month(world)
    with as_person(world, "buyer"):
        sites = [world.supplier_site.pk]
        now = timezone.now()
        start = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        (row,) = months.month_figures([material.pk], sites, start, now)
    assert (row.opening, row.closing, row.counted) == (105, 105, None)


def test_a_month_that_is_not_over_or_in_which_nothing_lay_is_not_settled(world):
    a_month(world)
    with pytest.raises(wrong.MonthNotOver) as caught:
        proposed(world, month=timezone.localdate())
    assert caught.value.value == f"{timezone.localdate():%Y-%m}"
    with pytest.raises(wrong.NothingToSettle):
        proposed(world, month=last_month() - timedelta(days=400))


def test_a_settlement_is_read_by_its_two_firms_alone(world):
    a_month(world)
    found = proposed(world)
    with as_person(world, "stranger"):
        assert not Settlement._base_manager.exists()
        assert not SettlementLine._base_manager.exists()
        with pytest.raises(wrong.UnknownSettlement):
            services.accept(settlement_id=found.pk)


AMOUNT = st.decimals(0, 1000, places=3)


@given(AMOUNT, AMOUNT, st.decimals(-500, 500, places=3), st.decimals(0, "0.2", places=4))
def test_free_material_never_costs_more_than_charged_and_less_loss_never_more(used, scrapped, difference, allowed):
    same = {"used": used, "scrapped": scrapped, "places": 3}
    free = owed(**same, difference=difference, is_charged=False, allowed_loss=allowed)
    charged = owed(**same, difference=difference, is_charged=True, allowed_loss=allowed)
    assert free >= 0
    if charged >= 0:
        assert free <= max(charged, D(0))
    assert owed(**same, difference=difference + 1, is_charged=False, allowed_loss=allowed) <= free


def test_of_what_was_used_that_for_rejected_pieces_is_told_apart_and_owed_alike(world, client_of):
    a_month(world, ("spoilt", -6, 10), is_charged=True)
    settlement = proposed(world)
    line = line_of(world, settlement)
    assert (line.used, line.used_rejected, line.closing) == (36, 6, 100)
    assert line.owed_quantity == 41
    assert "for rejected pieces" in client_of("buyer").get(f"/material/settlements/{settlement.pk}/").content.decode()


def test_a_price_is_paid_in_the_currency_in_which_it_was_agreed_and_nothing_is_added_over_two(world, client_of):
    """The relation's currency changed after one material was agreed; the other one is agreed in the new one."""
    first = a_month(world)
    with as_person(world, "buyer"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), currency="USD")
    second = steel(world, laid=0, number="STL-2", unit_price=D("1.255"))
    moved(world, second, ("receipt", 10, 3), ("scrapped", -1, 11), ("count", 0, 25))
    with as_person(world, "buyer"):
        terms = {"is_charged": False, "unit_price": D(1200), "allowed_loss": D("0.5")}
        assert services.change_material(consigned_part_id=first.pk, **terms).paid_in == "KRW"
    settlement = proposed(world)
    with as_person(world, "supplier"):
        lines = selectors.settlement(settlement.pk).shown_lines
        assert [(line.paid_in, line.amount) for line in lines] == [("KRW", 6000), ("USD", D("1.26"))]
        assert owed_by_currency(lines) == {"KRW": 6000, "USD": D("1.26")}
    page = without_drawn(client_of("supplier").get(f"/material/settlements/{settlement.pk}/").content.decode())
    assert "6,000" in page
    assert "1.26" in page
    assert "6,001" not in page
    with as_person(world, "buyer"):
        changed = services.change_material(consigned_part_id=first.pk, **{**terms, "unit_price": D(2)})
        assert changed.paid_in == "USD"


@pytest.mark.parametrize(("hour", "month"), [(0, 10), (2, 11)])
def test_in_the_first_hour_of_a_month_the_last_one_is_not_offered(hour, month, monkeypatch):
    """The example settled it all the same, so that it could not be made between midnight and one."""
    now = datetime(2026, 12, 1, hour, 30, tzinfo=ZoneInfo("Asia/Seoul"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    with timezone.override("Asia/Seoul"):
        assert last_month() == date(2026, month, 1)
