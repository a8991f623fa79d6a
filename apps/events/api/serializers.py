from rest_framework import serializers

from apps.common.shapes import Shape


class EventSerializer(Shape):
    """The same three words that the live socket carries."""

    id = serializers.IntegerField(source="position")
    event = serializers.CharField()
    subject = serializers.CharField()


class EventPageSerializer(Shape):
    results = EventSerializer(many=True)
    last = serializers.IntegerField(help_text="the newest published position of this firm")
    is_complete = serializers.BooleanField(help_text="false: more than 200 were missed; reload what is shown")


class NotificationSerializer(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField()
    tone = serializers.CharField(source="kind.tone")
    event = serializers.CharField(source="kind.name")
    subject_id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    is_read = serializers.BooleanField()
