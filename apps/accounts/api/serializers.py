from typing import Any

from rest_framework import serializers

from apps.common.api import IdField, NameText
from apps.common.shapes import Shape
from apps.tenancy.roles import Role

from ..models import User


class MeSerializer(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    organization_id = serializers.IntegerField()
    roles = serializers.ListField(child=serializers.CharField())
    acts = serializers.ListField(child=serializers.CharField())


class TokenSerializer(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    acts = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewTokenSerializer(Shape):
    name = NameText(max_length=80)
    acts = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False, max_length=60)
    days = serializers.IntegerField(
        min_value=1, max_value=365, default=90, help_text="not beyond the token that the request comes with"
    )


class CreatedTokenSerializer(TokenSerializer):
    secret = serializers.CharField(help_text="shown once; empty where the answer is repeated")


class RolesSerializer(Shape):
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices), allow_empty=False, max_length=len(Role))


class MemberSerializer(RolesSerializer):
    title = NameText(max_length=80, required=False, allow_blank=True, help_text="job title; without it the old one stays")


class NewInvitationSerializer(RolesSerializer):
    email = serializers.EmailField(max_length=254)
    name = NameText(max_length=80, default="", allow_blank=True)
    title = NameText(max_length=80, default="", allow_blank=True)
    language = serializers.ChoiceField(User.language.field.choices, default="ko", help_text="of the mail")


class InvitationSerializer(Shape):
    id = serializers.IntegerField()
    email = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()


class PersonSerializer(Shape):
    id = serializers.IntegerField(help_text="of the membership")
    person_id = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.name")
    email = serializers.CharField(source="user.email")
    title = serializers.CharField()
    is_active = serializers.BooleanField(help_text="false: locked out")
    roles = serializers.SerializerMethodField()

    def get_roles(self, member) -> list[str]:
        return sorted(self.context["roles"].get(member.user_id, []))


class ColleagueSerializer(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()


class StandInSerializer(Shape):
    id = serializers.IntegerField()
    person_id = serializers.IntegerField(source="user_id", help_text="who is away")
    person = serializers.CharField(source="user.name")
    stand_in_id = serializers.IntegerField()
    stand_in = serializers.CharField(source="stand_in.name")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    set_by_id = serializers.IntegerField(allow_null=True, help_text="who said it")


class NewStandInSerializer(Shape):
    stand_in = IdField(help_text="id of the colleague, of those that are possible")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    person = IdField(required=False, help_text="who is away, where an administrator says it of somebody else")

    def arguments(self) -> dict[str, Any]:
        """The arguments of `stand_ins.be_away`."""
        data = self.validated_data
        days = {name: data[name] for name in ("first_day", "last_day")}
        return {"stand_in_id": data["stand_in"], "person_id": data.get("person"), **days}
