from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["parts"])
class PartViewSet(mixins.ListModelMixin, ScopedViewSet):
    """A firm's own parts; nobody else sees them."""

    serializer_class = shapes.PartSerializer
    keyset_ordering = ("number", "id")
    acts = {"list": "view_parts", "create": "manage_parts"}

    selector = selectors.parts

    @extend_schema(responses={201: shapes.PartSerializer})
    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        part = services.create_part(**serializer.validated_data)
        return Response(self.get_serializer(part).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["parts"])
class PartnerPartViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Parts as agreed between two firms; both read, the buyer agrees new ones."""

    serializer_class = shapes.PartnerPartSerializer
    keyset_ordering = ("buyer_number", "id")
    acts = {"list": "view_parts", "create": "manage_parts"}

    selector = selectors.partner_parts

    @extend_schema(request=shapes.NewPartnerPartSerializer, responses={201: shapes.PartnerPartSerializer})
    def create(self, request: Request) -> Response:
        serializer = shapes.NewPartnerPartSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        part = services.agree_part(
            relation_id=data.pop("relation"),
            part_id=data.pop("part"),
            is_confirmed=data.pop("confirmed", False),
            **data,
        )
        return Response(self.get_serializer(part).data, status=status.HTTP_201_CREATED)
