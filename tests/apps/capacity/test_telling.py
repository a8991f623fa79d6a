"""What capacity tells customers: as precisely as granted, of their own share alone, until it ends; and what is agreed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.calendars.services import add_day, keep_calendar
from apps.capacity import agreeing, selectors, services, telling
from apps.capacity.exceptions import (
    AgreedAlready,
    AgreementAnswered,
    BelowAgreed,
    BeyondCapacity,
    GroupAgreed,
    InvalidCapacity,
    MadeForAnother,
    NoCapacityTold,
    NotAWeek,
    NotForOneAlone,
    NotTheirParts,
    UnitFixed,
    UnknownAgreement,
    UnknownCustomer,
    UnknownGroup,
)
from apps.capacity.load import WEEK
from apps.capacity.models import CapacityAgreement, CapacityGroup, CapacityWeek, ToldCapacity
from apps.capacity.services import Said, Uses
from apps.events.models import DomainEvent
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import create_part
from apps.partners import relations
from apps.planning import services as planning
from apps.planning import showing
from apps.planning.services import Planned
from apps.sharing import services as sharing
from apps.tenancy import services as tenancy
from apps.tenancy.bases import sides_of
from apps.tenancy.checks import WrongSide
from apps.tenancy.models import Site
from apps.tenancy.scope import unscoped
from tests.drawn import without_drawn
from tests.world import SYSTEM, as_person

from .test_services import group, this_week

D = Decimal


def granted(world, precision="exact"):
    with as_person(world, "supplier"):
        grant = sharing.propose_grant(kind="capacity", firm_id=world.buyer.pk, precision=precision)
    with as_person(world, "buyer-admin"):
        sharing.agree_to_grant(grant_id=grant.pk)
    return grant


def pressed(world, *others, **values):
    """A group of the supplier that makes the buyer's part, and perhaps others."""
    parts = [Uses(None, D(2), part.pk) for part in (world.part, *others)]
    return group(world, **{"usual": D(120), "usual_maximum": D(150), "parts": parts} | values)


def needs(world, quantity, weeks=3):
    """The buyer tells what it needs of the part, week by week from this one on."""
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        rows = [Planned(world.part.part_id, this_week() + n * WEEK, D(quantity), "week") for n in range(weeks)]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)


def other_customer(world, own_number=""):
    """A part that the supplier makes for somebody else."""
    with unscoped(reason=SYSTEM):
        relation = tenancy.relate(buyer=world.stranger, supplier=world.supplier, vendor_code="V-9")
        part = Part.objects.create(organization=world.stranger, number="OTH-1", name="남의 품목")
        terms = {"buyer_number": "OTH-1", "name": "남의 품목", "own_number": own_number}
        return PartnerPart.objects.create(**sides_of(relation), part=part, **terms)


def offered(world, made, quantity=100, first=1, last=None, relation=None, who="supplier"):
    with as_person(world, who):
        return agreeing.propose_capacity(
            group_id=made.pk,
            relation_id=relation or world.relation.pk,
            quantity=D(quantity),
            first_week=this_week() + first * WEEK,
            last_week=None if last is None else this_week() + last * WEEK,
        )


def agreed(world, made, *args, **options):
    found = offered(world, made, *args, **options)
    with as_person(world, "buyer"):
        agreeing.agree_capacity(agreement_id=found.pk)
    with as_person(world, "supplier"):
        telling.tell()
    return found


def seen(world, who="buyer", week=1):
    with as_person(world, who):
        rows = selectors.told().filter(week=this_week() + week * WEEK)
        return [(r.actual, r.maximum, r.load, r.least, r.below, r.is_enough) for r in rows]


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        ("exact", (90, None, 100, None, None, None)),
        ("bucket", (None, None, None, 50, 100, None)),
        ("yes_no", (None, None, None, None, None, True)),
    ],
)
def test_a_grant_shows_what_was_agreed_as_precisely_as_it_says(world, db, precision, told):
    granted(world, precision)
    needs(world, 50)
    made = pressed(world)
    assert seen(world) == []  # nothing is agreed, alone in the group or not
    agreed(world, made, 90)
    assert seen(world) == [told]
    assert seen(world, "stranger") == []
    with as_person(world, "buyer"):
        assert set(selectors.told().values_list("parts", flat=True)) == {"BRK-2210"}


