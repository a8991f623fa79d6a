"""Days of supply reach a supplier by a grant, as precisely as it says, and are gone with it."""

from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from apps.inventory import services as inventory
from apps.masterdata.services import agree_part
from apps.planning import services as planning
from apps.planning.services import Planned
from apps.sharing import services as sharing
from apps.tower.covers import cover_text, covers_seen, tell_covers
from apps.tower.models import CustomerCover
from tests.apps.tower.room import told
from tests.world import as_person, in_days

D = Decimal


@pytest.fixture
def held(world, db):
    """50 pieces are needed in three days, and 20 lie there: nothing is needed before, so they last for three days."""
    told(world)
    count(world, 20)
    return world


def count(world, quantity):
    with as_person(world, "receiver"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, D(quantity))])


def plan(world, *days):
    with as_person(world, "buyer"):
        rows = [Planned(world.part.part_id, in_days(n), D(10)) for n in days]
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)


def give(world, precision, **options):
    with as_person(world, "buyer-admin"):
        grant = sharing.propose_grant(kind="days_of_supply", firm_id=world.supplier.pk, precision=precision, **options)
    with as_person(world, "supplier"):
        sharing.agree_to_grant(grant_id=grant.pk)
    with as_person(world, "buyer"):
        tell_covers()
    return grant


def seen(world, name="supplier"):
    with as_person(world, name):
        return [cover_text(row) for row in covers_seen().values()]


@pytest.mark.parametrize(
    ("precision", "words"), [("exact", "3.4 days"), ("bucket", "3 to 7 days"), ("yes_no", "enough for 3 days")]
)
def test_a_grant_tells_as_precisely_as_it_says(held, precision, words):
    assert seen(held) == []
    give(held, precision)
    assert seen(held) == [words]
    assert seen(held, "stranger") == []
    with as_person(held, "supplier"), connections["default"].cursor() as cursor:
        cursor.execute("SELECT days, low, high, is_enough FROM tower_customercover")
        (row,) = cursor.fetchall()
    assert [value is not None for value in row] == [
        precision == "exact",
        *[precision == "bucket"] * 2,
        precision == "yes_no",
    ]


@pytest.mark.parametrize(("precision", "words"), [("bucket", ["3 days or more"]), ("yes_no", ["enough for 3 days"])])
def test_where_the_plan_ends_first_there_is_no_upper_bound(held, precision, words):
    count(held, 1000)
    give(held, precision)
    assert seen(held) == words


def test_whether_it_is_enough_nobody_knows_past_the_plan(world, db):
    plan(world, 0)
    count(world, 1000)
    give(world, "yes_no")
    assert seen(world) == []
    plan(world, 0, 2)
    with as_person(world, "buyer"):
        tell_covers()
    assert seen(world) == ["enough for 3 days"]


def test_nobody_is_told_of_a_part_of_several_suppliers(held):
    with as_person(held, "buyer"):
        agree_part(relation_id=held.other_relation.pk, part_id=held.part.part_id)
    give(held, "exact")
    assert seen(held) == []


def test_it_follows_the_stock_is_unknown_where_that_is_and_gone_when_the_grant_ends(held):
    grant = give(held, "exact")
    count(held, 0)
    with as_person(held, "buyer"):
        assert tell_covers() == 1
        assert tell_covers() == 0
    assert seen(held) == ["0 days"]
    with as_person(held, "buyer-admin"):
        sharing.revoke_grant(grant_id=grant.pk)
    assert seen(held) == []
    with as_person(held, "buyer"):
        assert tell_covers() == 1
        assert not CustomerCover.objects.exists()


def test_a_grant_of_one_part_tells_of_that_part_only(held):
    give(held, "exact", partner_part_id=held.second_part.pk)
    assert seen(held) == []


def test_an_offer_is_made_agreed_and_ended_on_the_page(held, client_of):
    buyer, supplier = client_of("buyer-admin"), client_of("supplier")
    page = buyer.post("/tower/customers/covers/", {"firm": held.supplier.pk, "precision": "bucket"}, follow=True)
    assert "waits for the other firm" in page.content.decode()
    page = supplier.get("/tower/customers/?side=supplier").content.decode()
    path = page.split('action="/tower/customers/covers/')[1].split('"')[0]
    supplier.post(f"/tower/customers/covers/{path}")
    with as_person(held, "buyer"):
        tell_covers()
    shown = supplier.get(f"/tower/customers/{held.part.pk}/{held.site.pk}/").content.decode()
    assert "3 to 7 days" in shown
    buyer.post(f"/tower/customers/covers/{path.replace('agree', 'end')}")
    assert "3 to 7 days" not in supplier.get(f"/tower/customers/{held.part.pk}/{held.site.pk}/").content.decode()


def test_what_says_the_same_is_written_by_one_statement_however_much_it_is(held):
    """The bug: each minute every row of a firm was written anew, with all of its figures."""
    give(held, "exact")
    with as_person(held, "buyer"):
        before = CustomerCover.objects.get().as_of
        with CaptureQueriesContext(connection) as queries:
            assert tell_covers() == 0
        written = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "tower_customercover"')]
        assert len(written) == 1
        assert "CASE WHEN" not in written[0]
        assert CustomerCover.objects.get().as_of > before
