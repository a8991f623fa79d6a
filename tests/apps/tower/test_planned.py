"""What a supplier plans to make stands beside the supply of a part, as precisely as it shows it, and is never part of it."""

from decimal import Decimal

import pytest

from apps.masterdata.models import PartnerPart
from apps.production import telling
from apps.tower.planned import planned_output
from tests.apps.production.test_telling import granted, made
from tests.world import as_if, as_person, in_days

from .test_needs import count, need, planned

D = Decimal


@pytest.mark.parametrize(
    ("precision", "told", "words"),
    [
        ("exact", {"quantity": 300}, "300"),
        ("bucket", {"least": 200, "below": 500}, "200–500"),
        ("yes_no", {"is_some": True}, "yes"),
    ],
)
def test_the_planned_output_of_a_supplier_is_shown_and_not_reckoned(world, db, client_of, precision, told, words):
    planned(world, *[10] * 5)
    count(world, 20)
    granted(world, precision)
    made(world)
    found = need(world)
    assert found.stop == 2  # what is planned there is not ordered
    with as_person(world, "buyer"):
        assert planned_output(found) == {in_days(0): told, in_days(3): told}
    page = client_of("buyer").get(f"/tower/needs/{world.part.part_id}/{world.site.pk}/").content.decode()
    row = page.partition("Planned by suppliers")[2].partition("</tr>")[0]
    assert row.count(words) == 2


def test_it_stands_in_the_base_unit_and_nothing_stands_without_a_grant(world, db, client_of):
    planned(world, *[10] * 5)
    made(world)
    assert (
        "Planned by suppliers"
        not in client_of("buyer").get(f"/tower/needs/{world.part.part_id}/{world.site.pk}/").content.decode()
    )
    granted(world)
    with as_person(world, "supplier"):
        telling.tell()
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), base_factor=D(12))
    found = need(world)
    with as_person(world, "buyer"):
        assert planned_output(found)[in_days(0)] == {"quantity": 3600}
