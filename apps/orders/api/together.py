"""Acts on many lines or orders over HTTP: their shapes, and whether they are done as far as they may be, or all or none."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from rest_framework import serializers

from apps.common.api import IdField
from apps.common.shapes import Shape
from apps.ui.bulk import MOST

from ..services import Refusals


class ChosenSerializer(Shape):
    schedule_line = IdField()
    seen = IdField(required=False, help_text="what was read of the line; of something else nothing is done")


class AllOrNone(Shape):
    all_or_none = serializers.BooleanField(required=False, help_text="where one is refused nothing is done")


class ChosenLinesSerializer(AllOrNone):
    lines = ChosenSerializer(many=True, min_length=1, max_length=MOST)


class RefusedSerializer(Shape):
    schedule_line = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(help_text="what is wrong and what to do about it")


class DoneSerializer(Shape):
    done = serializers.ListField(child=serializers.IntegerField(), help_text="schedule lines")
    refused = RefusedSerializer(many=True)


class RefusedOrderSerializer(Shape):
    order = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(help_text="what is wrong and what to do about it")


class DoneOrdersSerializer(Shape):
    done = serializers.ListField(child=serializers.IntegerField(), help_text="orders")
    refused = RefusedOrderSerializer(many=True)


def done_or_none(
    ids: Sequence[int], act: Callable[[], Refusals], asked: dict[str, Any], *, of: str = "schedule_line"
) -> dict[str, Any]:
    """What came of an act on many lines, for `DoneSerializer`; undone where one is refused and `AllOrNone` asks for it.

    Args:
        of: what the ids are of.
    """
    with transaction.atomic():
        refused = act()
        is_undone = bool(refused) and asked.get("all_or_none", False)
        if is_undone:
            transaction.set_rollback(True)
    told = [{of: pk, "code": error.code, "detail": error.words} for pk, error in refused.items()]
    return {"done": [] if is_undone else [pk for pk in dict.fromkeys(ids) if pk not in refused], "refused": told}


def seen_of(lines: Sequence[dict[str, Any]]) -> dict[int, int]:
    """By line, what was read of it (`ChosenSerializer`)."""
    return {line["schedule_line"]: line["seen"] for line in lines if "seen" in line}
