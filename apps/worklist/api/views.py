"""Work by the line over HTTP, and decisions on many offers at once."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import KnownQueries
from apps.common.filters import choice
from apps.orders import services
from apps.orders.api.together import ChosenLinesSerializer, DoneSerializer, done_or_none, seen_of

from ..cells import part_number
from ..lists import WorkList
from ..work import Work
from . import serializers as shapes

VIEWS = ("all", "mine", "stops", "ours", "theirs", "later", "late", "refused")


@extend_schema(tags=["work"])
class WorkView(KnownQueries):
    """A buyer's open lines that need an act, and pieces that nobody ordered; what stops a line first comes first."""

    acts = {"get": "view_outlook"}
    queries = {"get": (OpenApiParameter("view", str, enum=list(VIEWS)),)}

    @extend_schema(responses=shapes.WorkSerializer(many=True))
    def get(self, request: Request) -> Response:
        found = WorkList({"view": choice(request, "view", VIEWS, "all")})
        rows = [_row(row) for row in found.prepare(found.found)]
        return Response(shapes.WorkSerializer(rows, many=True).data)


def _row(row: Work) -> dict[str, Any]:
    found, contact = row.found, row.contact
    line = found.row if found else None
    return {
        "schedule_line_id": row.line.id if row.line else None,
        "order_id": found.order.pk if found else None,
        "order_number": found.order.number if found else None,
        "position": line.line.position if line else None,
        "part_id": found.part.pk if found else None,
        "own_part_id": row.need.part.pk if row.need else None,
        "part_number": part_number(row),
        "turn": row.turn,
        "stops_on": row.stop_on,
        "missing": row.cause.quantity if row.cause else None,
        "unit": found.unit if found else None,
        "requested_quantity": line.requested_quantity if line else None,
        "requested_date": line.requested_date if line else None,
        "promised": found.accepted if found else [],
        "offered": found.offered if found else [],
        "asked": found.asked if found else [],
        "refused_reason": line.rejected_reason if line else "",
        "seen": found.seen if found else 0,
        "waits_since": found.waits_since if found else None,
        "answer_due_at": found.due_at if found else None,
        "last_event": row.last.event if row.last else None,
        "last_event_at": row.last.created_at if row.last else None,
        "buyer_in_charge": row.line.contact if row.line else "",
        "instead_of": row.instead_of,
        "contact": contact.name if contact else "",
        "phone": contact.phone if contact else "",
    }


class DecideView(KnownQueries):
    """What suppliers want on many lines, an offer or a change that they ask for, is decided in one act."""

    acts = {"post": "accept_proposal"}

    def decide(self, request: Request, service: Callable[..., services.Refusals]) -> Response:
        asked = ChosenLinesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        lines = asked.validated_data["lines"]
        ids = [line["schedule_line"] for line in lines]
        told = done_or_none(ids, lambda: service(schedule_line_ids=ids, seen=seen_of(lines)), asked.validated_data)
        return Response(DoneSerializer(told).data)


@extend_schema(tags=["work"])
class AcceptView(DecideView):
    @extend_schema(request=ChosenLinesSerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        return self.decide(request, services.accept_offers)


@extend_schema(tags=["work"])
class DeclineView(DecideView):
    @extend_schema(request=ChosenLinesSerializer, responses=DoneSerializer)
    def post(self, request: Request) -> Response:
        return self.decide(request, services.decline_offers)
