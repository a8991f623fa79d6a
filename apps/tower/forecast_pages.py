"""A forecast in words and on a chart, and taking it over."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.pages import attempt, page
from apps.common.charts import Series, chart
from apps.common.dates import day_text
from apps.planning.forecasting import LEAST
from apps.planning.telling import WEEK
from apps.ui.answers import answer
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from .exceptions import UnknownPartOutlook
from .forecast_words import METHODS, source_word
from .forecasts import WEEKS, Expected, expected_of, take_over
from .lists import ForecastList
from .need import Need
from .needs import needs

SHOWN = 26  # weeks of history


def forecast_context(need: Need) -> dict[str, Any]:
    """Nothing where a plan in force names the part: what is known is never mixed with what is guessed."""
    if need.needed is not None or need.unfit:
        return {}
    found = expected_of(need)
    if found is None:
        return {"least": LEAST}
    chosen, yardstick = found.found.chosen, found.found.naive
    return {
        "expected": found,
        "method": METHODS[chosen.method],
        "source": source_word(found.source),
        "error": Decimal(chosen.mean_error),
        "naive_error": Decimal(yardstick.mean_error),
        "tries": chosen.count,
        "forecast_chart": _chart(found, need.part.unit),
    }


def _chart(found: Expected, unit: str) -> Any:
    past = found.history[-SHOWN:]
    days = [found.first - (len(past) - n) * WEEK for n in range(len(past))] + [day for day, _quantity in found.weeks]
    values = [Decimal(value) for value in past] + found.quantities
    kinds = [_("happened")] * len(past) + [_("forecast")] * WEEKS
    words = [
        f"{day_text(day)}: {quantity_text(value.normalize())} {unit_text(unit)} ({kind})"
        for day, value, kind in zip(days, values, kinds, strict=True)
    ]
    lines = [
        Series(_("Happened"), [*past, *[None] * WEEKS]),
        Series(_("Forecast"), [*[None] * len(past), *found.quantities], "second"),
    ]
    return chart([str(day.isocalendar().week) for day in days], lines, words=words, unit=str(unit_text(unit)))


@require_GET
@page("view_outlook")
def forecasts(request: HttpRequest) -> HttpResponseBase:
    """Every part that no plan names, with what it may need."""
    return answer(request, ForecastList(request.GET))


@require_POST
@page("manage_plans")
def accept(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """Take a forecast over as demand of the level forecast."""
    found = needs(parts=[pk]).get((pk, site))
    if found is None:
        raise UnknownPartOutlook(place="part", value=pk)
    made, error = attempt(take_over, need=found)
    if error is None:
        messages.success(request, _("The forecast is demand now, by the plan %(number)s.") % {"number": made.number})
    else:
        messages.error(request, error.words)
    return redirect("tower:need", pk, site)
