"""What parts show to the walks."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.masterdata import prices
from apps.masterdata.models import PartnerPart, PartPrice
from tests.rooms import Shown, Spot
from tests.world import as_person


def things(world):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with as_person(world, "buyer"):
        price = prices.set_price(partner_part_id=world.part.pk, price=Decimal(110), valid_from=tomorrow)
    return {
        r"^parts/": world.part.pk,
        r"^parts/own/": world.part.part_id,
        "<int:price_pk>": price.pk,
        r"api/\^parts/": world.part.part_id,
        r"api/\^partner-parts/": world.part.pk,
        r"api/\^part-prices/": price.pk,
    }


def whole(world):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with as_person(world, "buyer"):
        if PartPrice.objects.filter(partner_part=world.second_part).exists():
            return  # one that holds now would end this one
        prices.set_price(partner_part_id=world.second_part.pk, price=Decimal(120), valid_from=tomorrow)


def spots():
    part = PartnerPart.objects.get(buyer_number="BRK-2210")
    return {
        "part": Spot(f"/parts/{part.pk}/"),
        "own-part": Spot(f"/parts/own/{part.part_id}/"),
        "part-of-supplier": Spot(f"/parts/{part.pk}/", part.supplier_id),
    }


SHOWN = Shown(
    things=things,
    whole=whole,
    spots=spots,
    values={"masterdata.PartPrice": {"currency": "KRW", "valid_until": None}},
    screens=(
        ("parts", "buyer", "/parts/"),
        ("part", "buyer", "part"),
        ("part-of-supplier", "seller", "part-of-supplier"),
        ("own-parts", "buyer", "/parts/own/"),
        ("own-part", "buyer", "own-part"),
    ),
    lists=(("/api/part-prices/", 2),),
    pages=(("/parts/own/", 4),),
    texts={"masterdata_numberrange.kind": "a word of ours"},
    listed={"parts": "/parts/", "own-parts": "/parts/own/"},
)
