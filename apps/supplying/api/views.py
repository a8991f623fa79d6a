"""A supplier's day over HTTP: the same acts as on its pages."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import KnownQueries
from apps.common.filters import choice
from apps.deliveries import services as deliveries
from apps.orders import services
from apps.orders.api.together import ChosenLinesSerializer, DoneSerializer, done_or_none, seen_of

from ..asked import Ask
from ..lists import AnswerList, RiskList, ShipList
from . import serializers as shapes

VIEWS = ("all", "due", "new", "changes")


@extend_schema(tags=["supplying"])
class ToAnswerView(KnownQueries):
    """All that customers ask of the supplier and wait for; what is due first comes first."""

    acts = {"get": "view_orders"}
    queries = {"get": (OpenApiParameter("view", str, enum=list(VIEWS)),)}

    @extend_schema(responses=shapes.AskSerializer(many=True))
    def get(self, request: Request) -> Response:
        found = AnswerList({"view": choice(request, "view", VIEWS, "all")})
        return Response(shapes.AskSerializer([_row(row) for row in found.found], many=True).data)


def _row(row: Ask) -> dict[str, Any]:
    line, order = row.found.row, row.found.order
    return {
        "schedule_line_id": line.pk,
        "order_id": order.pk,
        "order_number": order.number,
        "position": line.line.position,
        "customer_id": line.buyer_id,
        "part_id": row.found.part.pk,
        "part_number": row.found.part.buyer_number,
        "unit": row.found.unit,
        "kind": row.kind,
        "asked": row.asked,
        "stands": row.stands,
        "seen": row.seen,
        "answer_due_at": row.due_at,
    }


@extend_schema(tags=["supplying"])
class AcceptAskedView(KnownQueries):
    """Lines of many orders are promised exactly as they are asked for, in one act."""

    acts = {"post": "answer_order"}

    @extend_schema(request=ChosenLinesSerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        asked = ChosenLinesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        lines = asked.validated_data["lines"]
        ids = [line["schedule_line"] for line in lines]

        seen = seen_of(lines)
        told = done_or_none(ids, lambda: services.accept_asked(schedule_line_ids=ids, seen=seen), asked.validated_data)
        return Response(DoneSerializer(told).data)


@extend_schema(tags=["supplying"])
class ReplyView(KnownQueries):
    """Lines of many orders are answered, each with parts of its own or refused, in one act."""

    acts = {"post": "answer_order"}

    @extend_schema(request=shapes.ReplySerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        asked = shapes.ReplySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        lines = asked.validated_data["lines"]
        answers = [
            services.Answer(
                line["schedule_line"],
                [services.Part(**part) for part in line["parts"]],
                *(line.get("reason", ""), line.get("comment", "")),
            )
            for line in lines
        ]

        def act() -> services.Refusals:
            is_confirmed = asked.validated_data.get("confirmed", False)
            return services.answer_lines(answers=answers, seen=seen_of(lines), is_confirmed=is_confirmed)

        ids = [answer.schedule_line_id for answer in answers]
        told = done_or_none(ids, act, asked.validated_data)
        return Response(DoneSerializer(told).data)


@extend_schema(tags=["supplying"])
class ToShipView(KnownQueries):
    """What the supplier has to ship today or within a week, with packages proposed; what is due first comes first."""

    acts = {"get": "view_orders"}
    queries = {"get": (OpenApiParameter("view", str, enum=["today", "week"]),)}

    @extend_schema(responses=shapes.ToShipSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = ShipList({"view": choice(request, "view", ("today", "week"), "week")}).found
        shown = [
            {
                "schedule_line_id": row.line.pk,
                "order_id": row.line.order_id,
                "order_number": row.line.order.number,
                "position": row.line.line.position,
                "customer_id": row.line.buyer_id,
                "site_id": row.line.order.receiving_site_id,
                "part_number": row.line.line.partner_part.buyer_number,
                "quantity": row.quantity,
                "unit": row.line.line.unit,
                "packages": row.packages,
                "due_date": row.due,
            }
            for row in rows
        ]
        return Response(shapes.ToShipSerializer(shown, many=True).data)


@extend_schema(tags=["supplying"])
class AnnounceView(KnownQueries):
    """All that is open of confirmed lines is announced as leaving today: one delivery for each receiving site."""

    acts = {"post": "ship"}

    @extend_schema(request=shapes.AnnounceLinesSerializer, responses=shapes.AnnouncedLinesSerializer)
    def post(self, request: Request) -> Response:
        asked = shapes.AnnounceLinesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        ids, made = asked.validated_data["schedule_lines"], []

        def act() -> services.Refusals:
            told = deliveries.announce_lines(schedule_line_ids=ids)
            made.extend(shipment.pk for shipment in told.shipments)
            return told.refused

        told = done_or_none(ids, act, asked.validated_data)
        return Response(shapes.AnnouncedLinesSerializer(told | {"shipments": made if told["done"] else []}).data)


@extend_schema(tags=["supplying"])
class AtRiskView(KnownQueries):
    """Open lines whose promise may not be kept, and why."""

    acts = {"get": "view_orders"}
    queries = {"get": (OpenApiParameter("view", str, enum=["all", "late", "later", "short", "on_way"]),)}

    @extend_schema(responses=shapes.AtRiskSerializer(many=True))
    def get(self, request: Request) -> Response:
        view = choice(request, "view", ("all", "late", "later", "short", "on_way"), "all")
        shown = [
            {
                "schedule_line_id": row.line.id,
                "order_id": row.found.order.pk,
                "order_number": row.found.order.number,
                "position": row.found.row.line.position,
                "customer_id": row.found.row.buyer_id,
                "part_number": row.found.part.buyer_number,
                "reasons": row.reasons,
                "requested_date": row.line.requested_date,
                "promised_date": row.line.promised,
                "missing": row.cover.missing if row.cover else None,
                "unit": row.found.part.unit,
            }
            for row in RiskList({"view": view}).found
        ]
        return Response(shapes.AtRiskSerializer(shown, many=True).data)
