from rest_framework import serializers

from apps.common.shapes import Shape


class OrganizationSerializer(Shape):
    id = serializers.IntegerField()
    legal_name = serializers.CharField()
    name_en = serializers.CharField()
    gln = serializers.CharField()
    bpnl = serializers.CharField()


class TermsSerializer(Shape):
    currency = serializers.CharField()
    incoterm = serializers.CharField()
    over_tolerance = serializers.DecimalField(max_digits=5, decimal_places=4)
    freeze_days = serializers.IntegerField()
    early_days = serializers.IntegerField(allow_null=True, help_text="null: any earlier day is on time")
    late_days = serializers.IntegerField()
    answer_hours = serializers.IntegerField()


class RelationSerializer(TermsSerializer):
    id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    vendor_code = serializers.CharField()


class ClusterSerializer(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.CharField()
    region = serializers.CharField()
    lead_id = serializers.IntegerField(allow_null=True)
    programme = serializers.CharField()


class MembershipSerializer(Shape):
    id = serializers.IntegerField()
    cluster_id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.CharField()
    since = serializers.DateField()
