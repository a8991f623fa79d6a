from rest_framework import serializers

from apps.common.api import IdField, NameText
from apps.common.shapes import Shape


class CalendarSerializer(Shape):
    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    site_id = serializers.IntegerField(allow_null=True, help_text="null: of all sites without one of their own")
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 Monday to 7 Sunday")
    has_holidays = serializers.BooleanField(help_text="public holidays of Korea are days off")


class KeptCalendarSerializer(Shape):
    site = IdField(required=False, allow_null=True, help_text="one of the firm's; none: the whole firm")
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), max_length=7)
    has_holidays = serializers.BooleanField(default=True)


class CalendarDaySerializer(Shape):
    id = serializers.IntegerField()
    calendar_id = serializers.IntegerField()
    day = serializers.DateField()
    is_working = serializers.BooleanField()
    note = serializers.CharField()


class NewDaySerializer(Shape):
    calendar = IdField()
    day = serializers.DateField()
    is_working = serializers.BooleanField()
    note = NameText(max_length=80, required=False, allow_blank=True)


class ShiftSerializer(Shape):
    id = serializers.IntegerField()
    calendar_id = serializers.IntegerField()
    name = serializers.CharField()
    starts = serializers.TimeField()
    ends = serializers.TimeField()


class NewShiftSerializer(Shape):
    calendar = IdField()
    name = NameText(max_length=40)
    starts = serializers.TimeField()
    ends = serializers.TimeField()
