"""Trading relations over the API: asked for, agreed, suspended, ended; their terms and contacts."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import TradingRelation

from .. import relations, requests, selectors
from . import serializers as shapes


@extend_schema(tags=["members"])
class RelationViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Trading relations of the own firm with the terms that hold, oldest first."""

    serializer_class = shapes.StandingRelationSerializer
    keyset_ordering = ("id",)
    acts = {"list": "view_partners", **dict.fromkeys(("suspend", "resume", "end"), "manage_relations")}
    selector = tenancy.relations

    @extend_schema(request=None, responses=shapes.StandingRelationSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> Response:
        """No new orders until the same firm resumes it; open ones go on."""
        return self._answer(relations.suspend(relation_id=int(pk)))

    @extend_schema(request=None, responses=shapes.StandingRelationSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Take back the own firm's suspension."""
        return self._answer(relations.resume(relation_id=int(pk)))

    @extend_schema(request=None, responses=shapes.StandingRelationSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """No new orders; open ones go on. It begins anew by a request alone."""
        return self._answer(relations.end(relation_id=int(pk)))

    def _answer(self, relation: TradingRelation) -> Response:
        return Response(shapes.StandingRelationSerializer(relation).data)


@extend_schema(tags=["members"])
class RequestViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Requests for a trading relation, by the own firm and of it, newest first."""

    serializer_class = shapes.RequestSerializer
    keyset_ordering = ("-created_at", "-id")
    acts = {"list": "view_partners", **dict.fromkeys(("create", "accept", "decline", "withdraw"), "manage_relations")}
    selector = selectors.requests

    @extend_schema(request=shapes.NewRequestSerializer, responses={201: shapes.RequestSerializer})
    def create(self, request: Request) -> Response:
        """Ask a firm that the own one sees in a cluster."""
        data = dict(self.read(shapes.NewRequestSerializer).validated_data)
        made = requests.request_relation(firm_id=data.pop("firm", None), **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.AcceptSerializer, responses=shapes.StandingRelationSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Say yes: the relation stands with the usual terms."""
        made = requests.accept_request(request_id=int(pk), **self.read(shapes.AcceptSerializer).validated_data)
        return Response(shapes.StandingRelationSerializer(made).data)

    @extend_schema(request=None, responses=shapes.RequestSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(requests.decline_request(request_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.RequestSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(requests.withdraw_request(request_id=int(pk))).data)


@extend_schema(tags=["members"])
class ProposalViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Terms as one side proposed them, newest first; with the other's yes they hold."""

    serializer_class = shapes.ProposalSerializer
    keyset_ordering = ("-created_at", "-id")
    acts = {"list": "view_partners", **dict.fromkeys(("create", "accept", "decline", "withdraw"), "manage_relations")}
    selector = selectors.proposals

    @extend_schema(request=shapes.NewProposalSerializer, responses={201: shapes.ProposalSerializer})
    def create(self, request: Request) -> Response:
        """Propose terms; what is left out is as it is now."""
        data = dict(self.read(shapes.NewProposalSerializer).validated_data)
        made = relations.propose_terms(relation_id=data.pop("relation"), **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=shapes.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Say yes: they hold, and a version is kept."""
        return Response(self.get_serializer(relations.accept_terms(proposal_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(relations.decline_terms(proposal_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.ProposalSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(relations.withdraw_terms(proposal_id=int(pk))).data)


@extend_schema(tags=["members"])
class ContactViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Whom to call in a relation: people of both sides; each firm names its own."""

    serializer_class = shapes.ContactSerializer
    keyset_ordering = ("name", "id")
    acts = {"list": "view_partners", **dict.fromkeys(("create", "destroy"), "manage_relations")}
    selector = selectors.contacts

    @extend_schema(request=shapes.NewContactSerializer, responses={201: shapes.ContactSerializer})
    def create(self, request: Request) -> Response:
        data = dict(self.read(shapes.NewContactSerializer).validated_data)
        made = relations.add_contact(relation_id=data.pop("relation"), **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        relations.remove_contact(contact_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
