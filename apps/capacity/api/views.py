"""Capacity over HTTP: a firm's own, what is agreed with the other side, and what suppliers tell by grant."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import agreeing, selectors, services
from ..models import ToldCapacity
from . import serializers as shapes

WEEKS = 26


@extend_schema(tags=["capacity"])
class GroupViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Capacity groups in use: resources, and parts that are made together."""

    serializer_class = shapes.GroupSerializer
    selector = staticmethod(selectors.all_groups)
    keyset_ordering = ("pk",)
    acts = {
        **dict.fromkeys(("list", "loads"), "view_capacity"),
        **dict.fromkeys(("create", "update", "weeks", "hold", "end"), "manage_capacity"),
    }

    @extend_schema(request=shapes.NewGroupAtSerializer, responses={201: shapes.GroupSerializer})
    def create(self, request: Request) -> Response:
        made = services.keep_group(**self.read(shapes.NewGroupAtSerializer).arguments())
        return Response(self.get_serializer(selectors.group(made.pk)).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.NewGroupSerializer, responses=shapes.GroupSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """What a group is; its parts are replaced whole where any are given."""
        made = services.keep_group(group_id=int(pk), **self.read(shapes.NewGroupSerializer).arguments())
        return Response(self.get_serializer(selectors.group(made.pk)).data)

    @extend_schema(request=shapes.SaidWeeksSerializer, responses=shapes.WeekSerializer(many=True))
    @action(detail=True, methods=["post"], pagination_class=None)
    def weeks(self, request: Request, pk: str) -> Response:
        """What single weeks give, all or none; weeks that are not named stay as they are."""
        read = self.read(shapes.SaidWeeksSerializer)
        is_confirmed = read.validated_data["is_confirmed"]
        services.keep_weeks(group_id=int(pk), weeks=read.said(), is_confirmed=is_confirmed)
        rows = selectors.all_weeks().filter(group_id=int(pk)).order_by("week")
        return Response(shapes.WeekSerializer(rows, many=True).data)

    @extend_schema(request=None, responses=shapes.GroupSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """What stands holds: no change."""
        services.hold_capacity(group_id=int(pk))
        return Response(self.get_serializer(selectors.group(int(pk))).data)

    @extend_schema(responses=shapes.LoadSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def loads(self, request: Request, pk: str) -> Response:
        """Capacity and load of 26 weeks from this one on."""
        found = selectors.group(int(pk))
        weeks = selectors.loads(found.site, [found], count=WEEKS)[0].weeks
        return Response(shapes.LoadSerializer(weeks, many=True).data)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Use a group no more."""
        services.end_group(group_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["capacity"])
class WeekViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What was said of single weeks; a week without a row gives as a usual one, less days off."""

    serializer_class = shapes.WeekSerializer
    selector = staticmethod(selectors.all_weeks)
    keyset_ordering = ("pk",)
    acts = {"list": "view_capacity"}


@extend_schema(tags=["capacity"])
class AgreementViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Capacity agreed between two firms, of both sides: the supplier proposes, the customer agrees, either ends it."""

    serializer_class = shapes.AgreementSerializer
    selector = staticmethod(selectors.agreements)
    keyset_ordering = ("-pk",)
    acts = {"list": "view_capacity", **dict.fromkeys(("create", "agree", "end"), "agree_capacity")}

    @extend_schema(request=shapes.NewAgreementSerializer, responses={201: shapes.AgreementSerializer})
    def create(self, request: Request) -> Response:
        made = agreeing.propose_capacity(**self.read(shapes.NewAgreementSerializer).validated_data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=shapes.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        """The customer says yes."""
        return Response(self.get_serializer(agreeing.agree_capacity(agreement_id=int(pk))).data)

    @extend_schema(request=None, responses=shapes.AgreementSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End it, take a proposal back, or refuse one."""
        return Response(self.get_serializer(agreeing.end_capacity(agreement_id=int(pk))).data)


@extend_schema(tags=["capacity"])
class ToldViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What suppliers tell of their capacity for one's own parts, as precisely as their grants say."""

    serializer_class = shapes.ToldCapacitySerializer
    keyset_ordering = ("pk",)
    acts = {"list": "view_capacity"}

    @staticmethod
    def selector() -> QuerySet[ToldCapacity]:
        return selectors.told().order_by("pk")
