"""Shapes of production reports in the API."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.common.api import CodeText, IdField, NoteText, QuantityField
from apps.common.shapes import Shape

from ..models import RejectReason
from ..services import Made


class ReportSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    own_part_id = serializers.IntegerField(source="part_id", allow_null=True)
    part_id = serializers.IntegerField(source="partner_part_id", allow_null=True, help_text="the partner part's")
    part_number = serializers.CharField(help_text="as the maker calls it")
    site_id = serializers.IntegerField()
    day = serializers.DateField()
    good = QuantityField(help_text="below 0 in a reversal")
    rejected = QuantityField()
    reason = serializers.CharField(help_text="why pieces were rejected")
    unit = serializers.CharField()
    lot = serializers.CharField()
    note = serializers.CharField()
    reverses_id = serializers.IntegerField(allow_null=True, help_text="the report that this one takes back")
    key = serializers.CharField(help_text="the sender's")
    created_at = serializers.DateTimeField()


class MadeSerializer(Shape):
    own_part = IdField(required=False, help_text="id of an own part")
    part = IdField(required=False, help_text="id of a partner part that the firm supplies, instead")
    good = QuantityField(help_text="in the part's unit")
    rejected = QuantityField(default=Decimal(0))
    reason = serializers.ChoiceField(RejectReason.choices, required=False, allow_blank=True)
    lot = CodeText(max_length=60, required=False, allow_blank=True)
    note = NoteText(max_length=500, required=False, allow_blank=True)
    key = CodeText(
        max_length=80,
        required=False,
        allow_blank=True,
        help_text="the sender's for this very report: sent again with it, it is booked once, however late",
    )


class NewReportsSerializer(Shape):
    site = IdField(help_text="one of the firm's")
    day = serializers.DateField(required=False, allow_null=True, help_text="today, where it is left out")
    rows = MadeSerializer(many=True, min_length=1, max_length=1000)
    is_confirmed = serializers.BooleanField(default=False, help_text="more than the plan and its tolerance is meant")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `services.report`."""
        data = self.validated_data
        texts = ("reason", "lot", "note")
        made = [
            Made(
                row.get("own_part"),
                row["good"],
                row["rejected"],
                *(row.get(name, "") for name in texts),
                row.get("part"),
                row.get("key", ""),
            )
            for row in data["rows"]
        ]
        return {
            "site_id": data["site"],
            "made": made,
            "day": data.get("day"),
            "source": "api",
            "is_confirmed": data["is_confirmed"],
        }


class ReversedSerializer(Shape):
    note = NoteText(max_length=500, required=False, allow_blank=True)
