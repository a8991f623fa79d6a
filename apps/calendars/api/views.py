from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet

from .. import selectors, services
from . import serializers as shapes


@extend_schema(tags=["members"])
class CalendarViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Working calendars of the own firm and of its trading partners, oldest first."""

    serializer_class = shapes.CalendarSerializer
    keyset_ordering = ("id",)
    acts = {"list": "view_partners", "create": "manage_calendars"}
    selector = selectors.calendars

    @extend_schema(request=shapes.KeptCalendarSerializer, responses={201: shapes.CalendarSerializer})
    def create(self, request: Request) -> Response:
        """Set the working days of the firm or of one site, whether there were some before or not."""
        data = dict(self.read(shapes.KeptCalendarSerializer).validated_data)
        made = services.keep_calendar(site_id=data.pop("site", None), **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["members"])
class CalendarDayViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Exceptions of calendars: days off, and days that are worked all the same."""

    serializer_class = shapes.CalendarDaySerializer
    keyset_ordering = ("day", "id")
    acts = {"list": "view_partners", **dict.fromkeys(("create", "destroy"), "manage_calendars")}
    selector = selectors.exceptions

    @extend_schema(request=shapes.NewDaySerializer, responses={201: shapes.CalendarDaySerializer})
    def create(self, request: Request) -> Response:
        data = dict(self.read(shapes.NewDaySerializer).validated_data)
        made = services.add_day(calendar_id=data.pop("calendar"), **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.remove_day(day_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["members"])
class ShiftViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Shifts of the own calendars; no partner sees them."""

    serializer_class = shapes.ShiftSerializer
    keyset_ordering = ("starts", "id")
    acts = {"list": "view_partners", **dict.fromkeys(("create", "destroy"), "manage_calendars")}
    selector = selectors.shifts

    @extend_schema(request=shapes.NewShiftSerializer, responses={201: shapes.ShiftSerializer})
    def create(self, request: Request) -> Response:
        data = dict(self.read(shapes.NewShiftSerializer).validated_data)
        made = services.add_shift(calendar_id=data.pop("calendar"), **data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.remove_shift(shift_id=int(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)
