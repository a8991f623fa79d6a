"""Shapes of a supplier's day in the API."""

from rest_framework import serializers

from apps.common.api import IdField, NoteText, QuantityField
from apps.common.shapes import Shape
from apps.orders.api.together import AllOrNone, ChosenSerializer, DoneSerializer
from apps.orders.statuses import Reason
from apps.ui.bulk import MOST

from ..asked import CHANGE, COUNTER, NEW
from ..risks import LATE, LATER, ON_WAY, SHORT


class AskedPartSerializer(Shape):
    quantity = QuantityField(help_text="in the line's unit")
    delivery_date = serializers.DateField()


class AskSerializer(Shape):
    schedule_line_id = serializers.IntegerField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField()
    position = serializers.IntegerField()
    customer_id = serializers.IntegerField()
    part_id = serializers.IntegerField(help_text="of the partner part")
    part_number = serializers.CharField()
    unit = serializers.CharField()
    kind = serializers.ChoiceField((NEW, COUNTER, CHANGE), help_text="never answered, or what the customer wants instead")
    asked = AskedPartSerializer(many=True)
    stands = AskedPartSerializer(many=True, help_text="what was offered or promised before")
    seen = serializers.IntegerField(help_text="of what is asked; goes with its answer")
    answer_due_at = serializers.DateTimeField(allow_null=True)


class LineReplySerializer(ChosenSerializer):
    parts = AskedPartSerializer(many=True, max_length=50, help_text="none: what is asked is refused")
    reason = serializers.ChoiceField(Reason.choices, required=False)
    comment = NoteText(required=False, allow_blank=True, max_length=500)


class ReplySerializer(AllOrNone):
    lines = LineReplySerializer(many=True, min_length=1, max_length=MOST)
    confirmed = serializers.BooleanField(required=False, help_text="days far ahead are meant")


class ToShipSerializer(Shape):
    schedule_line_id = serializers.IntegerField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField()
    position = serializers.IntegerField()
    customer_id = serializers.IntegerField()
    site_id = serializers.IntegerField(help_text="where it is received")
    part_number = serializers.CharField()
    quantity = QuantityField(help_text="still to be announced, in the line's unit")
    unit = serializers.CharField()
    packages = serializers.IntegerField(help_text="proposed by the agreed pack size; 0: loose")
    due_date = serializers.DateField()


class AnnounceLinesSerializer(AllOrNone):
    schedule_lines = serializers.ListField(child=IdField(), min_length=1, max_length=MOST)


class AnnouncedLinesSerializer(DoneSerializer):
    shipments = serializers.ListField(child=serializers.IntegerField(), help_text="one for each receiving site")


class AtRiskSerializer(Shape):
    schedule_line_id = serializers.IntegerField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField()
    position = serializers.IntegerField()
    customer_id = serializers.IntegerField()
    part_number = serializers.CharField()
    reasons = serializers.ListField(
        child=serializers.ChoiceField((LATE, LATER, SHORT, ON_WAY)),
        help_text="past its day; promised later than requested; not covered by stock after what is announced and planned"
        " production; of such a line the whole rest is on its way",
    )
    requested_date = serializers.DateField()
    promised_date = serializers.DateField(allow_null=True)
    missing = QuantityField(allow_null=True, help_text="not covered by stock after what is announced and planned production")
    unit = serializers.CharField(help_text="of what is missing: the part's")
