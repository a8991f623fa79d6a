"""Shapes of what a run's ServerApp hands in; written by `federated.server.desk.describe`."""

import base64
import binascii
import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.shapes import Shape
from federated.agreed.contracts import ROUND_KINDS, Kind

from ..statuses import SiteState

NAME, MOST_SITES, MOST_FIGURES = 60, 10_000, 200


class Number(serializers.FloatField):
    """Finite: what the database's JSON and a chart can hold."""

    def to_internal_value(self, data) -> float:
        found = super().to_internal_value(data)
        if not math.isfinite(found):
            raise serializers.ValidationError(_("A finite number is needed."))
        return found


class Bytes(serializers.CharField):
    """Base64 of a file; its size is bounded by the whole body's."""

    def to_internal_value(self, data) -> Any:
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError) as error:
            raise serializers.ValidationError(_("Base64 is needed.")) from error


class Named(serializers.DictField):
    """Values by name, as many and as long as a report may hold."""

    def __init__(self, *, most, longest=NAME, **others: Any) -> None:
        super().__init__(**others)
        self.most, self.longest = most, longest

    def to_internal_value(self, data) -> dict[Any, Any]:
        found = super().to_internal_value(data)
        if len(found) > self.most or any(len(str(name)) > self.longest for name in found):
            raise serializers.ValidationError(_("Too many names, or too long ones."))
        return found


class SiteReportSerializer(Shape):
    examples = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    seconds = Number(min_value=0)
    metrics = Named(child=Number(), most=MOST_FIGURES)
    fingerprint = serializers.CharField(max_length=128, allow_blank=True)


class VotesSerializer(Shape):
    against = serializers.IntegerField(min_value=0, max_value=MOST_SITES)
    voters = serializers.IntegerField(min_value=0, max_value=MOST_SITES)


class RoundSerializer(Shape):
    kind = serializers.ChoiceField([str(kind) for kind in Kind])
    round = serializers.IntegerField(min_value=0, max_value=100_000)
    seconds = Number(min_value=0)
    overhead_s = Number()
    sites = Named(child=SiteReportSerializer(), most=MOST_SITES)
    failed = Named(child=serializers.CharField(max_length=5000, allow_blank=True), most=MOST_SITES)
    spoilt = serializers.BooleanField(default=False)
    refused = VotesSerializer(allow_null=True, default=None)
    doubts = Named(child=serializers.CharField(max_length=5000, allow_blank=True), most=MOST_SITES, default=dict)
    checkpoint = Bytes(required=False)

    def validate(self, attrs) -> dict[str, Any]:
        if attrs["kind"] in (*ROUND_KINDS, Kind.CALIBRATE) and "checkpoint" not in attrs:
            raise serializers.ValidationError({"checkpoint": _("A round leaves a checkpoint.")})
        return attrs


class ProgressSerializer(Shape):
    states = Named(child=serializers.ChoiceField(SiteState.choices), most=MOST_SITES)
    round = serializers.IntegerField(min_value=0, max_value=100_000)
    kind = serializers.ChoiceField([str(kind) for kind in Kind])
    left_s = Number(max_value=10_000_000)


class FailureSerializer(Shape):
    text = serializers.CharField(max_length=20_000, allow_blank=True)
