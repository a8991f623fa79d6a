"""Shapes of inspections in the API."""

from rest_framework import serializers

from apps.common.api import NameText, NoteText, QuantityField
from apps.common.shapes import Shape

from ..services import Decided
from ..statuses import Decision, Impact, LotStatus


class LotRowSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    lot = serializers.CharField()
    status = serializers.ChoiceField(LotStatus.choices)
    part_id = serializers.IntegerField(source="partner_part_id")
    buyer_number = serializers.CharField(source="partner_part.buyer_number")
    quantity = QuantityField()
    decided_quantity = QuantityField()
    rejected_quantity = QuantityField()
    unit = serializers.CharField()
    received_on = serializers.DateField()
    due_on = serializers.DateField()
    decided_on = serializers.DateField(allow_null=True)
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()


class DecisionSerializer(Shape):
    decision = serializers.ChoiceField(Decision.choices)
    quantity = QuantityField()
    defect = serializers.CharField()
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()


class LotSerializer(LotRowSerializer):
    decisions = DecisionSerializer(many=True, source="shown_decisions")


class NewDecisionSerializer(Shape):
    decision = serializers.ChoiceField(Decision.choices)
    quantity = QuantityField()
    defect = NameText(max_length=120, required=False, allow_blank=True)
    comment = NoteText(max_length=500, required=False, allow_blank=True)


class DecideSerializer(Shape):
    decisions = NewDecisionSerializer(many=True, max_length=50)

    def decided(self) -> list[Decided]:
        return [Decided(**item) for item in self.validated_data["decisions"]]


class NonConformanceSerializer(Shape):
    id = serializers.IntegerField()
    occurred_on = serializers.DateField()
    impact = serializers.ChoiceField(Impact.choices)
    defect = serializers.CharField()
    buyer_number = serializers.CharField(source="partner_part.buyer_number")
    quantity = QuantityField()
    downtime_minutes = serializers.IntegerField()
    reference = serializers.CharField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
