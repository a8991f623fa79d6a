from rest_framework import serializers

from apps.accounts.models import User
from apps.common.api import CodeText, NameText
from apps.common.shapes import Shape
from apps.tenancy.models import ClusterMembership

from ..firms import MOST


class AskedSerializer(Shape):
    number = serializers.CharField(max_length=20, help_text="business registration number, with or without dashes")
    email = serializers.CharField(max_length=254)
    name = NameText(max_length=200, default="", allow_blank=True)
    vendor_code = CodeText(
        max_length=30, default="", allow_blank=True, help_text="the lead firm's number of it; empty: the business number"
    )


class NewFirmInvitationsSerializer(Shape):
    cluster_id = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(
        [ClusterMembership.Kind.SUPPLIER, ClusterMembership.Kind.LEAD], default=ClusterMembership.Kind.SUPPLIER
    )
    language = serializers.ChoiceField(User.language.field.choices, default="ko", help_text="of the mails")
    firms = AskedSerializer(many=True, allow_empty=False, max_length=MOST)


class FirmInvitationSerializer(Shape):
    id = serializers.IntegerField()
    cluster_id = serializers.IntegerField()
    kind = serializers.CharField()
    business_number = serializers.CharField()
    firm_name = serializers.CharField()
    vendor_code = serializers.CharField()
    email = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True, help_text="a hint: when a browser first showed the link's page")
    accepted_at = serializers.DateTimeField(allow_null=True)
    organization_id = serializers.IntegerField(allow_null=True, help_text="the firm that came in")
    expires_at = serializers.DateTimeField()


class FirmInvitationsSerializer(Shape):
    invitations = FirmInvitationSerializer(many=True)
