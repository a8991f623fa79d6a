"""Plans, bills and demand over HTTP: a firm's own, nobody else's."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from .. import told as told_selectors
from ..stocking import all_rules, keep_stock_rule
from . import serializers as shapes


@extend_schema(tags=["plans"])
class PlanViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Releases of plans, the newest first. A new one replaces that of its kind at its site from its
    first day on."""

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


@extend_schema(tags=["plans"])
class ReleasedDemandViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What releases in force tell suppliers of their parts: of a supplier those of its customers, of a buyer its own."""

    serializer_class = shapes.ReleasedDemandSerializer
    keyset_ordering = ("pk",)
    acts = {"list": "view_released_demand"}

    selector = staticmethod(told_selectors.all_told)


@extend_schema(tags=["plans"])
class PartnerReleaseViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Releases to suppliers, the newest first; each replaces that of its site whole."""

    serializer_class = shapes.PartnerReleaseSerializer
    keyset_ordering = ("-pk",)
    acts = dict.fromkeys(("list", "changes"), "view_released_demand")
    selector = staticmethod(told_selectors.releases)

    @extend_schema(responses=shapes.ReleaseChangeSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def changes(self, request: Request, pk: str) -> Response:
        """What one says otherwise than the release that it replaced, of the days that both know."""
        found = [
            {
                "part_id": change.part_id,
                "bucket": change.bucket,
                "day": change.day,
                "old_quantity": change.old[0] if change.old else 0,
                "new_quantity": change.new[0] if change.new else 0,
                "old_firm": change.old[1][0] if change.old else 0,
                "new_firm": change.new[1][0] if change.new else 0,
            }
            for change in told_selectors.changes_of(told_selectors.release(int(pk)))
        ]
        return Response(shapes.ReleaseChangeSerializer(found, many=True).data)


@extend_schema(tags=["plans"])
class StockRuleViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What should lie at sites: safety stock, minimum and maximum of parts."""

    serializer_class = shapes.StockRuleSerializer
    keyset_ordering = ("pk",)
    acts = {"list": "view_plans", "create": "manage_plans"}
    selector = staticmethod(all_rules)

    @extend_schema(request=shapes.KeptStockRuleSerializer, responses={204: None})
    def create(self, request: Request) -> Response:
        """Set what should lie at one site; nothing but 0: no rule is kept."""
        keep_stock_rule(**self.read(shapes.KeptStockRuleSerializer).validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
