"""Material that was handed out: the demand of its parts is met where it lies, and nothing is bought twice."""

from decimal import Decimal

from apps.inventory import services as inventory
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.services import Planned
from apps.tower.needs import needs
from tests.apps.consigned.given import counted, into, received, sent, steel
from tests.world import as_person, in_days

D = Decimal


def bracket_made_of_steel(world, quantity=2000, days=1):
    """So many axles are planned in five days, each with a bracket of half a kilogram of steel."""
    material = steel(world, laid=1100)
    into(world, material)
    with as_person(world, "buyer"):
        axle = create_part(number="AXL-1", name="축")
        goes = [
            planning.Goes(axle.pk, world.part.part_id, D(1)),
            planning.Goes(world.part.part_id, material.part_id, D("0.5")),
        ]
        planning.keep_bills(items=goes)
        rows = [Planned(axle.pk, in_days(5 + n), D(quantity) / days) for n in range(days)]
        planning.publish_plan(site_id=world.site.pk, rows=rows)
    return material


def steel_needed(world, material, **options):
    with as_person(world, "buyer"):
        return needs(**options)[material.part_id, world.site.pk]


def test_what_was_handed_out_meets_the_demand_at_the_supplier(world, db, client_of):
    material = bracket_made_of_steel(world)
    assert steel_needed(world, material).stop is None
    note = sent(world, material, 800)
    for options in ({}, {"parts": [material.part_id]}):
        found = steel_needed(world, material, **options)
        assert (found.stock, found.stop, found.at_suppliers) == (300, None, 800)
        assert found.days[-1].projected == 100
    received(world, note)
    assert steel_needed(world, material).days[-1].projected == 100
    page = client_of("buyer").get(f"/tower/needs/{material.part_id}/{world.site.pk}/").content.decode()
    assert "800 kg that suppliers take from what lies with them" in " ".join(page.split())
    assert str(material.part_id) not in client_of("buyer").get("/tower/proposals/").content.decode().split('value="')


def test_what_is_handed_out_beyond_the_demand_helps_no_other(world, db):
    material = bracket_made_of_steel(world, 1000)
    sent(world, material, 800)
    with as_person(world, "buyer"):
        planning.publish_plan(site_id=world.site.pk, kind="demand", rows=[Planned(material.part_id, in_days(3), D(350))])
    found = steel_needed(world, material)
    assert (found.stop, found.gap, found.at_suppliers) == (3, 50, 500)


def test_material_in_parts_that_came_is_needed_no_more(world, db):
    material = bracket_made_of_steel(world, 2000, days=2)
    received(world, sent(world, material, 1000))
    counted(world, material, 400)  # 600 kg became 1,200 brackets
    assert steel_needed(world, material).stop == 6
    with as_person(world, "buyer"):
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, D(1200))])
    found = steel_needed(world, material)
    assert (found.stop, found.in_parts, found.at_suppliers) == (None, 600, 400)


def test_what_is_on_its_way_back_covers_nothing_at_the_supplier(world, db):
    material = bracket_made_of_steel(world)
    received(world, sent(world, material, 800))
    sent(world, material, 500, who="supplier")
    found = steel_needed(world, material)
    assert (found.at_suppliers, found.days[-1].projected) == (300, -400)
