"""Stock over HTTP: a firm's own, nobody else's."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["stock"])
class BalanceViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What lies where; a count is taken over as movements."""

    serializer_class = shapes.BalanceSerializer
    selector = staticmethod(selectors.balances)
    keyset_ordering = ("pk",)
    acts = {"list": "view_stock", "count": "count_stock"}

    @extend_schema(request=shapes.CountSerializer, responses=shapes.CountResultSerializer)
    @action(detail=False, methods=["post"])
    def count(self, request: Request) -> Response:
        return Response({"differences": services.count_stock(**self.read(shapes.CountSerializer).arguments())})


@extend_schema(tags=["stock"])
class MovementViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Every change of a balance, newest first."""

    serializer_class = shapes.MovementSerializer
    selector = staticmethod(selectors.movements)
    keyset_ordering = ("-pk",)
    acts = {"list": "view_stock"}
