from typing import Any

from rest_framework import serializers

from apps.common.api import QuantityField
from apps.common.shapes import Shape

from ..prices import are_hidden
from ..terms import Way

HIDDEN = "null where the terms show prices only to those who buy and sell"


class PriceField(QuantityField):
    """A price or a sum of prices of a shared row; null for whom the terms of its relation hide them."""

    def get_attribute(self, instance: Any) -> Any:
        return None if self.hides(instance) else super().get_attribute(instance)

    @staticmethod
    def hides(row: Any) -> bool:
        """Also asked by `common.shapes`, which reads rows without asking each field."""
        return are_hidden(row)


class OrganizationSerializer(Shape):
    id = serializers.IntegerField()
    legal_name = serializers.CharField()
    name_en = serializers.CharField()
    gln = serializers.CharField()
    bpnl = serializers.CharField()


class TermsSerializer(Shape):
    currency = serializers.CharField()
    incoterm = serializers.CharField()
    over_tolerance = serializers.DecimalField(max_digits=5, decimal_places=4)
    freeze_days = serializers.IntegerField()
    early_days = serializers.IntegerField(allow_null=True, help_text="null: any earlier day is on time")
    late_days = serializers.IntegerField()
    answer_hours = serializers.IntegerField()
    hides_prices = serializers.BooleanField(help_text="only those who buy and sell see prices")
    way = serializers.ChoiceField(Way.choices, help_text="how lines are confirmed; none: as soon as they are sent")
    is_strict = serializers.BooleanField(help_text="days off, pack size and lead time are refused, not only said")
    otif_target = serializers.IntegerField(allow_null=True, help_text="percent of the lines; null: none is agreed")
    ppm_target = serializers.IntegerField(allow_null=True, help_text="null: none is agreed")
    data_days = serializers.DictField(
        child=serializers.IntegerField(), help_text="kind of data: days within which it is brought up to date, as agreed"
    )


class RelationSerializer(TermsSerializer):
    id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    vendor_code = serializers.CharField()


class ClusterSerializer(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.CharField()
    region = serializers.CharField()
    lead_id = serializers.IntegerField(allow_null=True)
    programme = serializers.CharField()


class MembershipSerializer(Shape):
    id = serializers.IntegerField()
    cluster_id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateField()
