"""Shapes of training together in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api import CodeText, IdField, NameText
from apps.common.shapes import Shape
from federated.agreed.contracts import DRIFT_STATES
from federated.agreed.trials import SAYINGS

from ..statuses import ConsentState, NodeState, Process, RunState


class JoinSerializer(Shape):
    token = serializers.CharField(max_length=100)
    public_key = serializers.CharField(max_length=1000)
    version = serializers.CharField(max_length=40)


class HashSerializer(Shape):
    hash = serializers.RegexField(r"^[0-9a-f]{64}$")


class CountersignSerializer(HashSerializer):
    signature = serializers.CharField(max_length=400)
    person = NameText(max_length=120)


class TrialSaidSerializer(Shape):
    code = serializers.CharField(max_length=100)
    said = serializers.ChoiceField(SAYINGS)


class LotRiskSerializer(Shape):
    lot = CodeText(max_length=60)
    rows = serializers.IntegerField(min_value=1, max_value=10_000_000)
    mean_risk = serializers.FloatField(min_value=0, max_value=1)
    highest_risk = serializers.FloatField(min_value=0, max_value=1)
    not_ok = serializers.IntegerField(min_value=0)

    def validate(self, attrs) -> dict[str, Any]:
        if attrs["not_ok"] > attrs["rows"]:
            raise serializers.ValidationError({"not_ok": _("No more rows than the lot has.")})
        return attrs


class LotRisksSerializer(Shape):
    run = IdField()
    lots = LotRiskSerializer(many=True, allow_empty=False, max_length=5000)


class DriftSerializer(Shape):
    run = IdField()
    rows = serializers.IntegerField(min_value=1, max_value=1_000_000_000)
    flags = serializers.DictField(child=serializers.ChoiceField(DRIFT_STATES), allow_empty=False)


class FederationSerializer(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    cluster_id = serializers.IntegerField()
    joined = serializers.IntegerField()
    online = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class NodeSerializer(Shape):
    id = serializers.IntegerField()
    federation_id = serializers.IntegerField()
    name = serializers.CharField()
    organization_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    state = serializers.ChoiceField(NodeState.choices)
    is_online = serializers.BooleanField(source="is_connected", help_text="training reaches it now")
    client_version = serializers.CharField()
    joined_at = serializers.DateTimeField(allow_null=True)
    received_bytes = serializers.IntegerField()
    sent_bytes = serializers.IntegerField()


class ContractSerializer(Shape):
    id = serializers.IntegerField()
    programme_id = serializers.IntegerField()
    programme = serializers.CharField(source="programme.name")
    process = serializers.ChoiceField(Process.choices, source="programme.process")
    number = serializers.IntegerField()
    hash = serializers.CharField()
    document = serializers.JSONField()
    published_at = serializers.DateTimeField()
    taken_back_at = serializers.DateTimeField(allow_null=True)


class ConsentSerializer(Shape):
    node_id = serializers.IntegerField()
    approval = serializers.ChoiceField(ConsentState.choices, help_text="by the firm")
    countersignature = serializers.ChoiceField(ConsentState.choices, help_text="at the factory")


class ContractWithConsentsSerializer(ContractSerializer):
    consents = ConsentSerializer(many=True, source="shown_consents", help_text="of the own sites; for the office of all")


class PublishSerializer(Shape):
    programme_id = IdField()
    document = serializers.DictField(child=serializers.JSONField())


class ApprovedSerializer(Shape):
    sites = serializers.IntegerField()


class RunSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    contract_id = serializers.IntegerField()
    left_out_id = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(RunState.choices)
    round = serializers.IntegerField()
    rounds = serializers.IntegerField()
    states = serializers.DictField(child=serializers.CharField())
    deadline_at = serializers.DateTimeField(allow_null=True)
    failure = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class RoundSerializer(Shape):
    number = serializers.IntegerField()
    seconds = serializers.FloatField()
    overhead_s = serializers.FloatField()
    usable = serializers.IntegerField()
    failed = serializers.DictField(child=serializers.CharField())
    figures = serializers.DictField(child=serializers.FloatField())


class RunWithRoundsSerializer(RunSerializer):
    completed_rounds = RoundSerializer(many=True)


class StartSerializer(Shape):
    contract_id = IdField()


class ModelSerializer(Shape):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    programme_id = serializers.IntegerField()
    run_id = serializers.IntegerField()
    file_hash = serializers.CharField()
    contract_hash = serializers.CharField()
    consents = serializers.DictField(child=serializers.CharField())
    data_hashes = serializers.DictField(child=serializers.CharField())
    figures = serializers.DictField(child=serializers.FloatField())
    created_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
