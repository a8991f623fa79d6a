"""Orders over HTTP: shapes in and out, one service per act."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import PDF, KnownQueries, ScopedViewSet
from apps.common.rooms import search
from apps.ui.paper import pdf_answer, printed_by

from .. import documents, selectors, services
from ..rows import with_lines
from . import serializers as shapes
from .filters import VIEWS, OrderFilter


@extend_schema(tags=["orders"])
class OrderViewSet(ScopedViewSet):
    """Both sides read; the buyer drafts, publishes, decides and cancels; the supplier opens and answers."""

    serializer_class = shapes.OrderRowSerializer
    filterset_class = OrderFilter
    keyset_ordering = selectors.LIST_ORDER
    acts = {
        "list": "view_orders",
        "retrieve": "view_orders",
        "paper": "view_orders",
        "create": "draft_order",
        "update": "draft_order",
        "destroy": "draft_order",
        "copy": "draft_order",
        "revise": "draft_order",
        "publish": "publish_order",
        "cancel": "cancel_order",
        "acknowledge": "answer_order",
        "answer": "answer_order",
        "accept_proposals": "accept_proposal",
        "decline_proposals": "accept_proposal",
        "changes": "request_change",
        "counter": "answer_change",
        "remind": "request_change",
        "close_short": "close_order",
    }
    queries = {
        "list": (
            OpenApiParameter("side", str, enum=["buyer", "supplier"], description="default: the firm's only side"),
            OpenApiParameter("view", str, enum=list(VIEWS)),
            OpenApiParameter("partner", int, description="id of the other firm"),
            OpenApiParameter("number", str, description="the exact order number"),
        )
    }

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        self.side = selectors.side_for_lists(self.request.query_params.get("side"))
        return selectors.order_rows(self.side)

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        page = with_lines(self.paginate_queryset(rows), request.query_params.get("view", ""))
        return self.get_paginated_response(shapes.OrderRowSerializer(page, many=True).data)

    @extend_schema(responses=shapes.OrderSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return self._order(int(pk))

    @extend_schema(request=shapes.NewOrderSerializer, responses={201: shapes.OrderSerializer})
    def create(self, request: Request) -> Response:
        order = services.draft_order(**self.read(shapes.NewOrderSerializer).order())
        return self._order(order.pk, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.RewrittenOrderSerializer, responses=shapes.OrderSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Write a draft, or an order that the supplier has not opened yet, anew: its lines and its note."""
        order = services.rewrite_order(order_id=int(pk), **self.read(shapes.RewrittenOrderSerializer).rewritten())
        return self._order(order.pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.discard_draft(order_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        return self._order(services.publish_order(order_id=int(pk)).pk)

    @extend_schema(request=None, responses={201: shapes.OrderSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: str) -> Response:
        """Write a draft with its parts and quantities, at today's prices; days that lead times do not reach are later."""
        return self._order(services.copy_order(order_id=int(pk)).order.pk, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.RevisionSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: str) -> Response:
        """Write the next revision of an order that was sent: what is not promised is replaced, of the rest the supplier is
        asked."""
        return self._order(services.revise_order(order_id=int(pk), **self.read(shapes.RevisionSerializer).arguments()).pk)

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        return self._order(services.acknowledge_order(order_id=int(pk)).pk)

    @extend_schema(request=shapes.AnswerSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        arguments = self.read(shapes.AnswerSerializer).arguments()
        return self._order(services.answer_order(order_id=int(pk), **arguments).pk)

    @extend_schema(request=shapes.ProposalsSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"], url_path="accept-proposals")
    def accept_proposals(self, request: Request, pk: str) -> Response:
        chosen = self.read(shapes.ProposalsSerializer).validated_data.get("schedule_lines")
        return self._order(services.accept_proposals(order_id=int(pk), schedule_line_ids=chosen).pk)

    @extend_schema(request=shapes.ProposalsSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"], url_path="decline-proposals")
    def decline_proposals(self, request: Request, pk: str) -> Response:
        chosen = self.read(shapes.ProposalsSerializer).validated_data.get("schedule_lines")
        return self._order(services.decline_proposals(order_id=int(pk), schedule_line_ids=chosen).pk)

    @extend_schema(request=shapes.ChangesSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def changes(self, request: Request, pk: str) -> Response:
        """Ask the other side for other quantities or days; on an open proposal it is a counter-proposal."""
        arguments = self.read(shapes.ChangesSerializer).arguments()
        return self._order(services.request_changes(order_id=int(pk), **arguments).pk)

    @extend_schema(request=shapes.AnswerSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def counter(self, request: Request, pk: str) -> Response:
        """Offer other quantities or days than the buyer asks for on confirmed lines; without parts a change is refused."""
        arguments = self.read(shapes.AnswerSerializer).arguments()
        return self._order(services.counter_changes(order_id=int(pk), **arguments).pk)

    @extend_schema(request=shapes.CloseShortSerializer, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"], url_path="close-short")
    def close_short(self, request: Request, pk: str) -> Response:
        data = self.read(shapes.CloseShortSerializer).validated_data
        done = services.close_short(order_id=int(pk), schedule_line_ids=data["schedule_lines"], reason=data["reason"])
        return self._order(done.pk)

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, pk: str) -> Response:
        """Tell the supplier once more that the order waits for its answer; once a day."""
        return self._order(services.remind_supplier(order_id=int(pk)).pk)

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._order(services.cancel_order(order_id=int(pk)).pk)

    @extend_schema(responses={(200, "application/pdf"): PDF})
    @action(detail=True, methods=["get"])
    def paper(self, request: Request, pk: str) -> HttpResponse:
        """The order as PDF."""
        paper = documents.purchase_order(selectors.order_with_lines(int(pk)), printed_by(request.user.name))
        return pdf_answer(paper, f"order-{pk}.pdf")

    def _order(self, order_id, code: int = status.HTTP_200_OK) -> Response:
        return Response(shapes.OrderSerializer(selectors.order_with_lines(order_id)).data, status=code)


@extend_schema(tags=["orders"])
class ChangeViewSet(ScopedViewSet):
    """Open change requests on an order are read with the order; here they are answered."""

    serializer_class = shapes.OrderSerializer
    selector = staticmethod(selectors.change_requests)
    acts = {"accept": "answer_change", "reject": "answer_change", "withdraw": "request_change"}

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._order(services.accept_change(change_id=int(pk)))

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        return self._order(services.reject_change(change_id=int(pk)))

    @extend_schema(request=None, responses=shapes.OrderSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._order(services.withdraw_change(change_id=int(pk)))

    def _order(self, order) -> Response:
        return Response(shapes.OrderSerializer(selectors.order_with_lines(order.pk)).data)


@extend_schema(tags=["search"])
class SearchView(KnownQueries):
    """Orders, parts and partners by number or name."""

    acts = {"get": "view_orders"}
    queries = {"get": (OpenApiParameter("q", str, required=True, description="two characters or more"),)}

    @extend_schema(responses=shapes.SearchSerializer(many=True))
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")
        return Response(shapes.SearchSerializer(search(text), many=True).data)
