from decimal import Decimal

from rest_framework import serializers

from apps.common.api import CodeText, IdField, NameText, QuantityField, UnitField
from apps.common.shapes import Shape


class PartSerializer(Shape):
    id = serializers.IntegerField(read_only=True)
    number = CodeText(max_length=60)
    revision = CodeText(max_length=20, required=False, allow_blank=True)
    name = NameText(max_length=200)
    name_en = NameText(max_length=200, required=False, allow_blank=True)
    specification = NameText(max_length=300, required=False, allow_blank=True)
    drawing_number = CodeText(max_length=60, required=False, allow_blank=True)
    unit = UnitField(default="H87")
    is_critical = serializers.BooleanField(default=False)


class PartnerPartSerializer(Shape):
    id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    buyer_number = serializers.CharField()
    supplier_number = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    unit = serializers.CharField()
    minimum_quantity = QuantityField(allow_null=True)
    lead_time_days = serializers.IntegerField()
    unit_price = QuantityField(allow_null=True)


class NewPartnerPartSerializer(Shape):
    relation = IdField()
    part = IdField()
    supplier_number = CodeText(max_length=60, required=False, allow_blank=True)
    unit = UnitField(required=False)
    minimum_quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0, required=False)
    lead_time_days = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0, required=False)
    confirmed = serializers.BooleanField(required=False, help_text="a very high price is meant")

    def validate_minimum_quantity(self, value) -> Decimal | None:
        return value or None
