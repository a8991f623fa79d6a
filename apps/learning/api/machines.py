"""Programs at the door: a run's ServerApp (signed with the run's key) and factories (a token, or the site's key).

They have no person and no token of the API; each view opens its own system job. Written down in docs/federated.md.
"""

import base64
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.tenancy.scope import unscoped
from federated import VERSION
from federated.agreed.signing import KEY_HEADER, NONCE_HEADER, SIGNATURE_HEADER, TIME_HEADER

from .. import trial_door
from ..exceptions import ReportTooLarge
from ..gateway import gateway_ca
from ..services import contracts, drift, joining, lots, registry, reporting
from ..services.joining import ENROLMENT
from . import reports
from . import serializers as shapes


@method_decorator(csrf_exempt, name="dispatch")
@extend_schema(exclude=True)
class MachineView(APIView):
    authentication_classes = ()
    permission_classes = ()


def site_call(view: Callable[..., Any]) -> Callable[..., Any]:
    """The method gets the site that signed the call, inside the enrolment's scope; a refusal rolls back."""

    @wraps(view)
    def run(self: APIView, request: Any, **others: Any) -> Any:
        raw = request._request
        with unscoped(reason=ENROLMENT):
            node = joining.node_of(
                key=raw.headers.get(KEY_HEADER, ""),
                at=raw.headers.get(TIME_HEADER, ""),
                signature=raw.headers.get(SIGNATURE_HEADER, ""),
                method=raw.method,
                path=raw.path,
                body=raw.body,
            )
            return view(self, request, node, **others)

    return run


def run_call(shape: type[serializers.Serializer] | None = None) -> Callable[..., Any]:
    """The method gets the locked run whose key signed the call, and what the body holds in the given shape."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def run(self: APIView, request: Any, pk: int, **others: Any) -> Any:
            raw = request._request
            body = read_report(raw)
            with reporting.job_scope():
                found = reporting.signed_run(
                    pk,
                    signature=raw.headers.get(SIGNATURE_HEADER, ""),
                    at=raw.headers.get(TIME_HEADER, ""),
                    nonce=raw.headers.get(NONCE_HEADER, ""),
                    method=raw.method,
                    path=raw.path,
                    body=body,
                )
                if shape is None:
                    return view(self, request, found, **others)
                asked = shape(data=parse(body))
                asked.is_valid(raise_exception=True)
                return view(self, request, found, asked.validated_data, **others)

        return run

    return decorate


def read_report(raw: Any) -> bytes:
    """The body within the limit of run calls: a checkpoint is larger than what forms may send.

    Raises:
        ReportTooLarge
    """
    limit = settings.LEARNING_LARGEST_REPORT
    length = raw.META.get("CONTENT_LENGTH") or "0"
    content = raw.read(limit + 1) if length.isdigit() and int(length) <= limit else b""
    if not length.isdigit() or max(int(length), len(content)) > limit:
        raise ReportTooLarge(place="body", value=f"{length} bytes")
    return content


def parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError from error


class JoinView(MachineView):
    """A factory with a token hands in its public key."""

    def post(self, request: Request) -> Response:
        asked = shapes.JoinSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        with unscoped(reason=ENROLMENT):
            node = joining.join(**asked.validated_data)
            authority = gateway_ca()  # without it a factory has joined for nothing: then its token is not used up
            offered = [c.document for c in contracts.contracts_of(node)]
        return Response({"site": node.name, "gateway": settings.GATEWAY_ADDRESS, "ca": authority, "contracts": offered})


class TimeView(MachineView):
    """The server's clock (in the Date header) and the client it works with."""

    def get(self, request: Request) -> Response:
        return Response({"client_version": VERSION})


class SiteView(MachineView):
    @site_call
    def get(self, request: Request, node) -> Response:
        offered = [c.document for c in contracts.contracts_of(node)]
        released = [
            {
                **{"run": str(model.run_id), "contract": model.contract_hash, "number": model.number},
                "unseen": {name: value for name, value in model.figures.items() if name.startswith("unseen_")},
            }
            for model in registry.released_to(node)
        ]
        return Response({"site": node.name, "state": node.state, "contracts": offered, "released": released})


class ModelView(MachineView):
    @site_call
    def get(self, request: Request, node, run) -> Response:
        content = registry.read_weights(node, run)
        return Response({"npz": base64.b64encode(content).decode()})


class ConsentView(MachineView):
    @site_call
    def post(self, request: Request, node) -> Response:
        asked = shapes.CountersignSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        contracts.countersign(node, contract_hash=found["hash"], signature=found["signature"], person=found["person"])
        return Response({"is_approved_by_firm": _is_approved(node, found["hash"])})


class WithdrawalView(MachineView):
    @site_call
    def post(self, request: Request, node) -> Response:
        asked = shapes.HashSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        contracts.withdraw_signature(node, contract_hash=asked.validated_data["hash"])
        return Response({})


class LotsView(MachineView):
    @site_call
    def post(self, request: Request, node) -> Response:
        asked = shapes.LotRisksSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        return Response({"lots": lots.record_lot_risks(node, run_id=found["run"], lots=found["lots"])})


class DriftView(MachineView):
    @site_call
    def post(self, request: Request, node) -> Response:
        asked = shapes.DriftSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        drift.record_drift(node, run_id=found["run"], rows=found["rows"], flags=found["flags"])
        return Response({})


class TrialView(MachineView):
    """One word of a firm that has not joined: it takes the code of its bundle, and no figure."""

    def post(self, request: Request) -> Response:
        asked = shapes.TrialSaidSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        offer = trial_door.say(asked.validated_data["code"], asked.validated_data["said"])
        return Response({"is_offered": offer.is_offered})


class LeaveView(MachineView):
    @site_call
    def post(self, request: Request, node) -> Response:
        joining.leave(node)
        return Response({})


class JobView(MachineView):
    @run_call()
    def get(self, request: Request, run) -> Response:
        return Response(reporting.job(run))


class RoundView(MachineView):
    @run_call(reports.RoundSerializer)
    def post(self, request: Request, run, body, number) -> Response:
        command = reporting.record_round(run, number, body)
        return Response({"command": command, "sites": reporting.consenting_sites(run)})


class ProgressView(MachineView):
    @run_call(reports.ProgressSerializer)
    def post(self, request: Request, run, body) -> Response:
        reporting.record_progress(run, body)
        return Response({})


class FailureView(MachineView):
    @run_call(reports.FailureSerializer)
    def post(self, request: Request, run, body) -> Response:
        reporting.record_failure(run, body["text"])
        return Response({})


def _is_approved(node, contract_hash: str) -> bool:
    return node.consents.filter(contract__hash=contract_hash, approved_at__isnull=False).exists()
