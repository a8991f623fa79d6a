from rest_framework import serializers


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    organization_id = serializers.IntegerField()
    roles = serializers.ListField(child=serializers.CharField())
    acts = serializers.ListField(child=serializers.CharField())


class TokenSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    acts = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewTokenSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    acts = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False, max_length=60)
    days = serializers.IntegerField(
        min_value=1, max_value=365, default=90, help_text="not beyond the token that the request comes with"
    )


class CreatedTokenSerializer(TokenSerializer):
    secret = serializers.CharField(help_text="shown once; empty where the answer is repeated")
