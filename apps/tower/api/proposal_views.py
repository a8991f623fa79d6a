"""Order proposals over HTTP: what to order, and drafts of what was chosen, in one act."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import KnownQueries
from apps.common.errors import raise_all
from apps.common.period import read_id
from apps.common.typed import shown

from .. import offer_pages, ordering
from ..exceptions import NotAProposal
from . import serializers as shapes


@extend_schema(tags=["tower"])
class ProposalView(KnownQueries):
    """What to order, how much, when and why, the earliest to order first; chosen ones become drafts, all or none."""

    acts = {"get": "view_outlook", "post": "draft_order"}
    queries = {"get": (OpenApiParameter("part", int, description="id of one own part"),)}

    @extend_schema(responses=shapes.OrderProposalSerializer(many=True))
    def get(self, request: Request) -> Response:
        part = read_id(request.query_params.get("part"), "part")
        found = ordering.offers(parts=None if part is None else [part])
        rows = [_proposal(row) for row in offer_pages.offers(found, None)]
        return Response(shapes.OrderProposalSerializer(rows, many=True).data)

    @extend_schema(request=shapes.ChosenProposalsSerializer, responses={201: shapes.DraftSerializer(many=True)})
    def post(self, request: Request) -> Response:
        """Draft what is named by its keys, as it was read: an order for each supplier and site, seen by nobody else."""
        given = shapes.ChosenProposalsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        keys = given.validated_data["keys"]
        chosen = [ordering.read_key(key) for key in keys]
        raise_all(NotAProposal(place=f"keys[{n}]", value=shown(keys[n])) for n, row in enumerate(chosen) if row is None)
        if len(set(keys)) < len(keys):
            twice = next(n for n, key in enumerate(keys) if key in keys[:n])
            raise NotAProposal(_("A key stands once."), place=f"keys[{twice}]", value=shown(keys[twice]))
        made = ordering.draft([row for row in chosen if row])
        return Response(shapes.DraftSerializer(made, many=True).data, status=status.HTTP_201_CREATED)


def _proposal(row: dict[str, Any]) -> dict[str, Any]:
    offer = row["offer"]
    names = ("quantity", "needed_on", "arrives", "order_by", "is_late", "missing")
    return {
        "key": offer.key,
        "part_id": offer.need.part.pk,
        "partner_part_id": offer.part.pk,
        "relation_id": offer.part.relation_id,
        "site_id": offer.need.site_id,
        "unit": offer.part.unit,
        **{name: getattr(offer.proposal, name) for name in names},
        "is_usual": row["is_chosen"],
        "why": row["why"],
    }
