"""The buyer's acts on many lines, or many drafts, at once: the same as on its pages. What is refused is named one by one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import IdField, KnownQueries
from apps.ui.bulk import MOST

from .. import services
from ..statuses import Reason
from .serializers import ChangeLineSerializer, ChangesSerializer
from .together import AllOrNone, DoneOrdersSerializer, DoneSerializer, done_or_none


def _ids() -> Any:
    return serializers.ListField(child=IdField(), min_length=1, max_length=MOST)


class OrdersSerializer(AllOrNone):
    orders = _ids()


class LinesSerializer(AllOrNone):
    schedule_lines = _ids()


class CloseLinesSerializer(LinesSerializer):
    reason = serializers.ChoiceField(Reason.choices)


class LineChangesSerializer(AllOrNone, ChangesSerializer):
    lines = ChangeLineSerializer(many=True, min_length=1, max_length=MOST)


def _read(shape: type[serializers.Serializer[Any]], request: Request) -> Any:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    return asked


@extend_schema(tags=["orders"])
class PublishView(KnownQueries):
    """Drafts are sent to their suppliers in one act."""

    acts = {"post": "publish_order"}

    @extend_schema(operation_id="orders_publish_many", request=OrdersSerializer, responses=DoneOrdersSerializer)
    def post(self, request: Request) -> Response:
        asked = _read(OrdersSerializer, request).validated_data
        ids = asked["orders"]
        told = done_or_none(ids, lambda: services.publish_orders(order_ids=ids), asked, of="order")
        return Response(DoneOrdersSerializer(told).data)


@extend_schema(tags=["orders"])
class LineChangesView(KnownQueries):
    """Suppliers are asked for other quantities or days on lines of many orders; on an open offer that is a
    counter-proposal."""

    acts = {"post": "request_change"}

    @extend_schema(request=LineChangesSerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        asked = _read(LineChangesSerializer, request)
        arguments = asked.arguments()
        ids = [change.schedule_line_id for change in arguments["changes"]]
        told = done_or_none(ids, lambda: services.ask_for_changes(**arguments), asked.validated_data)
        return Response(DoneSerializer(told).data)


@extend_schema(tags=["orders"])
class RemindView(KnownQueries):
    """Suppliers are told once more that orders of some lines wait for them; each order once a day."""

    acts = {"post": "request_change"}

    @extend_schema(request=LinesSerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        asked = _read(LinesSerializer, request).validated_data
        ids = asked["schedule_lines"]
        told = done_or_none(ids, lambda: services.remind_suppliers(schedule_line_ids=ids), asked)
        return Response(DoneSerializer(told).data)


@extend_schema(tags=["orders"])
class CloseLinesView(KnownQueries):
    """The rest of lines of many orders is not wanted any more."""

    acts = {"post": "close_order"}

    @extend_schema(request=CloseLinesSerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        asked = _read(CloseLinesSerializer, request).validated_data
        ids = asked["schedule_lines"]
        told = done_or_none(ids, lambda: services.close_lines(schedule_line_ids=ids, reason=asked["reason"]), asked)
        return Response(DoneSerializer(told).data)
