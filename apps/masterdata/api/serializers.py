from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.common.api import CodeText, IdField, NameText, QuantityField, UnitField
from apps.common.shapes import Shape
from apps.tenancy.api.serializers import PriceField

from ..models import Part


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
    ended_at = serializers.DateTimeField(read_only=True, allow_null=True)


class ChangedPartSerializer(Shape):
    # What is left out stays as it is.
    number = CodeText(max_length=60, required=False)
    revision = CodeText(max_length=20, required=False, allow_blank=True)
    name = NameText(max_length=200, required=False)
    name_en = NameText(max_length=200, required=False, allow_blank=True)
    specification = NameText(max_length=300, required=False, allow_blank=True)
    drawing_number = CodeText(max_length=60, required=False, allow_blank=True)
    unit = UnitField(required=False)
    tracking = serializers.ChoiceField(Part.Tracking.choices, required=False)
    is_critical = serializers.BooleanField(required=False)


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
    pack_size = QuantityField(allow_null=True)
    minimum_quantity = QuantityField(allow_null=True)
    lead_time_days = serializers.IntegerField()
    unit_price = PriceField(allow_null=True, help_text="where no dated price holds; null where the terms hide prices")
    is_inspected = serializers.BooleanField()
    ended_at = serializers.DateTimeField(allow_null=True)


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


class ChangedPartnerPartSerializer(Shape):
    # What is left out stays as it is; null takes a figure away.
    supplier_number = CodeText(max_length=60, required=False, allow_blank=True)
    pack_size = QuantityField(min_value=0, required=False, allow_null=True)
    minimum_quantity = QuantityField(min_value=0, required=False, allow_null=True)
    lead_time_days = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    unit_price = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0, required=False, allow_null=True)
    is_inspected = serializers.BooleanField(required=False)
    confirmed = serializers.BooleanField(required=False, help_text="a very high price is meant")

    def validate_pack_size(self, value: Any) -> Any:
        return value or None

    def validate_minimum_quantity(self, value: Any) -> Any:
        return value or None


class SupplierNumberSerializer(Shape):
    supplier_number = CodeText(max_length=60, allow_blank=True)


class PriceSerializer(Shape):
    id = serializers.IntegerField()
    partner_part_id = serializers.IntegerField()
    price = PriceField(allow_null=True, help_text="null where the terms hide prices")
    currency = serializers.CharField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)


class NewPriceSerializer(Shape):
    partner_part = IdField()
    price = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)
    confirmed = serializers.BooleanField(required=False, help_text="a very high price is meant")
