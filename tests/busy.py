"""The small world with work in every list: three rows and more in each, with names that a spreadsheet would run."""

from decimal import Decimal

from apps.masterdata.models import Part, PartnerPart
from apps.tenancy.models import Organization
from tests.chain import announced, confirmed, received, whole
from tests.rooms import shown
from tests.world import World, as_if, as_person, in_days

PLANTED = "=SUM(1,1)"
# Logins of the example cluster, and the same people of the small world.
LOGINS = {"admin": "buyer-admin", "daesung": "supplier"}
ADDRESSES = {name: address for room in shown() for name, address in room.listed.items()}
READERS = {name: LOGINS.get(who, who) for room in shown() for name, who in room.readers.items()}


def fill(world: World) -> None:
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.all(), name=PLANTED, name_en=PLANTED, pack_size=Decimal("2.5"))
        for n, pk in enumerate(PartnerPart.objects.values_list("pk", flat=True)):
            as_if(PartnerPart.objects.filter(pk=pk), supplier_number=f"+{n}")
        as_if(Part.objects.all(), name=PLANTED, name_en=PLANTED)
        as_if(Organization.objects.filter(pk=world.supplier.pk), legal_name="@supplier", name_en="@supplier")
    for days in (1, 4, 7):
        whole(world)
        received(world, announced(world, confirmed(world, quantities=(10, 20)), lot=f"-{days}"))
        announced(world, confirmed(world, on=in_days(days + 20)), days=days)
    for room in shown():
        room.stock(world)
