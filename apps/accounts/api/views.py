from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import KnownQueries, ScopedViewSet
from apps.tenancy.scope import require_scope

from .. import selectors, services
from . import serializers as shapes
from .permissions import NoAct


@extend_schema(tags=["account"])
class MeView(KnownQueries):
    """Who am I, for which firm, with which acts."""

    acts = {"get": NoAct("whoever holds a key may know whose it is and what it can do")}

    @extend_schema(responses=shapes.MeSerializer)
    def get(self, request: Request) -> Response:
        door = request.door
        body = {
            "id": request.user.pk,
            "name": request.user.name,
            "organization_id": door.organization_id,
            "roles": sorted(door.roles),
            "acts": sorted(require_scope().acts),
        }
        return Response(shapes.MeSerializer(body).data)


@extend_schema(tags=["account"])
class TokenViewSet(mixins.ListModelMixin, ScopedViewSet):
    """The person's own keys for programs."""

    serializer_class = shapes.TokenSerializer
    keyset_ordering = ("-created_at", "-id")
    acts = {"list": "manage_tokens", "create": "manage_tokens", "destroy": "manage_tokens"}

    selector = selectors.own_tokens

    @extend_schema(request=shapes.NewTokenSerializer, responses={201: shapes.CreatedTokenSerializer})
    def create(self, request: Request) -> Response:
        serializer = shapes.NewTokenSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token, secret = services.create_token(**serializer.validated_data)
        body = {**shapes.TokenSerializer(token).data, "secret": secret}
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.revoke_token(token_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
