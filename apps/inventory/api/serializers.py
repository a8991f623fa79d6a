"""Shapes of stock in the API."""

from typing import Any

from rest_framework import serializers

from apps.common.api import CodeText, IdField, QuantityField
from apps.common.shapes import Shape
from apps.common.units import UNIT_CHOICES

from ..models import COUNTED, MovementKind, StockStatus
from ..services import Counted

COUNTED_CHOICES = [(status.value, status.label) for status in COUNTED]


class BalanceSerializer(Shape):
    id = serializers.IntegerField()
    part_id = serializers.IntegerField(source="partner_part_id", allow_null=True, help_text="the partner part's")
    own_part_id = serializers.IntegerField(source="part_id", allow_null=True, help_text="where it is no partner part")
    buyer_number = serializers.CharField(source="number", help_text="of a partner part the buyer's, else the own number")
    site_id = serializers.IntegerField()
    status = serializers.ChoiceField(StockStatus.choices)
    owner_id = serializers.IntegerField()
    lot = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    as_of = serializers.DateTimeField()


class MovementSerializer(Shape):
    id = serializers.IntegerField()
    part_id = serializers.IntegerField(source="partner_part_id", allow_null=True, help_text="the partner part's")
    own_part_id = serializers.IntegerField(source="part_id", allow_null=True, help_text="where it is no partner part")
    buyer_number = serializers.CharField(source="number", help_text="of a partner part the buyer's, else the own number")
    site_id = serializers.IntegerField()
    status = serializers.ChoiceField(StockStatus.choices)
    kind = serializers.ChoiceField(MovementKind.choices)
    lot = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    reference = serializers.CharField()
    created_at = serializers.DateTimeField()


class CountedSerializer(Shape):
    part = IdField(required=False, help_text="id of the partner part")
    own_part = IdField(required=False, help_text="id of an own part, instead")
    consigned_part = IdField(required=False, help_text="id of a customer's material that lies here, instead")
    quantity = QuantityField(help_text="found, in the part's unit, else in `unit`")
    unit = serializers.ChoiceField(UNIT_CHOICES, required=False)
    status = serializers.ChoiceField(COUNTED_CHOICES, default=StockStatus.AVAILABLE)
    lot = CodeText(max_length=60, required=False, allow_blank=True)


class CountSerializer(Shape):
    site = IdField()
    rows = CountedSerializer(many=True, max_length=1000)
    reference = CodeText(max_length=80, required=False, allow_blank=True)
    is_confirmed = serializers.BooleanField(default=False, help_text="far more than the ledger has is meant")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.count_stock`."""
        data = self.validated_data
        rows = [
            Counted(
                r.get("part"),
                r["quantity"],
                r["status"],
                r.get("lot", ""),
                r.get("own_part"),
                r.get("unit", ""),
                r.get("consigned_part"),
            )
            for r in data["rows"]
        ]
        return {
            "site_id": data["site"],
            "counted": rows,
            "reference": data.get("reference", ""),
            "is_confirmed": data["is_confirmed"],
        }


class CountResultSerializer(Shape):
    differences = serializers.IntegerField()
