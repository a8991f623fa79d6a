"""Shapes of outlooks and scorecards in the API."""

from rest_framework import serializers

from apps.common.api import QuantityField


class DaySerializer(serializers.Serializer):
    day = serializers.DateField()
    demand = QuantityField()
    arrivals = QuantityField()
    projected = QuantityField()
    days_of_supply = serializers.CharField(help_text="a lower bound when is_at_least")
    is_at_least = serializers.BooleanField()


class OutlookSerializer(serializers.Serializer):
    part_id = serializers.IntegerField()
    available = QuantityField()
    inspection = QuantityField()
    blocked = QuantityField()
    as_of = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    line_stop_in_days = serializers.IntegerField(allow_null=True)
    gap = QuantityField()
    days = DaySerializer(many=True)


class ScoreSerializer(serializers.Serializer):
    relation_id = serializers.IntegerField()
    month = serializers.DateField()
    lines = serializers.IntegerField()
    on_time_base = serializers.IntegerField()
    on_time_requested = serializers.IntegerField()
    in_full = serializers.IntegerField()
    otif_base = serializers.IntegerField()
    otif_requested = serializers.IntegerField()
    early = serializers.IntegerField(help_text="received before the requested day")
    on_the_day = serializers.IntegerField()
    late_rate = serializers.FloatField(allow_null=True)
    mean_days_late = serializers.FloatField(allow_null=True)
    ppm = serializers.FloatField(allow_null=True)
    answers = serializers.IntegerField()
    response_hours = serializers.FloatField(allow_null=True)


class ScoredLineSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    order_id = serializers.IntegerField()
    order_number = serializers.CharField()
    part_number = serializers.CharField()
    unit = serializers.CharField()
    requested_date = serializers.DateField()
    otif_base_date = serializers.DateField()
    received_on = serializers.DateField(allow_null=True)
    confirmed_quantity = QuantityField()
    received_quantity = QuantityField()
    is_on_base = serializers.BooleanField()
    is_on_requested = serializers.BooleanField()
    is_in_full = serializers.BooleanField()
