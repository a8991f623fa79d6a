"""Shapes of deliveries in the API."""

from typing import Any

from rest_framework import serializers

from apps.common.api import CodeText, IdField, NameText, NoteText, QuantityField
from apps.common.shapes import Shape

from ..services import MAX_LINES, Received, Shipped
from ..statuses import PackageKind, ShipmentStatus


class ShipmentRowSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.ChoiceField(ShipmentStatus.choices)
    planned_departure_on = serializers.DateField()
    planned_arrival_on = serializers.DateField()
    departed_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    line_count = serializers.IntegerField()
    package_count = serializers.IntegerField()
    part_number = serializers.CharField()
    part_name = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    destination_site_id = serializers.IntegerField()


class PackageSerializer(Shape):
    id = serializers.IntegerField()
    plate = serializers.CharField()
    kind = serializers.ChoiceField(PackageKind.choices)
    quantity = QuantityField()
    is_received = serializers.BooleanField()


class ReceivedLineSerializer(Shape):
    receipt_number = serializers.CharField(source="receipt.number")
    package_id = serializers.IntegerField(allow_null=True)
    announced_quantity = QuantityField()
    quantity = QuantityField()
    damaged_quantity = QuantityField()
    short_quantity = QuantityField()
    received_on = serializers.DateField()


class ShipmentLineSerializer(Shape):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField(source="order.number")
    schedule_line_id = serializers.IntegerField()
    part_id = serializers.IntegerField(source="partner_part_id")
    buyer_number = serializers.CharField(source="partner_part.buyer_number")
    quantity = QuantityField()
    unit = serializers.CharField()
    lot = serializers.CharField()
    packages = PackageSerializer(many=True, source="shown_packages")
    receipts = ReceivedLineSerializer(many=True, source="shown_receipts")
    missing_quantity = QuantityField(help_text="announced, in no receipt, and no longer expected")


class ShipmentSerializer(ShipmentRowSerializer):
    is_past = serializers.BooleanField(help_text="of the time before the two traded here, as the buyer's table says")
    note = serializers.CharField()
    lines = ShipmentLineSerializer(many=True, source="shown_lines")


class NewShipmentLineSerializer(Shape):
    schedule_line = IdField()
    quantity = QuantityField()
    lot = CodeText(max_length=60, required=False, allow_blank=True)
    packages = serializers.IntegerField(min_value=0, max_value=500, default=0)
    package_kind = serializers.ChoiceField(PackageKind.choices, default=PackageKind.CARTON)
    plates = serializers.ListField(child=CodeText(max_length=60), required=False, max_length=500)


class NewShipmentSerializer(Shape):
    lines = NewShipmentLineSerializer(many=True, max_length=MAX_LINES)
    planned_arrival_on = serializers.DateField()
    planned_departure_on = serializers.DateField(required=False)
    number = CodeText(max_length=40, required=False, allow_blank=True)
    carrier = NameText(max_length=80, required=False, allow_blank=True)
    tracking_number = CodeText(max_length=80, required=False, allow_blank=True)
    note = NoteText(max_length=500, required=False, allow_blank=True)
    confirmed = serializers.BooleanField(required=False, help_text="an arrival far ahead and a departure long ago are meant")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.announce_shipment`."""
        data = dict(self.validated_data)
        data["is_confirmed"] = data.pop("confirmed", False)
        rows = [{**line, "schedule_line_id": line["schedule_line"]} for line in data.pop("lines")]
        for row in rows:
            del row["schedule_line"]
        return {**data, "lines": [Shipped(**row) for row in rows]}


class WhenSerializer(Shape):
    at = serializers.DateTimeField(required=False, help_text="default: now")


class DepartureSerializer(WhenSerializer):
    confirmed = serializers.BooleanField(required=False, help_text="a departure long ago is meant")


class ReceiptEntrySerializer(Shape):
    shipment_line = IdField()
    package = IdField(required=False, allow_null=True)
    quantity = QuantityField(help_text="accepted on arrival")
    damaged = QuantityField(default=0, help_text="goes back")


class NewReceiptSerializer(Shape):
    lines = ReceiptEntrySerializer(many=True, required=False, max_length=500, help_text="default: all that is open")
    is_rest_missing = serializers.BooleanField(default=True, help_text="false leaves the rest expected")
    is_surplus_confirmed = serializers.BooleanField(
        default=False, help_text="true books entries that hold more than was announced of them"
    )
    note = NoteText(max_length=500, required=False, allow_blank=True)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.receive_shipment`."""
        data = dict(self.validated_data)
        lines = data.pop("lines", None)
        entries = None
        if lines is not None:
            entries = [Received(e["shipment_line"], e["quantity"], e["damaged"], e.get("package")) for e in lines]
        return {**data, "received": entries}
