from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import KnownQueries, ScopedViewSet
from apps.common.errors import InvalidParameter, NotFound
from apps.common.typed import shown, whole

from .. import selectors, services
from . import serializers as shapes

CATCH_UP = 200


@extend_schema(tags=["events"])
class EventsView(KnownQueries):
    """What was published after a position: a browser asks this when its socket comes back."""

    acts = {"get": "read_inbox"}
    queries = {"get": (OpenApiParameter("after", int, required=True),)}

    @extend_schema(responses=shapes.EventPageSerializer)
    def get(self, request: Request) -> Response:
        raw = request.query_params.get("after", "")
        if (position := whole(raw)) is None:
            remedy = _("Send the last position you have seen, or 0.")
            raise InvalidParameter(place="after", value=shown(raw), remedy=remedy)
        missed = selectors.events_after(position, limit=CATCH_UP + 1)
        page = {
            "results": missed[:CATCH_UP],
            "last": selectors.last_position(),
            "is_complete": len(missed) <= CATCH_UP,
        }
        return Response(shapes.EventPageSerializer(page).data)


@extend_schema(tags=["events"])
class NotificationViewSet(mixins.ListModelMixin, ScopedViewSet):
    """The person's inbox in the firm of the scope."""

    serializer_class = shapes.NotificationSerializer
    keyset_ordering = ("-id",)
    acts = dict.fromkeys(("list", "read", "read_all"), "read_inbox")

    selector = selectors.notifications

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(map(selectors.inbox_entry, page), many=True).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        if not selectors.notifications().filter(pk=int(pk)).exists():
            raise NotFound(place="notification", value=pk)
        services.mark_read(notification_id=int(pk))
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        services.mark_read()
        return Response(status=204)
