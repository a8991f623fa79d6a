"""Inspections over HTTP."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet
from apps.common.filters import choice
from apps.orders.selectors import side_for_lists

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["quality"])
class LotViewSet(ScopedViewSet):
    """Both sides read; the buyer's inspectors decide."""

    serializer_class = shapes.LotRowSerializer
    selector = staticmethod(selectors.all_lots)
    keyset_ordering = selectors.LIST_ORDER
    acts = {"list": "view_inspections", "retrieve": "view_inspections", "decide": "decide_inspection"}
    queries = {
        "list": (
            OpenApiParameter("side", str, enum=["buyer", "supplier"], description="default: the firm's only side"),
            OpenApiParameter("view", str, enum=["all", "open", "overdue", "rejected"]),
        )
    }

    def list(self, request: Request) -> Response:
        side = side_for_lists(choice(request, "side", ("buyer", "supplier"), None))
        view = choice(request, "view", tuple(selectors.views()), "all")
        page = self.paginate_queryset(selectors.lots(side).filter(selectors.views()[view]))
        return self.get_paginated_response(shapes.LotRowSerializer(selectors.with_parts(page), many=True).data)

    @extend_schema(responses=shapes.LotSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(shapes.LotSerializer(selectors.lot(int(pk))).data)

    @extend_schema(request=shapes.DecideSerializer, responses=shapes.LotSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        services.decide(lot_id=int(pk), decided=self.read(shapes.DecideSerializer).decided())
        return Response(shapes.LotSerializer(selectors.lot(int(pk))).data)


@extend_schema(tags=["quality"])
class NonConformanceViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Parts that did not conform, newest first."""

    serializer_class = shapes.NonConformanceSerializer
    selector = staticmethod(selectors.non_conformances)
    keyset_ordering = ("-occurred_on", "-pk")
    acts = {"list": "view_inspections"}
