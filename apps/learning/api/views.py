"""Training together over HTTP, for people's programs; factories and ServerApps have machines.py."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["learning"])
class FederationViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Federations of the own clusters, the newest first."""

    serializer_class = shapes.FederationSerializer
    selector = staticmethod(selectors.federations)
    acts = {"list": "view_learning"}


@extend_schema(tags=["learning"])
class NodeViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Sites that train, of all federations of the own clusters."""

    serializer_class = shapes.NodeSerializer
    selector = staticmethod(selectors.nodes)
    keyset_ordering = ("name", "pk")
    acts = {"list": "view_learning", "suspend": "manage_learning", "readmit": "manage_learning"}

    @extend_schema(request=None, responses=shapes.NodeSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> Response:
        return Response(shapes.NodeSerializer(services.suspend_site(node_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.NodeSerializer)
    @action(detail=True, methods=["post"])
    def readmit(self, request: Request, pk: str) -> Response:
        return Response(shapes.NodeSerializer(services.readmit_site(node_id=int(pk))).data)


@extend_schema(tags=["learning"])
class ContractViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Contracts of the own clusters; the office publishes, or takes back what nobody agreed to; each firm approves."""

    serializer_class = shapes.ContractSerializer
    selector = staticmethod(selectors.contracts)
    acts = {
        "list": "view_learning",
        "retrieve": "view_learning",
        "create": "manage_learning",
        "approve": "approve_contract",
        "withdraw": "approve_contract",
        "take_back": "manage_learning",
    }

    @extend_schema(responses=shapes.ContractWithConsentsSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return self._contract(int(pk))

    @extend_schema(request=shapes.PublishSerializer, responses={201: shapes.ContractWithConsentsSerializer})
    def create(self, request: Request) -> Response:
        found = services.publish_contract(**self.read(shapes.PublishSerializer).validated_data)
        return self._contract(found.pk, status=201)

    @extend_schema(request=None, responses=shapes.ApprovedSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return Response({"sites": services.approve_contract(contract_id=int(pk))})

    @extend_schema(request=None, responses=shapes.ApprovedSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return Response({"sites": services.withdraw_approval(contract_id=int(pk))})

    @extend_schema(request=None, responses=shapes.ContractWithConsentsSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """Take a contract back that no firm has approved and no factory countersigned."""
        return self._contract(services.take_contract_back(contract_id=int(pk)).pk)

    def _contract(self, contract_id, status: int = 200) -> Response:
        found = selectors.contract(contract_id)
        states = [(node, selectors.consent_states(found, consent)) for node, consent in selectors.asked_sites(found)]
        found.shown_consents = [
            {"node_id": node.pk, "approval": approval, "countersignature": signature}
            for node, (approval, signature) in states
        ]
        return Response(shapes.ContractWithConsentsSerializer(found).data, status=status)


@extend_schema(tags=["learning"])
class RunViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Runs of the own clusters, the newest first; the office moves them."""

    serializer_class = shapes.RunSerializer
    selector = staticmethod(selectors.runs)
    acts = {"list": "view_learning", "retrieve": "view_learning"} | dict.fromkeys(
        ("create", "pause", "resume", "stop"), "manage_learning"
    )

    @extend_schema(responses=shapes.RunWithRoundsSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        run = selectors.run(int(pk))
        run.completed_rounds = selectors.rounds(run.pk)
        return Response(shapes.RunWithRoundsSerializer(run).data)

    @extend_schema(request=shapes.StartSerializer, responses={201: shapes.RunSerializer})
    def create(self, request: Request) -> Response:
        run = services.start_run(**self.read(shapes.StartSerializer).validated_data)
        return Response(shapes.RunSerializer(run).data, status=201)

    @extend_schema(request=None, responses=shapes.RunSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        return Response(shapes.RunSerializer(services.pause_run(run_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.RunSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return Response(shapes.RunSerializer(services.resume_run(run_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.RunSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        return Response(shapes.RunSerializer(services.stop_run(run_id=int(pk))).data)


@extend_schema(tags=["learning"])
class ModelViewSet(mixins.ListModelMixin, ScopedViewSet):
    """The registry: trained models with contract, consents, data hashes and figures."""

    serializer_class = shapes.ModelSerializer
    selector = staticmethod(selectors.models)
    acts = {"list": "view_learning"} | dict.fromkeys(("release", "retire", "measure"), "manage_learning")

    @extend_schema(request=None, responses=shapes.ModelSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        return Response(shapes.ModelSerializer(services.release_model(model_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.ModelSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        return Response(shapes.ModelSerializer(services.retire_model(model_id=int(pk))).data)

    @extend_schema(request=None, responses={201: shapes.RunSerializer(many=True)})
    @action(detail=True, methods=["post"])
    def measure(self, request: Request, pk: str) -> Response:
        """Queue one run without each site: what each adds to the others, and what a model gives that never saw a site."""
        services.measure_contributions(model_id=int(pk))
        return Response(shapes.RunSerializer(selectors.valuations(int(pk)), many=True).data, status=201)