@pytest.mark.parametrize(
    ("precision", "told"),
    [("exact", [(120, 150, 100, None, None, None)]), ("bucket", [(None, None, None, 100, 200, None)]), ("yes_no", [])],
)
def test_the_whole_is_shown_where_its_maker_says_that_it_is_for_one_customer(world, db, precision, told):
    granted(world, precision)
    needs(world, 50)
    pressed(world, made_for_id=world.relation.pk)
    assert seen(world) == told


def everything_told(world):
    with as_person(world, "supplier"):
        telling.tell()
        rows = ToldCapacity.objects.filter(relation=world.relation).order_by("week", "precision")
        return [(r.week, r.precision, r.actual, r.maximum, r.least, r.below, r.is_enough) for r in rows]


def test_whatever_a_customer_asks_of_its_capacity_it_learns_no_more(world, db):
    """The answer of yes or no, searched by asking for more and less, told the very capacity before."""
    made = pressed(world)
    agreed(world, made, 90)
    answers = []
    for quantity in (1, 44, 45, 46, 60, 75, 76, 5000):  # two of the capacity each: 90, 120 and 150 lie between
        needs(world, quantity)
        answers.append(everything_told(world))
    assert all(one == answers[0] for one in answers)
    assert {row[-1] for row in answers[0] if row[1] == "yes_no"} == {True}


def test_others_in_the_group_change_nothing_that_a_customer_is_told(world, committed):
    """Alone, with another who shares the group, and with that one's share agreed: it reads the same."""
    needs(world, 50)
    made = pressed(world)
    agreed(world, made, 60)
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + 2 * WEEK, D(60))], is_confirmed=True)
    alone = everything_told(world)
    assert alone
    other = other_customer(world)
    with as_person(world, "supplier"):
        parts = [Uses(None, D(2), pk) for pk in (world.part.pk, other.pk)]
        figures = {"usual": D(120), "usual_maximum": D(150)}
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", parts=parts, **figures)
    assert everything_told(world) == alone
    offered(world, made, 50, last=1, relation=other.relation_id)
    with as_person(world, "stranger"):
        agreeing.agree_capacity(agreement_id=CapacityAgreement.objects.get().pk)
    assert everything_told(world) == alone


def test_a_week_that_gives_less_gives_each_customer_as_much_less(world, db):
    granted(world)
    granted(world, "yes_no")
    made = pressed(world)
    agreed(world, made, 90)
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + WEEK, D(80), D(100))])
    with as_person(world, "buyer"):
        rows = {row.week: row for row in selectors.told().filter(precision="exact")}
        words = {row.week: row.is_enough for row in selectors.told().filter(precision="yes_no")}
    assert [rows[this_week() + n * WEEK].actual for n in (1, 2)] == [60, 90]  # 80 of 120; the group's own 80 is not told
    assert [words[this_week() + n * WEEK] for n in (1, 2)] == [False, True]


def test_nothing_is_agreed_with_another_of_a_group_that_is_for_one_customer(world, committed):
    """A part of another customer may come to the group by its number, long after the group was saved."""
    with as_person(world, "supplier"):
        part = create_part(number="S-BRK-2210", name="브래킷")
    made = group(world, parts=[Uses(part.pk, D(1))], usual=D(120), usual_maximum=D(150), made_for_id=world.relation.pk)
    other = other_customer(world, part.number)
    with pytest.raises(MadeForAnother) as caught:
        offered(world, made, 50, relation=other.relation_id)
    assert (caught.value.place, caught.value.value) == ("relation", other.relation_id)
    with as_person(world, "supplier"):
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", usual=D(120), parts=[Uses(part.pk, D(1))])
    offered(world, made, 50, relation=other.relation_id)


def test_a_usual_week_lowered_below_what_was_agreed_is_told_as_it_is(world, db):
    """The customer was told the agreed 90, and yes, of a group that gives 80 in all."""
    granted(world)
    granted(world, "yes_no")
    made = pressed(world)
    agreed(world, made, 90)
    parts = [Uses(None, D(2), world.part.pk)]
    with as_person(world, "supplier"):
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", usual=D(80), is_confirmed=True, parts=parts)
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + 2 * WEEK, D(95))])
    with as_person(world, "buyer"):
        exact = {row.week: row.actual for row in selectors.told().filter(precision="exact")}
        words = {row.week: row.is_enough for row in selectors.told().filter(precision="yes_no")}
    weeks = [this_week() + n * WEEK for n in (1, 2)]
    assert [(exact[week], words[week]) for week in weeks] == [(80, False), (90, True)]


