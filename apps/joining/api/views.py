"""Invitations of firms, for programs that have a list of them elsewhere."""

from dataclasses import replace

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import firms, selectors
from . import serializers as shapes


@extend_schema(tags=["members"])
class FirmInvitationViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Invitations into the clusters that the firm leads or coordinates; the link of one goes to its mailbox alone."""

    serializer_class = shapes.FirmInvitationSerializer
    keyset_ordering = ("-created_at", "-id")
    acts = dict.fromkeys(("list", "create", "destroy", "resend"), "manage_clusters")

    selector = selectors.all_firm_invitations

    @extend_schema(request=shapes.NewFirmInvitationsSerializer, responses={201: shapes.FirmInvitationsSerializer})
    def create(self, request: Request) -> Response:
        """Invite up to fifty firms, or none of them: every broken row is named."""
        given = self.read(shapes.NewFirmInvitationsSerializer).validated_data
        rows = [firms.Asked(**row) for row in given.pop("firms")]
        placed = [replace(row, place=f"firms[{place}]") for place, row in enumerate(rows)]
        made = firms.invite_firms(firms=placed, **given)
        answer = shapes.FirmInvitationsSerializer({"invitations": made}).data
        return Response(answer, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take an invitation back; its link ends at once."""
        firms.revoke(invitation_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=shapes.FirmInvitationSerializer)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        """Mail a new link and end the old one."""
        return Response(shapes.FirmInvitationSerializer(firms.resend(invitation_id=int(pk))).data)
