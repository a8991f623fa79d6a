"""Shapes of bills, plans and demand in the API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.common.api import CodeText, IdField, QuantityField
from apps.common.shapes import Shape

from ..models import Bucket, Commitment, PlanKind, ReleaseState
from ..services import Goes, Planned


class ReleaseSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(PlanKind.choices)
    site_id = serializers.IntegerField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    as_of = serializers.DateTimeField()
    state = serializers.ChoiceField(ReleaseState.choices)
    replaces_id = serializers.IntegerField(allow_null=True, help_text="the plan that it replaced")
    row_count = serializers.IntegerField()
    published_at = serializers.DateTimeField()


class NewPlanRowSerializer(Shape):
    part = IdField(help_text="id of an own part")
    day = serializers.DateField(help_text="of a week its Monday")
    bucket = serializers.ChoiceField(Bucket.choices, default=Bucket.DAY)
    quantity = QuantityField(help_text="in the part's base unit; 0 says that nothing is needed")
    level = serializers.ChoiceField(Commitment.choices, default=Commitment.FIRM, help_text="UN/EDIFACT 4017")


class NewPlanSerializer(Shape):
    site = IdField(help_text="one of the firm's")
    kind = serializers.ChoiceField(PlanKind.choices, default=PlanKind.PRODUCTION)
    number = CodeText(max_length=40, required=False, allow_blank=True, help_text="given by Dure where it is left out")
    first_day = serializers.DateField(required=False, allow_null=True)
    last_day = serializers.DateField(required=False, allow_null=True)
    as_of = serializers.DateTimeField(
        required=False, allow_null=True, help_text="when it was drawn; an older one than is in force is refused"
    )
    rows = NewPlanRowSerializer(many=True, max_length=100_000)

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.publish_plan`."""
        data = dict(self.validated_data)
        rows = [Planned(r["part"], r["day"], r["quantity"], r["bucket"], r["level"]) for r in data.pop("rows")]
        return {"site_id": data.pop("site"), "rows": rows, "source": "api", **data}


class PlanRowSerializer(Shape):
    part_id = serializers.IntegerField()
    bucket = serializers.ChoiceField(Bucket.choices)
    day = serializers.DateField()
    quantity = QuantityField()
    level = serializers.ChoiceField(Commitment.choices)


class PlanChangeSerializer(Shape):
    part_id = serializers.IntegerField()
    bucket = serializers.ChoiceField(Bucket.choices)
    day = serializers.DateField()
    old_quantity = QuantityField(allow_null=True, help_text="null: new")
    new_quantity = QuantityField(allow_null=True, help_text="null: gone")


class DemandSerializer(Shape):
    id = serializers.IntegerField()
    part_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    release_id = serializers.IntegerField()
    day = serializers.DateField()
    quantity = QuantityField(help_text="in the part's base unit")
    level = serializers.ChoiceField(Commitment.choices)


class ReleasedDemandSerializer(Shape):
    id = serializers.IntegerField()
    partner_part_id = serializers.IntegerField()
    site_id = serializers.IntegerField(source="release.site_id", help_text="of the customer")
    release_id = serializers.IntegerField()
    release_number = serializers.CharField(source="release.number")
    published_at = serializers.DateTimeField(source="release.published_at")
    bucket = serializers.ChoiceField(Bucket.choices)
    day = serializers.DateField(help_text="of a week its Monday")
    quantity = QuantityField(help_text="in the partner part's unit: what the site takes, not an order")
    level = serializers.ChoiceField(Commitment.choices, help_text="UN/EDIFACT 4017")


class ReleaseChangeSerializer(Shape):
    partner_part_id = serializers.IntegerField(source="part_id")
    bucket = serializers.ChoiceField(Bucket.choices)
    day = serializers.DateField()
    old_quantity = QuantityField(help_text="all levels together")
    new_quantity = QuantityField()
    old_firm = QuantityField()
    new_firm = QuantityField()


class PartnerReleaseSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    relation_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    edition = serializers.IntegerField()
    is_current = serializers.BooleanField()
    first_day = serializers.DateField()
    weeks_from = serializers.DateField(help_text="the Monday from which weeks are told")
    replaces_id = serializers.IntegerField(allow_null=True)
    published_at = serializers.DateTimeField()
    said_at = serializers.DateTimeField(help_text="when the oldest plan that says it was drawn")


class BillItemSerializer(Shape):
    id = serializers.IntegerField()
    parent_id = serializers.IntegerField()
    component_id = serializers.IntegerField()
    quantity = QuantityField(help_text="in the component's base unit, for one base unit of the parent")
    scrap_share = serializers.DecimalField(max_digits=5, decimal_places=4)
    offset_days = serializers.IntegerField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class NewBillItemSerializer(Shape):
    parent = IdField()
    component = IdField()
    quantity = QuantityField()
    scrap_share = serializers.DecimalField(max_digits=5, decimal_places=4, default=0)
    offset_days = serializers.IntegerField(min_value=0, max_value=999, default=0)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)


class KeptBillsSerializer(Shape):
    items = NewBillItemSerializer(many=True, max_length=50_000)
    emptied = serializers.ListField(child=IdField(), max_length=10_000, required=False, help_text="parents without a bill")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.keep_bills`."""
        data = self.validated_data
        items = [Goes(item.pop("parent"), item.pop("component"), **item) for item in map(dict, data["items"])]
        return {"items": items, "emptied": data.get("emptied", ())}


class KeptBillsResultSerializer(Shape):
    items = serializers.IntegerField()


class StockRuleSerializer(Shape):
    part_id = serializers.IntegerField(help_text="of the own part; figures are in its base unit")
    site_id = serializers.IntegerField()
    safety = QuantityField(source="quantity", help_text="what should lie there at the end of every day")
    minimum = QuantityField(allow_null=True)
    maximum = QuantityField(allow_null=True)
    is_up_to_maximum = serializers.BooleanField(help_text="below the minimum the proposal fills up to the maximum")


class KeptStockRuleSerializer(Shape):
    part = IdField(source="part_id", help_text="id of an own part")
    site = IdField(source="site_id", help_text="one of the firm's")
    safety = QuantityField(default=Decimal(0))
    minimum = QuantityField(required=False, allow_null=True)
    maximum = QuantityField(required=False, allow_null=True)
    is_up_to_maximum = serializers.BooleanField(default=False)