def test_days_off_alone_make_nothing_less_than_agreed(world, db):
    granted(world, "yes_no")
    made = pressed(world)
    agreed(world, made, 140)
    with as_person(world, "supplier"):
        calendar = keep_calendar(weekdays=range(1, 6), has_holidays=False)
        for n in (1, 2):
            add_day(calendar_id=calendar.pk, day=this_week() + n * WEEK, is_working=False)
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + 2 * WEEK, D(96))], is_confirmed=True)
    assert [seen(world, week=n) for n in (1, 2)] == [[(None, None, None, None, None, True)]] * 2


def test_a_group_for_one_customer_makes_no_part_of_another(world, committed):
    other = other_customer(world)
    with pytest.raises(NotForOneAlone):
        pressed(world, other, made_for_id=world.relation.pk)
    with pytest.raises(UnknownCustomer):
        pressed(world, made_for_id=world.other_relation.pk)
    made = pressed(world, made_for_id=world.relation.pk)
    with as_person(world, "supplier"), pytest.raises(NotForOneAlone):
        services.keep_group(
            group_id=made.pk, code="M-1", name="1", parts=[Uses(None, D(1), other.pk)], made_for_id=world.relation.pk
        )


def test_a_lower_usual_week_is_questioned_where_more_was_agreed(world, db):
    made = pressed(world)
    agreed(world, made, 90, first=2)
    parts = {"parts": [Uses(None, D(2), world.part.pk)]}
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + 2 * WEEK, D(100))])
    with as_person(world, "supplier"), pytest.raises(BelowAgreed) as caught:
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", usual=D(80), **parts)
    assert (caught.value.place, caught.value.value, caught.value.facts["week"]) == ("usual", 80, this_week() + 3 * WEEK)
    with as_person(world, "supplier"), pytest.raises(BelowAgreed):
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", **parts)  # nothing is said any more
    with as_person(world, "supplier"):
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", usual=D(80), is_confirmed=True, **parts)
        services.keep_group(group_id=made.pk, code="M-1", name="2호기", usual=D(80), **parts)  # it was lower before
    with as_person(world, "supplier"), pytest.raises(BelowAgreed):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + 2 * WEEK, None)])  # as usual again


def test_an_agreement_that_is_over_keeps_no_group_in_use(world, db, monkeypatch):
    made = pressed(world)
    agreed(world, made, 90, last=1)
    with as_person(world, "supplier"), pytest.raises(GroupAgreed):
        services.end_group(group_id=made.pk)
    monkeypatch.setattr(Site, "today", property(lambda _site: this_week() + 2 * WEEK))
    with as_person(world, "supplier"):
        services.end_group(group_id=made.pk)


def test_an_offer_that_is_refused_stays_typed_and_is_taken_back_by_its_name(world, client_of):
    made = pressed(world)
    browser, buyer = client_of("supplier"), client_of("buyer")
    form = {"relation": world.relation.pk, "quantity": "71"}
    days = {"first_week": (this_week() + 5 * WEEK).isoformat(), "last_week": (this_week() + WEEK).isoformat()}
    page = browser.post(f"/capacity/{made.pk}/offer/", form | days)
    assert page.status_code == 422
    shown = page.content.decode()
    assert 'value="71"' in shown
    assert days["last_week"] in shown
    offered(world, made, 70)
    shown = browser.get(f"/capacity/{made.pk}/").content.decode()
    assert "Take this offer back?" in shown
    assert "End this agreement?" not in shown
    assert "Refuse this offer?" in buyer.get("/capacity/suppliers/").content.decode()
    with as_person(world, "supplier"):
        found = CapacityAgreement.objects.get()
    page = browser.post(f"/capacity/agreements/{found.pk}/end/", follow=True).content.decode()
    assert "The offer has been taken back." in page


