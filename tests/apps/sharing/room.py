"""What grants show to the walks."""

from apps.sharing import services
from tests.rooms import Shown
from tests.world import World, as_person


def fill(world: World) -> None:
    """One grant that is offered and agreed, one that is asked for."""
    with as_person(world, "supplier"):
        offered = services.propose_grant(kind="lot_risk", firm_id=world.buyer.pk, partner_part_id=world.part.pk)
        services.propose_grant(kind="lot_risk", firm_id=world.buyer.pk, is_offer=False)
    with as_person(world, "buyer"):
        services.agree_to_grant(grant_id=offered.pk)


SHOWN = Shown(fill=fill)
