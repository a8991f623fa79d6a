"""What capacity shows to the walks."""

from decimal import Decimal

from apps.capacity import agreeing, selectors, services, telling
from apps.capacity.models import CapacityGroup
from apps.capacity.services import Said, Uses
from apps.planning.weeks import monday_of
from apps.sharing import services as sharing
from apps.tenancy.models import Grant
from tests.rooms import CLOSED, Shown
from tests.world import as_person, in_days


def kept(world):
    """A press of the buyer with a week of its own."""
    with as_person(world, "buyer"):
        found = CapacityGroup.objects.filter(code="PRESS", ended_at=None).first()
        group = found or services.keep_group(
            site_id=world.site.pk, code="PRESS", name="프레스", usual=Decimal(500), parts=[Uses(world.part.part_id)]
        )
        services.keep_weeks(group_id=group.pk, weeks=[Said(monday_of(in_days(7)), Decimal(300), Decimal(400))])
    return group


def told(world):
    """The supplier shows the buyer the capacity for its part, and has agreed some of it."""
    with as_person(world, "supplier"):
        found = CapacityGroup.objects.filter(code="M-1", ended_at=None).first()
        parts = [Uses(None, partner_part_id=world.part.pk)]
        group = found or services.keep_group(
            site_id=world.supplier_site.pk, code="M-1", name="1호기", usual=Decimal(900), parts=parts
        )
        is_shown = Grant.objects.filter(kind="capacity", precision="exact", agreed_at__isnull=False).exists()
        grant = None if is_shown else sharing.propose_grant(kind="capacity", firm_id=world.buyer.pk)
        standing = selectors.open_agreements().filter(group=group).first()
        offer = standing or agreeing.propose_capacity(
            group_id=group.pk, relation_id=world.relation.pk, quantity=Decimal(300), first_week=monday_of(in_days(7))
        )
    with as_person(world, "buyer"):
        if grant is not None:
            sharing.agree_to_grant(grant_id=grant.pk)
        if offer.agreed_at is None:
            agreeing.agree_capacity(agreement_id=offer.pk)
    with as_person(world, "supplier"):
        telling.tell()
    return group


def things(world):
    made = kept(world).pk
    with as_person(world, "supplier"):
        grant = sharing.propose_grant(kind="capacity", firm_id=world.buyer.pk, precision="bucket")
        group = services.keep_group(
            site_id=world.supplier_site.pk,
            code="M-9",
            name="9호기",
            usual=Decimal(900),
            parts=[Uses(None, partner_part_id=world.part.pk)],
        )
        offer = agreeing.propose_capacity(
            group_id=group.pk, relation_id=world.relation.pk, quantity=Decimal(300), first_week=monday_of(in_days(7))
        )
    return {
        r"^capacity/": made,
        r"^capacity/suppliers/": grant.pk,
        r"^capacity/agreements/": offer.pk,
        r"api/\^capacity-groups/": made,
        r"api/\^capacity-agreements/": offer.pk,
    }


SHOWN = Shown(
    values={
        "capacity.ToldCapacity": {"precision": "yes_no", "is_enough": True},
    },
    things=things,
    whole=told,
    fill=kept,
    screens=(
        ("capacity", "buyer", "/capacity/"),
        ("capacity-new", "buyer", "/capacity/new/"),
        ("capacity-suppliers", "buyer", "/capacity/suppliers/"),
    ),
    empty={("history", "/capacity/*"): CLOSED},
    lists=(
        ("/api/capacity-groups/", 2),
        ("/api/capacity-weeks/", 1),
        ("/api/capacity-agreements/", 2),
        ("/api/told-capacity/", 1),
    ),
    pages=(("/capacity/", 22), ("/capacity/suppliers/", 6)),
)
