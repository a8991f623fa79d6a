from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import parts, prices, selectors, services
from . import serializers as shapes


@extend_schema(tags=["parts"])
class PartViewSet(mixins.ListModelMixin, ScopedViewSet):
    """A firm's own parts; nobody else sees them."""

    serializer_class = shapes.PartSerializer
    keyset_ordering = ("number", "id")
    acts = {"list": "view_parts", **dict.fromkeys(("create", "update", "end", "resume"), "manage_parts")}

    selector = selectors.parts

    @extend_schema(responses={201: shapes.PartSerializer})
    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        part = services.create_part(**serializer.validated_data)
        return Response(self.get_serializer(part).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.ChangedPartSerializer, responses=shapes.PartSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Change what is named; what is left out stays. Number and names go on to what is agreed with suppliers."""
        return self._answer(parts.change_part(part_id=int(pk), **self.read(shapes.ChangedPartSerializer).validated_data))

    @extend_schema(request=None, responses=shapes.PartSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Order it from nobody any more; open orders go on."""
        return self._answer(parts.end_part(part_id=int(pk)))

    @extend_schema(request=None, responses=shapes.PartSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self._answer(parts.resume_part(part_id=int(pk)))

    def _answer(self, part: Any) -> Response:
        return Response(self.get_serializer(part).data)


@extend_schema(tags=["parts"])
class PartnerPartViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Parts as agreed between two firms; both read, the buyer agrees new ones."""

    serializer_class = shapes.PartnerPartSerializer
    keyset_ordering = ("buyer_number", "id")
    acts = {
        "list": "view_parts",
        **dict.fromkeys(("create", "update", "end", "resume"), "manage_parts"),
        "supplier_number": "number_parts",
    }

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

    @extend_schema(request=shapes.ChangedPartnerPartSerializer, responses=shapes.PartnerPartSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """The buyer changes what is named; what is left out stays."""
        terms = dict(self.read(shapes.ChangedPartnerPartSerializer).validated_data)
        confirmed = terms.pop("confirmed", False)
        return self._answer(parts.change_partner_part(partner_part_id=int(pk), is_confirmed=confirmed, **terms))

    @extend_schema(request=shapes.SupplierNumberSerializer, responses=shapes.PartnerPartSerializer)
    @action(detail=True, methods=["post"], url_path="supplier-number")
    def supplier_number(self, request: Request, pk: str) -> Response:
        """The supplier says which number the part has there."""
        given = self.read(shapes.SupplierNumberSerializer).validated_data
        return self._answer(parts.number_part(partner_part_id=int(pk), **given))

    @extend_schema(request=None, responses=shapes.PartnerPartSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Order it from this supplier no more; open orders go on."""
        return self._answer(parts.end_partner_part(partner_part_id=int(pk)))

    @extend_schema(request=None, responses=shapes.PartnerPartSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self._answer(parts.resume_partner_part(partner_part_id=int(pk)))

    def _answer(self, part: Any) -> Response:
        return Response(self.get_serializer(part).data)


@extend_schema(tags=["parts"])
class PriceViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Prices of agreed parts with their days, newest first; both firms read, the buyer sets them."""

    serializer_class = shapes.PriceSerializer
    keyset_ordering = ("-valid_from", "-id")
    acts = {"list": "view_parts", **dict.fromkeys(("create", "destroy"), "manage_parts")}

    selector = selectors.prices

    @extend_schema(request=shapes.NewPriceSerializer, responses={201: shapes.PriceSerializer})
    def create(self, request: Request) -> Response:
        """Let a price hold from a day on; an open one before it ends on the day before."""
        data = dict(self.read(shapes.NewPriceSerializer).validated_data)
        part_id, confirmed = data.pop("partner_part"), data.pop("confirmed", False)
        made = prices.set_price(partner_part_id=part_id, is_confirmed=confirmed, **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take back a price that has not begun."""
        prices.withdraw_price(price_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
