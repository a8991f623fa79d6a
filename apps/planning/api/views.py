"""Plans, bills and demand over HTTP: a firm's own, nobody else's."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["plans"])
class PlanViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Releases of plans, the newest first. A new one replaces that of its kind at its site whole."""

    serializer_class = shapes.ReleaseSerializer
    selector = staticmethod(selectors.releases)
    keyset_ordering = ("-pk",)
    acts = {**dict.fromkeys(("list", "rows", "changes"), "view_plans"), "create": "manage_plans"}

    @extend_schema(request=shapes.NewPlanSerializer, responses={201: shapes.ReleaseSerializer})
    def create(self, request: Request) -> Response:
        made = services.publish_plan(**self.read(shapes.NewPlanSerializer).arguments())
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=shapes.PlanRowSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def rows(self, request: Request, pk: str) -> Response:
        """All that one release says."""
        found = selectors.rows_of(selectors.release(int(pk)))
        return Response(shapes.PlanRowSerializer(found, many=True).data)

    @extend_schema(responses=shapes.PlanChangeSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def changes(self, request: Request, pk: str) -> Response:
        """What it says otherwise than the release that it replaced."""
        found = [
            {
                "part_id": change.part_id,
                "bucket": change.bucket,
                "day": change.day,
                "old_quantity": change.old[0] if change.old else None,
                "new_quantity": change.new[0] if change.new else None,
            }
            for change in selectors.changes_of(selectors.release(int(pk)))
        ]
        return Response(shapes.PlanChangeSerializer(found, many=True).data)


@extend_schema(tags=["plans"])
class DemandViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What the plans in force take of parts, by site and day."""

    serializer_class = shapes.DemandSerializer
    keyset_ordering = ("pk",)
    acts = {"list": "view_plans"}

    selector = staticmethod(selectors.all_demand)


@extend_schema(tags=["plans"])
class BillItemViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What goes into parts."""

    serializer_class = shapes.BillItemSerializer
    keyset_ordering = ("pk",)
    acts = {"list": "view_plans", "create": "manage_plans"}

    selector = staticmethod(selectors.bill_items)

    @extend_schema(request=shapes.KeptBillsSerializer, responses={201: shapes.KeptBillsResultSerializer})
    def create(self, request: Request) -> Response:
        """Set the bills of the named parents, each whole; a bill with a loop is refused with the loop's path."""
        count = services.keep_bills(**self.read(shapes.KeptBillsSerializer).arguments())
        return Response({"items": count}, status=status.HTTP_201_CREATED)
