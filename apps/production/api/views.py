"""Production reports over HTTP: a firm's own, nobody else's."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["production"])
class ReportViewSet(mixins.ListModelMixin, ScopedViewSet):
    """What was made, the latest day first; a report takes its material out of stock."""

    serializer_class = shapes.ReportSerializer
    selector = staticmethod(selectors.reports)
    keyset_ordering = ("-day", "-pk")
    acts = {"list": "view_production", "create": "report_production", "reverse": "report_production"}

    @extend_schema(request=shapes.NewReportsSerializer, responses={201: shapes.ReportSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """All rows or none; a row with a key that was reported before is answered with its report."""
        made = services.report(**self.read(shapes.NewReportsSerializer).arguments())
        found = {row.pk: row for row in selectors.reports().filter(pk__in=[row.pk for row in made])}
        rows = [found[row.pk] for row in made]
        return Response(self.get_serializer(rows, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.ReversedSerializer, responses={201: shapes.ReportSerializer})
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """A report is taken back by another; none is changed."""
        note = self.read(shapes.ReversedSerializer).validated_data.get("note", "")
        made = services.reverse(report_id=int(pk), note=note)
        return Response(self.get_serializer(selectors.report(made.pk)).data, status=status.HTTP_201_CREATED)
