"""Scorecards of partners, and of one relation month by month."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.errors import NotFound
from apps.common.period import months_later, read_id, read_month
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, states
from apps.ui.sided import SidedListing
from apps.ui.tables import TableListing
from apps.ui.texts import quantity as quantity_text

from .. import scorecard
from ..targets import against


def share_text(value: float | None) -> str:
    """A share of the lines in percent, one place."""
    return "" if value is None else f"{value * 100:.1f} %"


def score_columns(to: Any = None) -> list[Column]:
    """The figures of a score; `to` gives where a figure of a row opens, by its measure, "" where it does not."""

    def opened(measure: str, words: Any) -> Any:
        def cell(row: Any) -> Any:
            shown, address = words(row["score"]), to(row, measure) if to else ""
            return format_html('<a href="{}">{}</a>', address, shown) if shown and address else shown

        return cell

    def share(name: str, label: Any, measure: str, **rest: Any) -> Column:
        def value(row: Any) -> float | None:
            return row["score"].share(name)

        cell = opened(measure, lambda score: share_text(score.share(name)))
        return custom(name, label, cell, (Value(label, value, "number"),), **{"css": "num", "sort": name, **rest})

    def figure(name: str, label: Any, measure: str, value: Any, words: Any) -> Column:
        values = (Value(label, lambda row: value(row["score"]), "number"),)
        return custom(
            name, label, opened(measure, lambda s: "" if value(s) is None else words(value(s))), values, css="num", sort=name
        )

    return [
        figure("lines", _("Lines due"), "all", lambda score: score.lines, quantity_text),
        share("otif_base", _("OTIF, promise"), "not_otif_base", css="num strong"),
        share("otif_requested", _("OTIF, request"), "not_otif_requested"),
        share("on_time_base", _("On time, promise"), "late_base"),
        share("on_time_requested", _("On time, request"), "late_requested"),
        share("in_full", _("In full"), "not_full"),
        figure("ppm", "PPM", "ppm", lambda score: score.ppm, lambda value: f"{value:,.0f}"),
        figure("answer", _("Answer"), "answers", lambda score: score.response_hours, lambda value: f"{value:.1f} {_('h')}"),
    ]


class ScoreTable(TableListing, SidedListing):
    """A score a row: {"key", "name", "to", "score"}; all of them together below. `to` in the address is the last month."""

    url_name = "tower:scorecards"
    act = "view_scorecards"
    last = "name"
    empty = gettext_lazy("No line was due in these months.")
    name_label = gettext_lazy("Month")

    @cached_property
    def period(self) -> tuple[date, date]:
        """Twelve months; by default this one is the last of them, which no later one passes."""
        now = months_later(timezone.localdate().replace(day=1), 1)
        last = self.asked.get("to")
        end = min(read_month(last)[1], now) if last else now
        return months_later(end, -12), end

    @property
    def last_month(self) -> str:
        return f"{months_later(self.period[1], -1):%Y-%m}"

    def fixed(self) -> Mapping[str, str]:
        return {**super().fixed(), "to": self.last_month}

    def lead(self) -> str:
        """The twelve months."""
        return f"{self.period[0]:%Y-%m} – {self.last_month}"

    def sort_value(self, column: Column) -> Any:
        return column.values[0].read

    def key(self, row: Any) -> int:
        return row["key"]

    def together(self) -> Any:
        return {"name": _("Together"), "to": "", "score": scorecard.total([row["score"] for row in self.found])}

    def columns(self) -> Sequence[Column]:
        label = self.name_label
        name = custom(
            "name", label, _name, (Value(label, lambda row: row["name"]),), css="first", sort="name", is_fixed=True
        )
        targets = states("targets", _("Against targets"), lambda row: against(row["score"], row.get("terms")), css="marks")
        return (name, *score_columns(self.figure_url), targets)

    def figure_url(self, row: Any, measure: str) -> str:
        """Where a figure opens to what it counts; "" where it does not."""
        return ""


def _name(row: dict[str, Any]) -> SafeString | str:
    return format_html('<a class="key" href="{}">{}</a>', row["to"], row["name"]) if row["to"] else row["name"]


class ScoreList(ScoreTable):
    """Partners by their scores, the weakest first."""

    name = "scorecards"
    title = gettext_lazy("Scorecards")
    default_sort = "otif_base"

    @cached_property
    def monthly(self) -> dict[tuple[int, date], scorecard.Score]:
        return scorecard.scores(self.side, *self.period)

    @cached_property
    def scored(self) -> list[dict[str, Any]]:
        found: dict[int, list[scorecard.Score]] = {}
        for (relation_id, _month), score in self.monthly.items():
            found.setdefault(relation_id, []).append(score)
        terms = {row.pk: row for row in tenancy.relations().filter(pk__in=found)}
        query = f"?side={self.side}&to={self.last_month}"
        return [
            {
                "key": pk,
                "name": _partner(terms[pk], self.side),
                "to": f"{reverse('tower:relation', args=[pk])}{query}",
                "score": scorecard.total(parts),
                "terms": terms[pk],
            }
            for pk, parts in found.items()
            if pk in terms
        ]

    def items(self) -> Sequence[Any]:
        return self.scored

    @property
    def name_label(self) -> Any:  # type: ignore[override]
        return self.partner_word

    def view_label(self) -> str:
        return _("Suppliers") if self.side is Side.BUYER else _("Customers")


def _partner(terms: TradingRelation, side: Side) -> str:
    return (terms.supplier if side is Side.BUYER else terms.buyer).name


class OfRelation(SidedListing):
    """A list of one relation, which stands in its address."""

    page_name: ClassVar[str]

    @cached_property
    def terms(self) -> TradingRelation:
        """
        Raises:
            NotFound: no relation of the firm.
        """
        pk = read_id(self.asked.get("relation"), "relation") or 0
        terms = tenancy.relations().filter(pk=pk).first()
        if terms is None:
            raise NotFound(place="relation", value=pk)
        return terms

    @property
    def partner(self) -> str:
        return _partner(self.terms, self.side)

    @cached_property
    def path(self) -> str:
        return reverse(self.page_name, args=[self.terms.pk])

    def fixed(self) -> Mapping[str, str]:
        return {**super().fixed(), "relation": str(self.terms.pk)}

    def sides(self) -> Sequence[tuple[str, Any, bool]]:
        return ()


class MonthList(OfRelation, ScoreTable):
    """One relation month by month; each figure opens to what it counts."""

    name = "scorecard"
    page_name = "tower:relation"
    default_sort = "-name"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.partner

    @cached_property
    def monthly(self) -> dict[tuple[int, date], scorecard.Score]:
        return scorecard.scores(self.side, *self.period, relation_id=self.terms.pk)

    def items(self) -> Sequence[Any]:
        lines = f"{reverse('tower:lines', args=[self.terms.pk])}?side={self.side}"
        return [
            {
                "key": month.toordinal(),
                "name": f"{month:%Y-%m}",
                "to": f"{lines}&month={month:%Y-%m}",
                "score": score,
                "terms": self.terms,
            }
            for (_pk, month), score in self.monthly.items()
        ]

    def lead(self) -> str:
        if self.terms.early_days is None:
            window = _("any earlier day is on time")
        else:
            window = _("window −%(early)s / +%(late)s days") % {"early": self.terms.early_days, "late": self.terms.late_days}
        return f"{super().lead()} · {window}"

    def view_label(self) -> str:
        return _("Month by month")

    def figure_url(self, row: Any, measure: str) -> str:
        if not row["to"]:
            return ""
        asked = {"side": self.side.value, "month": row["name"]}
        if measure == "ppm":
            return f"{reverse('quality:list')}?{urlencode({**asked, 'view': 'all', 'relation': self.terms.pk})}"
        if measure == "answers":
            return f"{reverse('tower:answers', args=[self.terms.pk])}?{urlencode(asked)}"
        return f"{reverse('tower:lines', args=[self.terms.pk])}?{urlencode({**asked, 'view': measure})}"
