"""Consigned material over HTTP: both sides read, each writes its own documents."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet
from apps.common.filters import choice
from apps.inventory import selectors as inventory
from apps.tenancy.roles import Side
from apps.tenancy.selectors import side_for_lists

from .. import selectors, services
from . import serializers as shapes

SIDE = OpenApiParameter("side", str, enum=["buyer", "supplier"], description="default: the firm's only side")


def side_of_request(request: Request) -> Side:
    return side_for_lists(choice(request, "side", ("buyer", "supplier"), None))


@extend_schema(tags=["material"])
class MaterialViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What is agreed: the buyer says which of its parts it hands out, and what of them goes into parts."""

    serializer_class = shapes.MaterialSerializer
    selector = staticmethod(inventory.consigned_parts)
    keyset_ordering = ("number", "pk")
    acts = {
        "list": "view_material",
        "create": "agree_material",
        "terms": "agree_material",
        "end": "agree_material",
        "uses": "agree_material",
    }

    @extend_schema(request=shapes.NewMaterialSerializer, responses={201: shapes.MaterialSerializer})
    def create(self, request: Request) -> Response:
        read = self.read(shapes.NewMaterialSerializer)
        asked = {"relation_id": read.validated_data["relation"], "part_id": read.validated_data["part"]}
        done = services.agree_material(**asked, **read.terms())
        return Response(shapes.MaterialSerializer(done).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.TermsSerializer, responses=shapes.MaterialSerializer)
    @action(detail=True, methods=["post"])
    def terms(self, request: Request, pk: str) -> Response:
        done = services.change_material(consigned_part_id=int(pk), **self.read(shapes.TermsSerializer).terms())
        return Response(shapes.MaterialSerializer(done).data)

    @extend_schema(request=None, responses=shapes.MaterialSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Hand out no more of it, or again what had ended."""
        return Response(shapes.MaterialSerializer(services.end_material(consigned_part_id=int(pk))).data)

    @extend_schema(request=shapes.MaterialUsesSerializer, responses=shapes.UseSerializer(many=True))
    @action(detail=False, methods=["post"])
    def uses(self, request: Request) -> Response:
        """What of the material goes into one unit of a part; what stood before is replaced whole."""
        done = services.keep_uses(**self.read(shapes.MaterialUsesSerializer).arguments())
        return Response(shapes.UseSerializer(done, many=True).data)


@extend_schema(tags=["material"])
class MaterialStockViewSet(ScopedViewSet):
    """What lies where, and what is on its way: the same rows to owner and holder."""

    serializer_class = shapes.MaterialStockSerializer
    keyset_ordering = ("pk",)
    acts = {"list": "view_material"}
    queries = {"list": (SIDE,)}

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(inventory.consigned_balances(side_of_request(request)))
        return self.get_paginated_response(shapes.MaterialStockSerializer(page, many=True).data)


@extend_schema(tags=["material"])
class MaterialMovementViewSet(ScopedViewSet):
    """Every change of those balances, newest first."""

    serializer_class = shapes.MaterialMovementSerializer
    keyset_ordering = ("-pk",)
    acts = {"list": "view_material"}
    queries = {"list": (SIDE,)}

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(inventory.consigned_movements(side_of_request(request)))
        return self.get_paginated_response(shapes.MaterialMovementSerializer(page, many=True).data)


@extend_schema(tags=["material"])
class NoteViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Consignment notes: the buyer hands out, the supplier returns; the other side receives."""

    serializer_class = shapes.NoteRowSerializer
    selector = staticmethod(selectors.all_notes)
    keyset_ordering = selectors.LIST_ORDER
    acts = {
        "list": "view_material",
        "retrieve": "view_material",
        "create": "move_material",
        "receive": "move_material",
        "cancel": "move_material",
    }

    @extend_schema(responses=shapes.NoteSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return self._note(int(pk))

    @extend_schema(request=shapes.NewNoteSerializer, responses={201: shapes.NoteSerializer})
    def create(self, request: Request) -> Response:
        done = services.send(**self.read(shapes.NewNoteSerializer).arguments())
        return self._note(done.pk, status.HTTP_201_CREATED)

    @extend_schema(request=shapes.ReceiveSerializer, responses=shapes.NoteSerializer)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Book what came, good or damaged."""
        services.receive(note_id=int(pk), **self.read(shapes.ReceiveSerializer).arguments())
        return self._note(int(pk))

    @extend_schema(request=None, responses=shapes.NoteSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Take back a note of which nothing has come."""
        services.cancel(note_id=int(pk))
        return self._note(int(pk))

    def _note(self, note_id: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(shapes.NoteSerializer(selectors.note(note_id)).data, status=code)


@extend_schema(tags=["material"])
class LossViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What suppliers spoilt or lost, newest first; the holder reports it."""

    serializer_class = shapes.LossSerializer
    selector = staticmethod(selectors.losses)
    keyset_ordering = ("-pk",)
    acts = {"list": "view_material", "create": "move_material"}

    @extend_schema(request=shapes.NewLossesSerializer, responses={201: shapes.LossSerializer(many=True)})
    def create(self, request: Request) -> Response:
        done = services.report_losses(**self.read(shapes.NewLossesSerializer).arguments())
        return Response(shapes.LossSerializer(done, many=True).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["material"])
class SettlementViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Months: proposed by one side with figures of the ledger, accepted or disputed by the other."""

    serializer_class = shapes.SettlementRowSerializer
    selector = staticmethod(selectors.all_settlements)
    keyset_ordering = selectors.SETTLEMENT_ORDER
    acts = {
        "list": "view_material",
        "retrieve": "view_material",
        "create": "settle_material",
        "accept": "settle_material",
        "dispute": "settle_material",
    }

    @extend_schema(responses=shapes.SettlementSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return self._settlement(int(pk))

    @extend_schema(request=shapes.ProposeSerializer, responses={201: shapes.SettlementSerializer})
    def create(self, request: Request) -> Response:
        data = self.read(shapes.ProposeSerializer).validated_data
        done = services.propose(relation_id=data["relation"], month=data["month"], note=data.get("note", ""))
        return self._settlement(done.pk, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=shapes.SettlementSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._settlement(services.accept(settlement_id=int(pk)).pk)

    @extend_schema(request=shapes.DisputeSerializer, responses=shapes.SettlementSerializer)
    @action(detail=True, methods=["post"])
    def dispute(self, request: Request, pk: str) -> Response:
        answer = self.read(shapes.DisputeSerializer).validated_data["answer"]
        return self._settlement(services.dispute(settlement_id=int(pk), answer=answer).pk)

    def _settlement(self, settlement_id: int, code: int = status.HTTP_200_OK) -> Response:
        return Response(shapes.SettlementSerializer(selectors.settlement(settlement_id)).data, status=code)
