"""What production shows to the walks."""

from decimal import Decimal

from apps.masterdata.models import Part
from apps.masterdata.services import create_part
from apps.planning import services as planning
from apps.planning.services import Goes
from apps.production import services
from apps.production.services import Made
from apps.sharing import services as sharing
from apps.tenancy.models import Grant
from tests.rooms import CLOSED, Shown
from tests.world import as_person


def reported(world):
    """Two reports of the buyer: one that material was missing for, and the reversal of another."""
    with as_person(world, "buyer"):
        axle = Part.objects.filter(number="AXL-77").first() or create_part(number="AXL-77", name="축")
        planning.keep_making_rule(site_id=world.site.pk, shortage="take", over_share=Decimal("0.1"))
        pin = Part.objects.filter(number="PIN-77").first() or create_part(number="PIN-77", name="핀")  # which lies nowhere
        planning.keep_bills(items=[Goes(axle.pk, part, Decimal(2)) for part in (world.part.part_id, pin.pk)])
        made, other = (
            services.report(site_id=world.site.pk, made=[Made(axle.pk, Decimal(n), lot=f"A{n}")])[0] for n in (3, 4)
        )
        services.reverse(report_id=other.pk)
    return made


def told(world):
    """The supplier shows the buyer what it made of a part."""
    with as_person(world, "supplier"):
        is_shown = Grant.objects.filter(kind="production", precision="exact").exists()
        grant = None if is_shown else sharing.propose_grant(kind="production", firm_id=world.buyer.pk)
    if grant is not None:
        with as_person(world, "buyer"):
            sharing.agree_to_grant(grant_id=grant.pk)
    with as_person(world, "supplier"):
        services.report(site_id=world.supplier_site.pk, made=[Made(None, Decimal(30), partner_part_id=world.part.pk)])


def things(world):
    made = reported(world)
    with as_person(world, "supplier"):
        grant = sharing.propose_grant(kind="production", firm_id=world.buyer.pk, precision="bucket")
    return {r"^production/": made.pk, r"^production/suppliers/": grant.pk, r"api/\^production-reports/": made.pk}


SHOWN = Shown(
    values={"production.Told": {"precision": "yes_no", "quantity": None, "least": None, "below": None}},
    things=things,
    whole=told,
    fill=reported,
    stock=reported,
    screens=(
        ("production", "buyer", "/production/"),
        ("production-count", "buyer", "/production/count/"),
        ("production-reports", "buyer", "/production/reports/"),
        ("production-suppliers", "buyer", "/production/suppliers/"),
    ),
    listed={"production": "/production/reports/"},
    empty={("history", "/production/*"): CLOSED},
    lists=(("/api/production-reports/", 1),),
    pages=(("/production/", 11), ("/production/count/", 12), ("/production/reports/", 4), ("/production/suppliers/", 4)),
)
