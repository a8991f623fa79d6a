"""Shapes of outlooks and scorecards in the API."""

from rest_framework import serializers

from apps.common.api import QuantityField
from apps.common.shapes import Shape

from .. import supply


class DaySerializer(Shape):
    day = serializers.DateField()
    shipped = QuantityField(help_text="announced or on its way, arrives this day")
    confirmed = QuantityField(help_text="confirmed for this day, not announced yet")
    ordered = QuantityField(help_text="requested for this day, not confirmed yet")
    on_hand = QuantityField(
        allow_null=True, help_text="available stock with what has come by then; nothing is taken out; null: never counted"
    )
    behind = QuantityField(help_text="requested by this day, arrives after it")


class LateSerializer(Shape):
    order_id = serializers.IntegerField()
    order_number = serializers.CharField()
    position = serializers.IntegerField(help_text="of the order line")
    schedule_line_id = serializers.IntegerField()
    shipment_id = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(supply.KINDS)
    quantity = QuantityField(help_text="in the part's unit")
    requested = serializers.DateField()
    expected = serializers.DateField(allow_null=True, help_text="null: no valid day is promised")


class OutlookSerializer(Shape):
    part_id = serializers.IntegerField()
    available = QuantityField()
    inspection = QuantityField()
    blocked = QuantityField()
    as_of = serializers.DateTimeField(allow_null=True)
    is_stale = serializers.BooleanField()
    behind_in_days = serializers.IntegerField(allow_null=True, help_text="days to the first day with pieces behind")
    most_behind = QuantityField(help_text="on the worst day of the horizon")
    undated = QuantityField(help_text="confirmed, promised day passed, no day since")
    late = LateSerializer(many=True)
    days = DaySerializer(many=True)


class NeedDaySerializer(Shape):
    day = serializers.DateField()
    demand = QuantityField()
    arrivals = QuantityField(help_text="on their way, confirmed or ordered for this day")
    projected = QuantityField(
        allow_null=True, help_text="usable stock at the end of the day; negative is missing; null: never counted"
    )
    days_of_supply = serializers.FloatField(
        allow_null=True, help_text="that the stock at the start of the day lasts, that day included; null: never counted"
    )
    is_at_least = serializers.BooleanField(help_text="it outlasts the horizon: only a lower bound is known")


class NeedSerializer(Shape):
    part_id = serializers.IntegerField(help_text="of the own part; quantities are in its base unit")
    site_id = serializers.IntegerField()
    unit = serializers.CharField()
    available = QuantityField()
    inspection = QuantityField()
    blocked = QuantityField()
    as_of = serializers.DateTimeField(allow_null=True)
    is_known = serializers.BooleanField(help_text="false: no plan in force says what is needed")
    is_stale = serializers.BooleanField(help_text="stock or plan is older than agreed")
    unfit_units = serializers.CharField(help_text="units that do not convert; then nothing is reckoned")
    safety = QuantityField(help_text="what should lie there at the end of every day")
    minimum = QuantityField(allow_null=True)
    maximum = QuantityField(allow_null=True)
    stops_in_days = serializers.IntegerField(allow_null=True)
    missing = QuantityField(allow_null=True, help_text="on the day of the stop; null where demand or stock is unknown")
    days = NeedDaySerializer(many=True, help_text="as far as the plans in force reach")


class ForecastWeekSerializer(Shape):
    week = serializers.DateField(help_text="its Monday")
    quantity = QuantityField(help_text="in the part's base unit")


class ForecastSerializer(Shape):
    part_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    source = serializers.ChoiceField(("used", "ordered"), help_text="whose weeks it is drawn from")
    method = serializers.CharField(help_text="naive, mean, ses, damped, croston, sba or tsb")
    constants = serializers.ListField(child=serializers.FloatField())
    history_weeks = serializers.IntegerField()
    mean_error = serializers.FloatField(help_text="mean absolute error of a week, on later weeks, in the part's base unit")
    naive_mean_error = serializers.FloatField(help_text="the same of saying last week's quantity again")
    tries = serializers.IntegerField()
    weeks = ForecastWeekSerializer(many=True)


class OrderProposalSerializer(Shape):
    key = serializers.CharField(help_text="names the proposal as it was read: a draft is made of it")
    part_id = serializers.IntegerField(help_text="of the own part")
    partner_part_id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    unit = serializers.CharField(help_text="in which it is ordered")
    quantity = QuantityField(help_text="in that unit; whole packs, at least the minimum")
    needed_on = serializers.DateField(help_text="the first day that falls below what should lie there")
    arrives = serializers.DateField()
    order_by = serializers.DateField(help_text="the last day on which to order it")
    is_late = serializers.BooleanField(help_text="it cannot arrive by the day on which it is needed")
    missing = QuantityField(help_text="in the own part's base unit")
    is_usual = serializers.BooleanField(help_text="chosen on the page before anybody looks")
    why = serializers.CharField()


class ChosenProposalsSerializer(Shape):
    keys = serializers.ListField(child=serializers.CharField(max_length=80), min_length=1, max_length=500)


class DraftSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.CharField()
    relation_id = serializers.IntegerField()
    receiving_site_id = serializers.IntegerField()


class ScoreSerializer(Shape):
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


class ScoredLineSerializer(Shape):
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
