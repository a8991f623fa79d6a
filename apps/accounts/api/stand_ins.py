"""Who stands in for whom: said by people for themselves, and by administrators of who cannot say it."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import stand_ins
from . import serializers as shapes


@extend_schema(tags=["account"])
class StandInViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Who stands in for whom, today and later: what concerns the person, for administrators all of the firm. Of others it is
    said by who holds manage_people."""

    serializer_class = shapes.StandInSerializer
    keyset_ordering = ("first_day", "id")
    acts = dict.fromkeys(("list", "create", "destroy", "possible"), "name_stand_in")

    selector = staticmethod(stand_ins.firm_stand_ins)

    @extend_schema(request=shapes.NewStandInSerializer, responses={201: shapes.StandInSerializer})
    def create(self, request: Request) -> Response:
        """Name the colleague who sees the work of somebody who is away; what either may do stays as it is."""
        made = stand_ins.be_away(**self.read(shapes.NewStandInSerializer).arguments())
        return Response(shapes.StandInSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """End it: who was away is back, or does not go."""
        stand_ins.end_stand_in(stand_in_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=shapes.ColleagueSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def possible(self, request: Request) -> Response:
        """Who may stand in for the person."""
        return Response(shapes.ColleagueSerializer(stand_ins.possible_stand_ins(), many=True).data)
