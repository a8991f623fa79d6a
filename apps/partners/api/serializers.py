from django.conf import settings
from rest_framework import serializers

from apps.common.api import CodeText, NameText
from apps.common.identifiers import validate_gln
from apps.common.shapes import Shape


class SiteSerializer(Shape):
    id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    address = serializers.CharField()
    gln = serializers.CharField()
    time_zone = serializers.CharField()
    receives = serializers.BooleanField()
    ships = serializers.BooleanField()
    produces = serializers.BooleanField()
    closed_at = serializers.DateTimeField(allow_null=True)


class ChangedSiteSerializer(Shape):
    # What is left out stays as it is.
    code = CodeText(max_length=20, required=False)
    name = NameText(max_length=120, required=False)
    name_en = NameText(max_length=120, required=False, allow_blank=True)
    address = NameText(max_length=300, required=False, allow_blank=True)
    gln = CodeText(max_length=13, required=False, allow_blank=True, validators=[validate_gln])
    time_zone = serializers.ChoiceField(settings.SYSTEM_TIMEZONES, required=False)
    receives = serializers.BooleanField(required=False)
    ships = serializers.BooleanField(required=False)
    produces = serializers.BooleanField(required=False)


class NewSiteSerializer(ChangedSiteSerializer):
    code = CodeText(max_length=20)
    name = NameText(max_length=120)
