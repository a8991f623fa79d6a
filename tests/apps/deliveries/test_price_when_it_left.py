"""Deliveries that left before their prices were kept: they take the order's of the day of the migration, once."""

from decimal import Decimal
from importlib import import_module

from django.db import connections

from apps.deliveries import services
from apps.deliveries.models import ShipmentLine
from apps.orders.models import PurchaseOrderLine
from tests.chain import announced, confirmed
from tests.world import as_if, as_person

AS_IT_IS = import_module("apps.deliveries.migrations.0005_price_of_what_left_before").AS_IT_IS
FORGOTTEN = """
ALTER TABLE deliveries_shipmentline DISABLE TRIGGER USER;
UPDATE deliveries_shipmentline SET unit_price = NULL, currency = NULL;
ALTER TABLE deliveries_shipmentline ENABLE TRIGGER USER;
"""


def run(statement: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT for_tests.run(%s)", [statement])


def kept() -> dict[int, tuple[Decimal | None, str | None]]:
    rows = ShipmentLine.objects.values_list("shipment", "unit_price", "currency")
    return {shipment: (price, currency) for shipment, price, currency in rows}


def test_what_left_before_takes_the_orders_price_and_what_has_not_left_none(world, committed):
    gone, here = announced(world, confirmed(world)), announced(world, confirmed(world))
    with as_person(world, "supplier"):
        services.depart(shipment_id=gone.pk)
    with as_person(world, "buyer"):
        run(FORGOTTEN)
        as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal(150))
        versions = ShipmentLine.objects.get(shipment=gone).versions.count()
    for _again in range(2):
        with as_person(world, "buyer"):
            run(AS_IT_IS)
        with as_person(world, "buyer"):
            assert kept() == {gone.pk: (Decimal(150), "KRW"), here.pk: (None, None)}
            assert ShipmentLine.objects.get(shipment=gone).versions.count() == versions
            as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal(300))
