"""Shapes of work by the line in the API."""

from rest_framework import serializers

from apps.common.api import QuantityField
from apps.common.shapes import Shape
from apps.tower.turns import TURNS


class PortionSerializer(Shape):
    quantity = QuantityField(help_text="in the line's unit")
    delivery_date = serializers.DateField()


class WorkSerializer(Shape):
    schedule_line_id = serializers.IntegerField(allow_null=True, help_text="null: pieces that nobody ordered")
    order_id = serializers.IntegerField(allow_null=True)
    order_number = serializers.CharField(allow_null=True)
    position = serializers.IntegerField(allow_null=True)
    part_id = serializers.IntegerField(allow_null=True, help_text="of the partner part; null where nobody is asked yet")
    own_part_id = serializers.IntegerField(allow_null=True, help_text="of the own part whose line stops")
    part_number = serializers.CharField()
    turn = serializers.ChoiceField(
        TURNS,
        help_text="what is to be done; wait: by the supplier; due: it delivers as promised, no earlier day is needed or "
        "left; coming: it is on its way; again: refused",
    )
    stops_on = serializers.DateField(allow_null=True)
    missing = QuantityField(allow_null=True, help_text="by this row, in the base unit of the own part")
    unit = serializers.CharField(allow_null=True, help_text="of the line")
    requested_quantity = QuantityField(allow_null=True)
    requested_date = serializers.DateField(allow_null=True)
    promised = PortionSerializer(many=True)
    offered = PortionSerializer(many=True)
    asked = PortionSerializer(many=True, help_text="by our own request that waits for the supplier")
    refused_reason = serializers.CharField(help_text="of the supplier; empty where it refused nothing, or said none")
    seen = serializers.IntegerField(help_text="of the offer; goes with its acceptance")
    waits_since = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    last_event = serializers.CharField(allow_null=True)
    last_event_at = serializers.DateTimeField(allow_null=True)
    buyer_in_charge = serializers.CharField(help_text="of the order; empty where nothing is ordered")
    instead_of = serializers.CharField(help_text="who is away today, where the reader is their stand-in")
    contact = serializers.CharField()
    phone = serializers.CharField()