def test_a_pasted_table_below_what_was_agreed_is_asked_about_week_by_week_and_kept_once_meant(world, client_of):
    made = pressed(world)
    agreed(world, made, 100)
    browser = client_of("supplier")
    text = f"M-1;{(this_week() + WEEK).isoformat()};80;90\nM-1;{(this_week() + 2 * WEEK).isoformat()};70;"
    page = browser.post("/capacity/", {"site": world.supplier_site.pk, "text": text})
    shown = page.content.decode()
    assert page.status_code == 422
    assert "M-1, week of" in shown
    assert shown.count("agreed 100.") == 2
    assert 'name="confirmed"' in shown
    with as_person(world, "supplier"):
        assert not CapacityWeek.objects.exists()
    answer = browser.post("/capacity/", {"site": world.supplier_site.pk, "text": text, "confirmed": "on"})
    assert answer.status_code == 302
    with as_person(world, "supplier"):
        assert CapacityWeek.objects.count() == 2


def test_the_unit_stays_while_something_is_agreed_in_it(world, db):
    made = pressed(world)
    found = offered(world, made)
    with as_person(world, "supplier"), pytest.raises(UnitFixed):
        services.keep_group(group_id=made.pk, code="M-1", name="1호기", unit="HUR")
    with as_person(world, "supplier"):
        agreeing.end_capacity(agreement_id=found.pk)
        assert services.keep_group(group_id=made.pk, code="M-1", name="1호기", unit="HUR").unit == "HUR"


def test_figures_that_are_said_to_hold_are_as_fresh_as_new_ones(world, db):
    granted(world)
    made = pressed(world)
    agreed(world, made, 90)
    with as_person(world, "supplier"):
        old = timezone.now() - timedelta(days=9)
        CapacityGroup.objects.filter(pk=made.pk).update(said_at=old)
        telling.tell()
    with as_person(world, "buyer"):
        assert {row.told_at for row in selectors.told()} == {old}
        heard = DomainEvent.objects.filter(event="capacity.told").count()
    with as_person(world, "supplier"):
        services.hold_capacity(group_id=made.pk)
        said = CapacityGroup.objects.get().said_at
    with as_person(world, "buyer"):
        assert {row.told_at for row in selectors.told()} == {said}
        assert DomainEvent.objects.filter(event="capacity.told").count() == heard
    with as_person(world, "stranger"), pytest.raises(UnknownGroup):
        services.hold_capacity(group_id=made.pk)


def test_nothing_is_seen_without_a_grant_or_after_its_end(world, db):
    pressed(world, made_for_id=world.relation.pk)
    with as_person(world, "supplier"):
        assert telling.tell() > 0
    assert seen(world) == []
    grant = granted(world)
    assert len(seen(world)) == 1
    with as_person(world, "buyer-admin"):
        sharing.revoke_grant(grant_id=grant.pk)
    assert seen(world) == []


def test_of_a_group_of_several_customers_each_sees_what_was_agreed_with_it(world, committed):
    other = other_customer(world)
    granted(world)
    needs(world, 50)
    made = pressed(world, other)
    assert seen(world) == []  # what is left of the whole would be the other's
    agreed(world, made, 90)
    assert seen(world) == [(90, None, 100, None, None, None)]
    assert seen(world, "stranger") == []
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + WEEK, D(60))], is_confirmed=True)
    assert seen(world)[0][0] == 45  # 60 of 120, and so half of what was agreed
    with as_person(world, "stranger"):
        assert not CapacityAgreement.objects.exists()
        assert not CapacityAgreement._base_manager.exists()
        assert not ToldCapacity._base_manager.exists()


def test_only_what_differs_is_written_and_only_who_sees_it_hears_of_it(world, db):
    made = pressed(world, made_for_id=world.relation.pk)
    with as_person(world, "supplier"):
        telling.tell()
        rows = set(ToldCapacity.objects.values_list("pk", flat=True))
        assert telling.tell() == 0
        assert set(ToldCapacity.objects.values_list("pk", flat=True)) == rows
    with as_person(world, "buyer"):
        assert not DomainEvent.objects.filter(event="capacity.told").exists()
    granted(world, "bucket")
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week(), D(130))])  # in the same bucket
    with as_person(world, "buyer"):
        assert not DomainEvent.objects.filter(event="capacity.told").exists()
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week(), D(700))])
    with as_person(world, "buyer"):
        assert DomainEvent.objects.filter(event="capacity.told").count() == 1
    with as_person(world, "stranger"):
        assert not DomainEvent.objects.filter(event__startswith="capacity").exists()


