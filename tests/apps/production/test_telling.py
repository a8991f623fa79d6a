"""What a supplier's production tells its customers: as precisely as granted, of their own parts alone, until it ends."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.events.models import DomainEvent
from apps.masterdata.models import Part, PartnerPart
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.models import Release
from apps.planning.services import Planned
from apps.production import selectors, services, telling
from apps.production.models import Told
from apps.production.services import Made
from apps.sharing import services as sharing
from apps.tenancy import services as tenancy
from apps.tenancy.bases import sides_of
from apps.tenancy.models import Grant
from apps.tenancy.scope import unscoped
from tests.drawn import without_drawn
from tests.world import SYSTEM, as_person, in_days

D = Decimal


def granted(world, precision="exact", **options):
    with as_person(world, "supplier"):
        grant = sharing.propose_grant(kind="production", firm_id=world.buyer.pk, precision=precision, **options)
    with as_person(world, "buyer"):
        sharing.agree_to_grant(grant_id=grant.pk)
    return grant


def made(world, good="120", number="S-BRK-2210"):
    """The supplier plans and reports an own part under the number that its customer's part has at it."""
    with as_person(world, "supplier"):
        part = create_part(number=number, name="브래킷")
        rows = [Planned(part.pk, in_days(n), D(300)) for n in (0, 3)]
        planning.publish_plan(site_id=world.supplier_site.pk, rows=rows)
        services.report(site_id=world.supplier_site.pk, made=[Made(part.pk, D(good))])
    return part


def seen(world, who="buyer"):
    with as_person(world, who):
        rows = selectors.told().order_by("kind", "day").values_list("kind", "day", "quantity", "least", "below")
        return [(kind, (day - timezone.localdate()).days, *rest) for kind, day, *rest in rows]


@pytest.mark.parametrize(
    ("precision", "of_120", "of_300"),
    [
        ("exact", (120, None, None), (300, None, None)),
        ("bucket", (None, 100, 200), (None, 200, 500)),
        ("yes_no", (None, None, None), (None, None, None)),
    ],
)
def test_a_grant_shows_as_much_as_it_says(world, precision, of_120, of_300):
    granted(world, precision)
    made(world)
    assert seen(world) == [("made", 0, *of_120), ("planned", 0, *of_300), ("planned", 3, *of_300)]
    assert seen(world, "stranger") == []


def test_nothing_is_seen_without_a_grant_or_after_its_end(world):
    made(world)
    with as_person(world, "supplier"):
        assert telling.tell() == 1
    assert seen(world) == []
    grant = granted(world)
    assert len(seen(world)) == 3
    with as_person(world, "supplier"):
        sharing.revoke_grant(grant_id=grant.pk)
    assert seen(world) == []


def test_a_grant_of_all_parts_shows_those_of_no_other_customer_by_either_wall(world, committed):
    granted(world)
    with unscoped(reason=SYSTEM):
        relation = tenancy.relate(buyer=world.stranger, supplier=world.supplier, vendor_code="V-9")
        part = Part.objects.create(organization=world.stranger, number="OTH-1", name="남의 품목")
        other = PartnerPart.objects.create(**sides_of(relation), part=part, buyer_number="OTH-1", name="남의 품목")
    made(world)
    with as_person(world, "supplier"):
        telling.tell()
        same = {"organization": world.supplier, "partner_part": other, "kind": "made", "day": in_days(0)}
        Told.objects.create(**same, precision="exact", quantity=D(7))
    with as_person(world, "buyer"):
        assert set(Told.objects.values_list("partner_part", flat=True)) == {world.part.pk}
        assert set(Told._base_manager.values_list("partner_part", flat=True)) == {world.part.pk}


def test_a_number_that_the_buyer_writes_finds_nothing_of_its_supplier(world):
    granted(world)
    made(world, number="SECRET-1")
    with as_person(world, "buyer-admin"):
        PartnerPart.objects.filter(pk=world.second_part.pk).update(supplier_number="SECRET-1")
        with pytest.raises(DatabaseError, match="may not change"), transaction.atomic():
            PartnerPart.objects.filter(pk=world.second_part.pk).update(own_number="SECRET-1")
    with as_person(world, "supplier"):
        telling.tell()
    assert seen(world) == []


