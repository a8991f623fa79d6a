"""People of the firm and invitations to it, for programs that keep them in step with another directory."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import invitations, memberships, selectors
from . import serializers as shapes


@extend_schema(tags=["account"])
class InvitationViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Open invitations; the link of one goes to its mailbox and is shown to nobody."""

    serializer_class = shapes.InvitationSerializer
    keyset_ordering = ("-created_at", "-id")
    acts = dict.fromkeys(("list", "create", "destroy", "resend"), "manage_people")

    selector = selectors.open_invitations

    @extend_schema(request=shapes.NewInvitationSerializer, responses={201: shapes.InvitationSerializer})
    def create(self, request: Request) -> Response:
        """Ask a person to work for the firm; the answer is the same whatever is known of the address."""
        made = invitations.invite(**self.read(shapes.NewInvitationSerializer).validated_data)
        return Response(shapes.InvitationSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take an invitation back; its link ends at once."""
        invitations.revoke(invitation_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=shapes.InvitationSerializer)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        """Mail a new link and end the old one."""
        return Response(shapes.InvitationSerializer(invitations.resend(invitation_id=int(pk))).data)


@extend_schema(tags=["account"])
class PersonViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Who works for the firm. Nobody is added here: people are invited."""

    serializer_class = shapes.PersonSerializer
    keyset_ordering = ("id",)
    acts = dict.fromkeys(("list", "roles", "lock", "unlock", "destroy"), "manage_people")

    selector = selectors.colleagues

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "roles": selectors.roles_by_user()}

    @extend_schema(request=shapes.MemberSerializer, responses=shapes.PersonSerializer)
    @action(detail=True, methods=["post"])
    def roles(self, request: Request, pk: str) -> Response:
        """Give a person exactly these roles, and the job title where one is named."""
        chosen = self.read(shapes.MemberSerializer).validated_data
        return self._answer(memberships.change_member(membership_id=int(pk), **chosen))

    @extend_schema(request=None, responses=shapes.PersonSerializer)
    @action(detail=True, methods=["post"])
    def lock(self, request: Request, pk: str) -> Response:
        """Keep a person out; the roles stay, their tokens end."""
        return self._answer(memberships.lock_member(membership_id=int(pk)))

    @extend_schema(request=None, responses=shapes.PersonSerializer)
    @action(detail=True, methods=["post"])
    def unlock(self, request: Request, pk: str) -> Response:
        return self._answer(memberships.unlock_member(membership_id=int(pk)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """End a membership: roles, tokens and the invitations that the person sent end."""
        memberships.end_membership(membership_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, member) -> Response:
        return Response(self.get_serializer(member).data)
