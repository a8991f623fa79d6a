"""Parts that no plan in force names, each with what it may need and how far that was off before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.masterdata.filters import PartFilters
from apps.masterdata.models import Part
from apps.planning.forecasting import LEAST
from apps.ui.columns import Column, quantity, states, text
from apps.ui.tables import TableListing

from .. import needs
from ..forecast_words import METHODS, source_word
from ..forecasts import Expected, expected_of_all
from ..need import Need

NEAR = 4  # weeks


@dataclass
class Row:
    """`expected` is worked out for the rows that a page shows alone."""

    need: Need
    expected: Expected | None = None

    @property
    def part(self) -> Part:
        return self.need.part

    @property
    def site(self) -> str:
        return str(self.need.site)

    @property
    def method(self) -> str:
        return str(METHODS[self.expected.found.chosen.method]) if self.expected else ""

    @property
    def source(self) -> str:
        return source_word(self.expected.source) if self.expected else ""

    def sum(self, weeks: int | None = None) -> Decimal | None:
        return sum(self.expected.quantities[:weeks], Decimal(0)) if self.expected else None

    @property
    def error(self) -> Decimal | None:
        return round(Decimal(self.expected.found.chosen.mean_error), 1) if self.expected else None

    @property
    def naive_error(self) -> Decimal | None:
        return round(Decimal(self.expected.found.naive.mean_error), 1) if self.expected else None

    @property
    def state(self) -> tuple[Any, str, str]:
        if self.expected is None:
            return _("Fewer than %(n)s weeks are known") % {"n": LEAST}, "circle-question-mark", "mute"
        if self.expected.is_better:
            return _("Better than last week's quantity again"), "circle-check", "ok"
        return _("No better than last week's quantity again"), "triangle-alert", "warn"


class ForecastFilters(PartFilters):
    """Computed rows: the list itself keeps those that match."""


class ForecastList(TableListing):
    name = "forecasts"
    url_name = "tower:forecasts"
    title = gettext_lazy("Demand forecasts")
    act = "view_outlook"
    default_view = "all"
    default_sort = "part"
    kinds = "plan stock production order"
    filters = ForecastFilters
    page_size = 25
    last = "site"
    empty = gettext_lazy("No part that is stocked or ordered is without a plan.")

    def lead(self) -> str:
        return _("What parts that no plan names may need, from what they used or what was ordered")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [("all", _("Parts without a plan"))]

    @cached_property
    def _known(self) -> list[Row]:
        found = needs.needs().values()
        return [Row(need) for need in found if need.needed is None and not need.unfit and not need.is_made]

    def counts(self) -> Mapping[str, int]:
        return {"all": len(self._known)}

    def items(self) -> Sequence[Any]:
        return self._known

    def prepare(self, found: list[Any]) -> list[Any]:
        expected = expected_of_all([row.need for row in found]) if found else {}
        for row in found:
            row.expected = expected.get((row.part.pk, row.need.site_id))
        return found

    def keeps(self, row: Any, asked: Mapping[str, Any]) -> bool:
        return bool(row.part.number.lower().startswith(asked.get("part", "").lower()))

    def key(self, row: Any) -> int:
        return int(row.part.pk)

    def columns(self) -> Sequence[Column]:
        unit_word = _("Unit")
        return (
            text(
                "part",
                _("Part"),
                "part.label",
                under=(_("Part number"), "part.number"),
                to=lambda row: reverse("tower:need", args=[row.part.pk, row.need.site_id]) + "#forecast",
                sort="part.number",
                css="first",
                is_fixed=True,
            ),
            text("site", _("Site"), "site", sort="site"),
            quantity("near", _("Expected, 4 weeks"), lambda row: row.sum(NEAR), "part.unit", unit_word),
            quantity("far", _("Expected, 13 weeks"), lambda row: row.sum(), "part.unit", unit_word),
            quantity("error", _("Off by, a week"), "error", "part.unit", unit_word),
            quantity("naive", _("Last week again: off by"), "naive_error", "part.unit", unit_word),
            states("state", _("Status"), lambda row: [row.state]),
            text("method", _("Method"), "method", css="wrap"),
            text("source", _("Drawn from"), "source", css="wrap"),
        )
