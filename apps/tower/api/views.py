"""Outlooks and scorecards over HTTP."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import KnownQueries
from apps.common.errors import InvalidParameter
from apps.common.filters import choice
from apps.common.period import read_id, read_month, read_months
from apps.orders.selectors import side_for_lists
from apps.tenancy.roles import Side

from .. import needs, scorecard, supply
from ..forecasts import expected_of
from ..need import Need
from . import serializers as shapes

SIDE = OpenApiParameter("side", str, enum=["buyer", "supplier"], description="default: the firm's only side")
RELATION = OpenApiParameter("relation", int, description="id of one trading relation")


@extend_schema(tags=["tower"])
class OutlookView(KnownQueries):
    """Stock and supply of the parts that the firm buys, for the next 28 days; orders are supply, no demand is known."""

    acts = {"get": "view_outlook"}
    queries = {"get": (OpenApiParameter("part", int, description="id of one partner part"),)}

    @extend_schema(responses=shapes.OutlookSerializer(many=True))
    def get(self, request: Request) -> Response:
        part = read_id(request.query_params.get("part"), "part")
        found = supply.outlooks(parts=None if part is None else [part])
        today = timezone.localdate()
        rows = [_outlook(item, today) for item in sorted(found.values(), key=lambda item: item.partner_part_id)]
        return Response(shapes.OutlookSerializer(rows, many=True).data)


def _outlook(item: supply.Outlook, today) -> dict[str, Any]:
    names = ("shipped", "confirmed", "ordered", "behind")
    days = [
        {
            "day": today + timedelta(days=index),
            "on_hand": day.on_hand if item.as_of else None,
            **{name: getattr(day, name) for name in names},
        }
        for index, day in enumerate(item.days)
    ]
    return {
        "part_id": item.partner_part_id,
        "available": item.stock,
        "inspection": item.inspection,
        "blocked": item.blocked,
        "as_of": item.as_of,
        "is_stale": item.is_stale,
        "behind_in_days": item.behind_in_days,
        "most_behind": item.gap,
        "undated": item.undated,
        "late": item.late,
        "days": days,
    }


@extend_schema(tags=["tower"])
class NeedView(KnownQueries):
    """Own parts by site: demand of the plans in force, supply, and usable stock day by day for 28 days or 26 weeks."""

    acts = {"get": "view_outlook"}
    queries = {
        "get": (
            OpenApiParameter("part", int, description="id of one own part"),
            OpenApiParameter("horizon", str, enum=["28", "182"], description="days; default: 28"),
        )
    }

    @extend_schema(responses=shapes.NeedSerializer(many=True))
    def get(self, request: Request) -> Response:
        part = read_id(request.query_params.get("part"), "part")
        horizon = int(choice(request, "horizon", ("28", "182"), "28"))
        found = needs.needs(parts=None if part is None else [part], horizon=horizon, with_rules=True)
        return Response(shapes.NeedSerializer([_need(item) for item in found.values()], many=True).data)


def _need(item: Need) -> dict[str, Any]:
    days = [
        {
            "day": item.today + timedelta(days=index),
            "demand": day.demand,
            "arrivals": day.arrivals,
            "projected": day.projected if item.is_counted else None,
            "days_of_supply": float(day.cover.days) if item.is_counted else None,
            "is_at_least": day.cover.is_at_least,
        }
        for index, day in enumerate(item.days)
    ]
    return {
        "part_id": item.part.pk,
        "site_id": item.site_id,
        "unit": item.part.unit,
        "available": item.stock,
        "inspection": item.inspection,
        "blocked": item.blocked,
        "as_of": item.as_of,
        "is_known": item.is_known,
        "is_stale": item.is_stale,
        "unfit_units": item.unfit,
        "safety": item.rule.safety,
        "minimum": item.rule.minimum,
        "maximum": item.rule.maximum,
        "stops_in_days": item.stop,
        "missing": item.gap if item.is_known and item.is_counted else None,
        "days": days,
    }


@extend_schema(tags=["tower"])
class ForecastView(KnownQueries):
    """What a part without a plan may need at a site in the weeks to come; never part of its demand. None: an empty list."""

    acts = {"get": "view_outlook"}
    queries = {
        "get": (
            OpenApiParameter("part", int, required=True, description="id of one own part"),
            OpenApiParameter("site", int, description="one of the firm's; all where left out"),
        )
    }

    @extend_schema(responses=shapes.ForecastSerializer(many=True))
    def get(self, request: Request) -> Response:
        part, site = (read_id(request.query_params.get(name), name) for name in ("part", "site"))
        if part is None:
            raise InvalidParameter(_("One own part is named."), place="part", value="")
        wanted = [need for need in needs.needs(parts=[part]).values() if site in (None, need.site_id)]
        rows = [_forecast(need) for need in wanted if need.needed is None and not need.unfit]
        return Response(shapes.ForecastSerializer([row for row in rows if row], many=True).data)


def _forecast(need: Need) -> dict[str, Any] | None:
    found = expected_of(need)
    if found is None:
        return None
    chosen = found.found.chosen
    return {
        "part_id": need.part.pk,
        "site_id": need.site_id,
        "source": found.source,
        "method": chosen.method,
        "constants": chosen.constants,
        "history_weeks": len(found.history),
        "mean_error": chosen.mean_error,
        "naive_mean_error": found.found.naive.mean_error,
        "tries": chosen.count,
        "weeks": [{"week": day, "quantity": quantity} for day, quantity in found.weeks],
    }


@extend_schema(tags=["tower"])
class ScoreView(KnownQueries):
    """Scores by relation and month; each is opened by `lines`."""

    acts = {"get": "view_scorecards"}
    queries = {
        "get": (
            SIDE,
            RELATION,
            OpenApiParameter("from", str, description="first month, for example 2026-01; default: eleven months ago"),
            OpenApiParameter("to", str, description="last month; default: this month"),
        )
    }

    @extend_schema(responses=shapes.ScoreSerializer(many=True))
    def get(self, request: Request) -> Response:
        query = request.query_params
        side = side_for_lists(choice(request, "side", ("buyer", "supplier"), None))
        first, end = read_months(query.get("from"), query.get("to"))
        found = scorecard.scores(side, first, end, relation_id=read_id(query.get("relation"), "relation"))
        rows = [_score(relation, month, score) for (relation, month), score in sorted(found.items())]
        return Response(shapes.ScoreSerializer(rows, many=True).data)


def _score(relation: int, month, score: scorecard.Score) -> dict[str, Any]:
    names = (
        "lines",
        "on_time_base",
        "on_time_requested",
        "in_full",
        "otif_base",
        "otif_requested",
        "early",
        "on_the_day",
        "answers",
    )
    shares = ("late_rate", "mean_days_late", "ppm", "response_hours")
    return {"relation_id": relation, "month": month, **{name: getattr(score, name) for name in (*names, *shares)}}


@extend_schema(tags=["tower"])
class ScoredLinesView(KnownQueries):
    """The lines behind one figure, by id."""

    acts = {"get": "view_scorecards"}
    queries = {
        "get": (
            SIDE,
            RELATION,
            OpenApiParameter("month", str, required=True, description="for example 2026-01"),
            OpenApiParameter("measure", str, enum=list(scorecard.MEASURES)),
            OpenApiParameter("after", int, description="id of the last line of the page before"),
        )
    }

    @extend_schema(responses=shapes.ScoredLineSerializer(many=True))
    def get(self, request: Request) -> Response:
        query = request.query_params
        side: Side = side_for_lists(choice(request, "side", ("buyer", "supplier"), None))
        first, end = read_month(query.get("month"))
        found = scorecard.lines(
            side,
            first,
            end,
            measure=choice(request, "measure", tuple(scorecard.MEASURES), "all"),
            relation_id=read_id(query.get("relation"), "relation"),
            after=read_id(query.get("after"), "after") or 0,
        )
        return Response(shapes.ScoredLineSerializer(found, many=True).data)