def test_capacity_is_offered_agreed_and_ended_by_the_right_side(world, db):
    made = pressed(world)
    found = offered(world, made)
    with as_person(world, "supplier"), pytest.raises(WrongSide):
        agreeing.agree_capacity(agreement_id=found.pk)
    with as_person(world, "stranger"), pytest.raises(UnknownAgreement):
        agreeing.agree_capacity(agreement_id=found.pk)
    with as_person(world, "buyer"):
        agreeing.agree_capacity(agreement_id=found.pk)
        with pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
            CapacityAgreement.objects.filter(pk=found.pk).update(quantity=D(500))
    with as_person(world, "buyer"), pytest.raises(AgreementAnswered):
        agreeing.agree_capacity(agreement_id=found.pk)
    with as_person(world, "supplier"), pytest.raises(GroupAgreed):
        services.end_group(group_id=made.pk)
    with as_person(world, "supplier"), pytest.raises(BelowAgreed) as caught:
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + WEEK, D(80), D(99))])
    assert (caught.value.value, caught.value.facts["agreed"]) == (99, 100)
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + WEEK, D(80), D(99))], is_confirmed=True)
        agreeing.end_capacity(agreement_id=found.pk)
    with as_person(world, "supplier"), pytest.raises(AgreementAnswered):
        agreeing.end_capacity(agreement_id=found.pk)
    with as_person(world, "supplier"):
        services.end_group(group_id=made.pk)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"quantity": 0}, InvalidCapacity),
        ({"quantity": "1.5"}, InvalidCapacity),
        ({"quantity": 151}, BeyondCapacity),
        ({"first": -1}, NotAWeek),
        ({"first": 2, "last": 1}, NotAWeek),
    ],
)
def test_what_cannot_be_agreed_is_refused(world, db, options, error):
    made = pressed(world)
    with pytest.raises(error):
        offered(world, made, **options)
    with as_person(world, "supplier"):
        assert not CapacityAgreement.objects.exists()


def test_no_capacity_under_an_agreement_is_refused_with_the_week(world, db):
    made = pressed(world, usual=None, usual_maximum=None)
    with pytest.raises(NoCapacityTold) as caught:
        offered(world, made, first=2, last=2)
    assert caught.value.value == this_week() + 2 * WEEK
    with as_person(world, "supplier"):
        services.keep_weeks(group_id=made.pk, weeks=[Said(this_week() + 2 * WEEK, D(200), D(220))])
    offered(world, made, 150, first=2, last=2)
    with pytest.raises(AgreedAlready):
        offered(world, made, 20, first=2, last=2)
    with pytest.raises(NoCapacityTold):
        offered(world, made, 20, first=3)
    with pytest.raises(UnknownCustomer):
        offered(world, made, relation=world.other_relation.pk)
    plain = group(world, code="M-2", parts=[])
    with pytest.raises(NotTheirParts):
        offered(world, plain)


def test_proposals_of_several_customers_together_stay_within_the_maximum(world, committed):
    other = other_customer(world)
    made = pressed(world, other)
    offered(world, made, 100)
    with pytest.raises(BeyondCapacity) as caught:
        offered(world, made, 60, relation=other.relation_id)
    assert (caught.value.facts["left"], caught.value.facts["week"]) == (50, this_week() + WEEK)
    offered(world, made, 50, relation=other.relation_id)


def test_what_was_agreed_ends_with_the_relation(world, db):
    found = agreed(world, pressed(world))
    with as_person(world, "buyer-admin"):
        relations.end(relation_id=world.relation.pk)
    with as_person(world, "buyer"):
        assert CapacityAgreement.objects.get(pk=found.pk).ended_at is not None


