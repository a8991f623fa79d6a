"""Material that was agreed before prices said their currency: each price keeps the one that its relation had then."""

from decimal import Decimal
from importlib import import_module

from django.db import connections

from apps.consigned import services
from apps.inventory.models import ConsignedPart
from apps.tenancy.models import TradingRelation
from tests.apps.consigned.given import steel
from tests.world import as_if, as_person

AS_AGREED = import_module("apps.inventory.migrations.0012_currency_as_agreed").AS_AGREED
TABLES = ("inventory_consignedpart", "inventory_consignedpartevent")
UNSAID = "".join(
    f"ALTER TABLE {table} DISABLE TRIGGER USER; UPDATE {table} SET currency = ''; ALTER TABLE {table} ENABLE TRIGGER USER;"
    for table in TABLES
)


def run(statement: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT for_tests.run(%s)", [statement])


def test_a_price_keeps_the_currency_of_the_day_on_which_it_was_agreed(world, committed):
    material = steel(world, laid=0)
    with as_person(world, "buyer"):
        services.change_material(
            consigned_part_id=material.pk, is_charged=True, unit_price=Decimal(5000), allowed_loss=Decimal(0)
        )
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), currency="USD")
    with as_person(world, "buyer"):
        run(UNSAID)
    with as_person(world, "buyer"):
        assert ConsignedPart.objects.get(pk=material.pk).paid_in == "USD", "as it was told before"
        run(AS_AGREED)
    with as_person(world, "buyer"):
        found = ConsignedPart.objects.get(pk=material.pk)
        versions = list(found.versions.order_by("pgh_id").values_list("unit_price", "currency"))
    assert found.paid_in == "KRW"
    assert {currency for _price, currency in versions} == {"KRW"}
    assert versions[-1] == (Decimal(5000), "KRW")
