"""Shapes of capacity in the API; the names of weeks' figures are those of Catena-X DCM."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api import CodeText, IdField, NameText, QuantityField
from apps.common.shapes import Shape
from apps.common.units import UNIT_CHOICES
from apps.tenancy.models import Grant

from ..models import GroupKind
from ..services import Kept, Said, Uses


class UsesSerializer(Shape):
    own_part = IdField(source="part_id", required=False, allow_null=True, help_text="id of an own part")
    part = IdField(
        source="partner_part_id",
        required=False,
        allow_null=True,
        help_text="id of a partner part that the firm supplies, instead",
    )
    factor = QuantityField(default=Decimal(1), help_text="capacity that one base unit of the part takes")


class GroupSerializer(Shape):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(GroupKind.choices)
    site_id = serializers.IntegerField()
    unit = serializers.CharField(help_text="in which its capacity is counted")
    usual = QuantityField(allow_null=True, help_text="actual capacity of a usual week")
    usual_maximum = QuantityField(allow_null=True)
    made_for = serializers.IntegerField(
        source="made_for_id", allow_null=True, help_text="relation with the one customer who is told the whole of it"
    )
    said_at = serializers.DateTimeField(allow_null=True, help_text="when its figures were last written, or said to hold")
    parts = serializers.SerializerMethodField()

    @extend_schema_field(UsesSerializer(many=True))
    def get_parts(self, row: Any) -> Any:
        return UsesSerializer(row.parts.all(), many=True).data


class NewGroupSerializer(Shape):
    code = CodeText(max_length=40)
    name = NameText(max_length=120)
    kind = serializers.ChoiceField(GroupKind.choices, default=GroupKind.RESOURCE)
    unit = serializers.ChoiceField(UNIT_CHOICES, default="H87")
    usual = QuantityField(required=False, allow_null=True)
    usual_maximum = QuantityField(required=False, allow_null=True)
    made_for = IdField(
        source="made_for_id",
        required=False,
        allow_null=True,
        help_text="relation with the one customer for whose parts alone it is used: told the whole of it",
    )
    parts = UsesSerializer(many=True, max_length=2000, required=False)
    is_confirmed = serializers.BooleanField(default=False, help_text="less than was agreed with customers is meant")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.keep_group`."""
        data = dict(self.validated_data)
        if "parts" in data:
            data["parts"] = [Uses(row.get("part_id"), row["factor"], row.get("partner_part_id")) for row in data["parts"]]
        return data


class NewGroupAtSerializer(NewGroupSerializer):
    site = IdField(help_text="one of the firm's")

    def arguments(self) -> dict[str, Any]:
        data = super().arguments()
        return data | {"site_id": data.pop("site")}


class WeekSerializer(Shape):
    id = serializers.IntegerField()
    group_id = serializers.IntegerField()
    week = serializers.DateField(help_text="its Monday")
    actual = QuantityField()
    maximum = QuantityField(allow_null=True)
    set_at = serializers.DateTimeField()


class SaidSerializer(Shape):
    week = serializers.DateField(help_text="its Monday")
    actual = QuantityField(allow_null=True, help_text="null: as usual again")
    maximum = QuantityField(required=False, allow_null=True, help_text="left out: as it stands; null: unknown")


class SaidWeeksSerializer(Shape):
    weeks = SaidSerializer(many=True, min_length=1, max_length=160)
    is_confirmed = serializers.BooleanField(default=False, help_text="less than was agreed with customers is meant")

    def said(self) -> list[Said]:
        return [Said(row["week"], row["actual"], row.get("maximum", Kept.AS_IT_IS)) for row in self.validated_data["weeks"]]


class LoadSerializer(Shape):
    week = serializers.DateField(source="monday", help_text="its Monday")
    actual = QuantityField(source="given.actual", allow_null=True, help_text="null: unknown")
    maximum = QuantityField(source="given.maximum", allow_null=True)
    actual_left = QuantityField(
        source="held.actual", allow_null=True, help_text="of the running week what its working days left give, else the week"
    )
    maximum_left = QuantityField(source="held.maximum", allow_null=True)
    is_usual = serializers.BooleanField(source="given.is_usual", help_text="nothing was said of this very week")
    planned = QuantityField(help_text="by production plans in force")
    asked = QuantityField(help_text="by customers' orders and told demand, and by own plans for what the part goes into")
    load = QuantityField(source="quantity", help_text="held against what is left; at least so much where not known")
    is_known = serializers.BooleanField()
    state = serializers.ChoiceField(("over", "bare", "tight", "unfit", "unknown", "fits"))
    missing = QuantityField(help_text="more than the most that the week gives")


class AgreementSerializer(Shape):
    id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    group_id = serializers.IntegerField(help_text="the supplier's")
    name = serializers.CharField(help_text="of the group")
    unit = serializers.CharField()
    first_week = serializers.DateField(help_text="its Monday")
    last_week = serializers.DateField(allow_null=True, help_text="its Monday; null: until somebody ends it")
    quantity = QuantityField(help_text="a week")
    created_at = serializers.DateTimeField()
    agreed_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class NewAgreementSerializer(Shape):
    group = IdField(source="group_id", help_text="one of the firm's")
    relation = IdField(source="relation_id", help_text="with the customer")
    quantity = QuantityField(help_text="a week, in the group's unit")
    first_week = serializers.DateField(help_text="its Monday")
    last_week = serializers.DateField(required=False, allow_null=True, help_text="its Monday")


class ToldCapacitySerializer(Shape):
    id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    group_id = serializers.IntegerField(help_text="the supplier's")
    name = serializers.CharField()
    part_numbers = serializers.SerializerMethodField()
    unit = serializers.CharField()
    week = serializers.DateField(help_text="its Monday")
    precision = serializers.ChoiceField(Grant.Precision.choices)
    actual = QuantityField(allow_null=True, help_text="of exact rows alone")
    maximum = QuantityField(allow_null=True)
    load = QuantityField(allow_null=True, help_text="of the customer's own parts; null: unknown")
    least = QuantityField(allow_null=True, help_text="of rows in buckets: from so much")
    below = QuantityField(allow_null=True, help_text="of rows in buckets: to less than so much")
    is_enough = serializers.BooleanField(allow_null=True, help_text="of rows of yes or no: the week gives what was agreed")
    told_at = serializers.DateTimeField(help_text="when the supplier last wrote the figures, or said that they hold")

    def get_part_numbers(self, row: Any) -> list[str]:
        return str(row.parts).split("\n")
