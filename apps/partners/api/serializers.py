from django.conf import settings
from rest_framework import serializers

from apps.common.api import CodeText, IdField, NameText, NoteText
from apps.common.identifiers import validate_gln
from apps.common.shapes import Shape
from apps.tenancy.api.serializers import RelationSerializer, TermsSerializer
from apps.tenancy.roles import Side
from apps.tenancy.terms import Way

from ..forms import CURRENCIES, INCOTERMS


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


class StandingRelationSerializer(RelationSerializer):
    buyer_suspended_at = serializers.DateTimeField(allow_null=True)
    supplier_suspended_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class RequestSerializer(Shape):
    id = serializers.IntegerField()
    buyer_id = serializers.IntegerField()
    supplier_id = serializers.IntegerField()
    asker_id = serializers.IntegerField()
    vendor_code = serializers.CharField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    is_accepted = serializers.BooleanField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class NewRequestSerializer(Shape):
    side = serializers.ChoiceField(Side.choices, help_text="what the own firm would be")
    firm = IdField(required=False, help_text="the other firm; or its business number")
    business_number = CodeText(max_length=20, required=False)
    vendor_code = CodeText(max_length=30, required=False, help_text="the buyer's number of the supplier")
    note = NoteText(max_length=500, required=False, allow_blank=True)


class AcceptSerializer(Shape):
    vendor_code = CodeText(max_length=30, required=False, help_text="wanted of a buyer whom the supplier asked")


class ProposalSerializer(TermsSerializer):
    id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    asker_id = serializers.IntegerField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    is_accepted = serializers.BooleanField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class NewProposalSerializer(Shape):
    # What is left out is as it is now.
    relation = IdField()
    currency = serializers.ChoiceField(CURRENCIES, required=False)
    incoterm = serializers.ChoiceField(INCOTERMS, required=False, allow_blank=True)
    over_tolerance = serializers.DecimalField(max_digits=5, decimal_places=4, min_value=0, max_value=1, required=False)
    freeze_days = serializers.IntegerField(min_value=0, max_value=365, required=False)
    early_days = serializers.IntegerField(min_value=0, max_value=365, required=False, allow_null=True)
    late_days = serializers.IntegerField(min_value=0, max_value=365, required=False)
    answer_hours = serializers.IntegerField(min_value=1, max_value=720, required=False)
    is_strict = serializers.BooleanField(required=False)
    hides_prices = serializers.BooleanField(required=False)
    way = serializers.ChoiceField(
        Way.choices, required=False, help_text="how lines of orders sent from now on are confirmed"
    )
    otif_target = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True)
    ppm_target = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False, allow_null=True)
    data_days = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=365), required=False, help_text="kind of data: days"
    )
    note = NoteText(max_length=500, required=False, allow_blank=True)


class ContactSerializer(Shape):
    id = serializers.IntegerField()
    relation_id = serializers.IntegerField()
    firm_id = serializers.IntegerField()
    name = serializers.CharField()
    duty = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()


class NewContactSerializer(Shape):
    relation = IdField()
    name = NameText(max_length=80)
    duty = NameText(max_length=80, required=False, allow_blank=True)
    phone = CodeText(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
