"""A supplier's gearbox of two shafts and a housing, for tests that make some."""

from decimal import Decimal

from apps.inventory import services as inventory
from apps.inventory.selectors import balances
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.services import Goes
from apps.production import services
from apps.production.services import Made
from tests.world import as_person

D = Decimal


def gearbox(world, *, shafts="2", scrap="0"):
    """(gearbox, shaft, housing): own parts of the supplier; two shafts and a housing in each."""
    with as_person(world, "supplier"):
        box, shaft, housing = (create_part(number=number, name=number) for number in ("GBX-1", "SHF-9", "HSG-9"))
        planning.keep_bills(items=[Goes(box.pk, shaft.pk, D(shafts), D(scrap)), Goes(box.pk, housing.pk, D(1))])
    return box, shaft, housing


def laid(world, *rows, who="supplier", site=None):
    """(part, quantity, lot) of own parts, counted one after the other: the first is the oldest."""
    with as_person(world, who):
        for part, quantity, lot in rows:
            counted = [inventory.Counted(None, D(quantity), lot=lot, part_id=part.pk)]
            inventory.count_stock(site_id=(site or world.supplier_site).pk, counted=counted)


def reported(world, part, good, rejected="0", *, who="supplier", site=None, **options):
    row = {name: options.pop(name) for name in ("lot", "reason", "key", "note") if name in options}
    with as_person(world, who):
        made = [Made(part.pk, D(good), D(rejected), **row)]
        (found,) = services.report(site_id=(site or world.supplier_site).pk, made=made, **options)
        return found


def held(world, who="supplier"):
    with as_person(world, who):
        return {(row.number, row.lot): row.quantity for row in balances() if row.quantity}