def test_a_reversal_takes_back_what_was_told(world):
    granted(world)
    made(world)
    with as_person(world, "supplier"):
        services.reverse(report_id=selectors.reports().get().pk)
    assert [row[0] for row in seen(world)] == ["planned", "planned"]


def test_a_part_that_several_customers_get_is_told_to_none(world):
    granted(world)
    with as_person(world, "supplier"):
        type(world.second_part).objects.filter(pk=world.second_part.pk).update(own_number="S-BRK-2210")
    made(world)
    assert seen(world) == []


def heard(world):
    with as_person(world, "buyer"):
        return DomainEvent.objects.filter(event="production.told").count()


def test_what_is_told_is_as_old_as_its_report_and_written_where_it_differs(world, client_of):
    part = made(world)
    with as_person(world, "supplier"):
        at = selectors.reports().get().created_at
        released = Release.objects.get().published_at
    granted(world, "bucket")
    with as_person(world, "supplier"):
        telling.tell()  # the grant is younger than the report
        rows = set(Told.objects.values_list("pk", "kind", "told_at"))
        assert {(kind, told_at) for _pk, kind, told_at in rows} == {("made", at), ("planned", released)}
        with CaptureQueriesContext(connection) as queries:
            telling.tell()
        assert not [q["sql"] for q in queries if q["sql"].startswith(('INSERT INTO "', "UPDATE", "DELETE"))]
        assert len(queries) <= 16
        assert set(Told.objects.values_list("pk", "kind", "told_at")) == rows
    (shown,) = client_of("buyer").get("/production/suppliers/").context["rows"]
    assert shown.told_at == at
    before = heard(world)
    with as_person(world, "supplier"):
        services.report(site_id=world.supplier_site.pk, made=[Made(part.pk, D(500), lot="L2")], is_confirmed=True)
        latest = selectors.reports().first().created_at
    assert seen(world)[0] == ("made", 0, None, 500, 1000)
    (shown,) = client_of("buyer").get("/production/suppliers/").context["rows"]
    assert (shown.told_at, heard(world)) == (latest, before + 1)


def test_who_is_shown_nothing_hears_nothing(world):
    with as_person(world, "supplier"):
        sharing.propose_grant(kind="production", firm_id=world.buyer.pk)
        assert telling.tell() == 0  # before the first report
    made(world)
    with as_person(world, "supplier"):
        assert selectors.reports().get().number == "PR-00001"
        assert Told.objects.exists()
    assert heard(world) == 0


def test_yes_has_no_unit(world, client_of):
    granted(world, "yes_no")
    made(world)
    page = client_of("buyer").get("/production/suppliers/").content.decode()
    assert "yes" in page
    assert 'class="unit"' not in page


@pytest.mark.parametrize(
    ("quantity", "least", "below"),
    [("1", 1, 2), ("2", 2, 5), ("0.07", "0.05", "0.1"), ("999", 500, 1000), ("1000", 1000, 2000)],
)
def test_buckets_are_steps_of_one_two_and_five(quantity, least, below):
    assert telling.bucket(D(quantity)) == (D(least), D(below))


def test_the_page_shows_it_and_grants_are_proposed_agreed_and_ended_there(world, client_of):
    made(world)
    supplier, buyer = client_of("supplier"), client_of("buyer-admin")
    form = {"firm": world.buyer.pk, "way": "offer", "precision": "bucket"}
    assert supplier.post("/production/suppliers/propose/", form).status_code == 302
    with as_person(world, "supplier"):
        grant = Grant.objects.get(kind="production")
        assert Told.objects.exists()
    assert "100–200" not in buyer.get("/production/suppliers/").content.decode()
    buyer.post(f"/production/suppliers/{grant.pk}/agree/")
    shown = " ".join(buyer.get("/production/suppliers/").content.decode().split())
    shown = without_drawn(shown.partition('id="told-title"')[2].partition("</table>")[0])
    assert "100–200" in shown
    assert "120" not in shown
    supplier.post(f"/production/suppliers/{grant.pk}/end/")
    assert "100–200" not in buyer.get("/production/suppliers/").content.decode()
    assert client_of("stranger").post(f"/production/suppliers/{grant.pk}/end/").status_code == 404