def test_a_customers_page_shows_it_and_grants_and_agreements_are_handled_there(world, client_of):
    needs(world, 50)
    made = pressed(world, made_for_id=world.relation.pk)
    supplier, admin, buyer = client_of("supplier"), client_of("buyer-admin"), client_of("buyer")
    form = {"firm": world.buyer.pk, "way": "offer", "precision": "bucket"}
    assert supplier.post("/capacity/suppliers/propose/", form).status_code == 302
    with as_person(world, "supplier"):
        grant = telling.grants().get()
        assert ToldCapacity.objects.exists()
    assert "100–200" not in buyer.get("/capacity/suppliers/").content.decode()
    admin.post(f"/capacity/suppliers/{grant.pk}/agree/")
    shown = buyer.get("/capacity/suppliers/").content.decode()
    shown = without_drawn(shown.partition('id="told-title"')[2].partition("</table>")[0])
    assert "100–200" in shown
    assert "120" not in shown
    day = (this_week() + WEEK).isoformat()
    offer = {"relation": world.relation.pk, "quantity": "151", "first_week": day}
    page = supplier.post(f"/capacity/{made.pk}/offer/", offer).content.decode()
    assert "150 left." in page
    supplier.post(f"/capacity/{made.pk}/offer/", offer | {"quantity": "140"})
    with as_person(world, "buyer"):
        found = CapacityAgreement.objects.get()
    assert buyer.get(f"/capacity/agreements/{found.pk}/").url == "/capacity/suppliers/"
    assert supplier.get(f"/capacity/agreements/{found.pk}/").url == f"/capacity/{made.pk}/"
    assert "140" in buyer.get("/capacity/suppliers/").content.decode()
    assert buyer.post(f"/capacity/agreements/{found.pk}/agree/").status_code == 302
    assert ">140<" in supplier.get(f"/capacity/{made.pk}/").content.decode()
    page = supplier.post(f"/capacity/{made.pk}/", {f"actual-{this_week() + WEEK:%Y%m%d}": "130"})
    assert page.status_code == 422
    assert "below what was agreed" in page.content.decode() or "end an agreement" in page.content.decode()
    assert 'name="confirmed"' in page.content.decode()
    assert client_of("stranger").post(f"/capacity/agreements/{found.pk}/end/").status_code == 404
    supplier.post(f"/capacity/suppliers/{grant.pk}/end/")
    assert "100–200" not in buyer.get("/capacity/suppliers/").content.decode()
    assert client_of("stranger").post(f"/capacity/suppliers/{grant.pk}/end/").status_code == 404


def test_days_off_shorten_what_is_agreed_and_forbid_nothing(world, db):
    with as_person(world, "supplier"):
        calendar = keep_calendar(weekdays=range(1, 6), has_holidays=False)
        for n in range(4):
            add_day(calendar_id=calendar.pk, day=this_week() + WEEK + timedelta(days=n), is_working=False)
    granted(world)
    needs(world, 10)
    agreed(world, pressed(world), 140)
    assert seen(world)[0][:2] == (28, None)  # a day of five


def test_what_belongs_to_others_is_refused_in_words_and_moves_nothing(world, committed):
    """Whoever tries the ids of other firms: groups, agreements, relations, parts."""
    made = pressed(world)
    found = offered(world, made, 50)
    others = other_customer(world)
    for refused, error in (
        (lambda: services.keep_group(group_id=made.pk, code="X", name="X"), UnknownGroup),
        (lambda: services.end_group(group_id=made.pk), UnknownGroup),
        (lambda: services.hold_capacity(group_id=made.pk), UnknownGroup),
        (lambda: agreeing.agree_capacity(agreement_id=found.pk), UnknownAgreement),
        (lambda: agreeing.end_capacity(agreement_id=found.pk), UnknownAgreement),
    ):
        with as_person(world, "stranger"), pytest.raises(error) as caught:
            refused()
        assert caught.value.words
    with pytest.raises(UnknownGroup):
        offered(world, made, 10, who="stranger", relation=world.other_relation.pk)
    with pytest.raises(UnknownCustomer):
        offered(world, made, 10, relation=world.other_relation.pk)
    for relation in (world.other_relation.pk, 10**9):
        with as_person(world, "supplier"), pytest.raises(UnknownCustomer) as caught:
            services.keep_group(group_id=made.pk, code="M-1", name="1", made_for_id=relation)
        assert caught.value.place == "made_for"
    with as_person(world, "supplier"):
        assert CapacityGroup.objects.get(pk=made.pk).made_for_id is None
        assert CapacityAgreement.objects.get(pk=found.pk).agreed_at is None
    # Nothing of a relation, or a part, that the group is not for is shown of it.
    with as_person(world, "supplier"):
        (one,) = selectors.loads(made.site, [selectors.group(made.pk)], count=2)
        assert set(one.customers) == {world.relation.pk}
        assert telling._shown(one, others.relation_id, one.weeks[0], None) == (None, None)
        one.group.made_for_id = world.relation.pk
        assert telling._shown(one, others.relation_id, one.weeks[0], None) == (None, None)
