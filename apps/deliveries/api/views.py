"""Deliveries over HTTP: shapes in and out, one service per act."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import PDF, ScopedViewSet
from apps.common.filters import choice
from apps.orders.selectors import side_for_lists
from apps.ui.paper import pdf_answer, printed_by

from .. import documents, labels, selectors, services
from . import serializers as shapes


@extend_schema(tags=["deliveries"])
class ShipmentViewSet(ScopedViewSet):
    """Both sides read; the supplier announces, lets depart and cancels; the buyer reports arrival and receives."""

    serializer_class = shapes.ShipmentRowSerializer
    selector = staticmethod(selectors.all_shipments)
    keyset_ordering = selectors.LIST_ORDER
    acts = {
        "list": "view_deliveries",
        "retrieve": "view_deliveries",
        "note": "view_deliveries",
        "labels": "view_deliveries",
        "statement": "view_deliveries",
        "receipt": "view_deliveries",
        "create": "ship",
        "depart": "ship",
        "cancel": "ship",
        "arrive": "receive_goods",
        "receive": "receive_goods",
    }
    queries = {
        "list": (
            OpenApiParameter("side", str, enum=["buyer", "supplier"], description="default: the firm's only side"),
            OpenApiParameter("view", str, enum=["all", "expected", "today", "late", "received"]),
        )
    }

    def list(self, request: Request) -> Response:
        side = side_for_lists(choice(request, "side", ("buyer", "supplier"), None))
        view = choice(request, "view", tuple(selectors.views()), "all")
        page = self.paginate_queryset(selectors.shipments(side).filter(selectors.views()[view]))
        return self.get_paginated_response(shapes.ShipmentRowSerializer(page, many=True).data)

    @extend_schema(responses=shapes.ShipmentSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return self._shipment(int(pk))

    @extend_schema(request=shapes.NewShipmentSerializer, responses={201: shapes.ShipmentSerializer})
    def create(self, request: Request) -> Response:
        shipment = services.announce_shipment(**self.read(shapes.NewShipmentSerializer).arguments())
        return self._shipment(shipment.pk, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.DepartureSerializer, responses=shapes.ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def depart(self, request: Request, pk: str) -> Response:
        data = self.read(shapes.DepartureSerializer).validated_data
        is_confirmed = data.get("confirmed", False)
        done = services.depart(shipment_id=int(pk), departed_at=data.get("at"), is_confirmed=is_confirmed)
        return self._shipment(done.pk)

    @extend_schema(request=shapes.WhenSerializer, responses=shapes.ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Request, pk: str) -> Response:
        when = self.read(shapes.WhenSerializer).validated_data.get("at")
        return self._shipment(services.arrive(shipment_id=int(pk), arrived_at=when).pk)

    @extend_schema(request=None, responses=shapes.ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._shipment(services.cancel_shipment(shipment_id=int(pk)).pk)

    @extend_schema(request=shapes.NewReceiptSerializer, responses=shapes.ShipmentSerializer)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Book what arrived; answers with the delivery and its receipts."""
        services.receive_shipment(shipment_id=int(pk), **self.read(shapes.NewReceiptSerializer).arguments())
        return self._shipment(int(pk))

    @extend_schema(responses={(200, "application/pdf"): PDF})
    @action(detail=True, methods=["get"])
    def note(self, request: Request, pk: str) -> HttpResponse:
        paper = documents.delivery_note(selectors.shipment(int(pk)), printed_by(request.user.name))
        return pdf_answer(paper, f"delivery-note-{pk}.pdf")

    @extend_schema(responses={(200, "application/pdf"): PDF})
    @action(detail=True, methods=["get"])
    def labels(self, request: Request, pk: str) -> HttpResponse:
        return pdf_answer(labels.labels(selectors.shipment(int(pk))), f"labels-{pk}.pdf")

    @extend_schema(responses={(200, "application/pdf"): PDF})
    @action(detail=True, methods=["get"])
    def statement(self, request: Request, pk: str) -> HttpResponse:
        """What was delivered at which price."""
        found = selectors.shipment(int(pk))
        paper = documents.statement(found, selectors.prices_of_lines(found), printed_by(request.user.name))
        return pdf_answer(paper, f"statement-{pk}.pdf")

    @extend_schema(responses={(200, "application/pdf"): PDF})
    @action(detail=True, methods=["get"])
    def receipt(self, request: Request, pk: str) -> HttpResponse:
        """What came, as the receiving site booked it."""
        paper = documents.receipt(selectors.shipment(int(pk)), printed_by(request.user.name))
        return pdf_answer(paper, f"receipt-{pk}.pdf")

    def _shipment(self, shipment_id, code: int = status.HTTP_200_OK) -> Response:
        return Response(shapes.ShipmentSerializer(selectors.shipment(shipment_id)).data, status=code)
