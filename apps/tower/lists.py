"""The lists of the tower: the outlook of parts, scorecards, and the lines behind one figure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common import keyset
from apps.common.dates import day_text
from apps.common.errors import NotFound
from apps.common.period import months_later, read_id, read_month
from apps.masterdata import selectors as masterdata
from apps.tenancy import selectors as tenancy
from apps.tenancy.models import TradingRelation
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, day, link, number, quantity, states, text
from apps.ui.files import DIRECT
from apps.ui.filters import CharFilter
from apps.ui.places import part_url, relation_url
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.tables import TableListing
from apps.ui.texts import ago, days_late
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from . import pages, scorecard, supply


class OutlookFilters(SidedFilters):
    part = CharFilter(label=gettext_lazy("Part number begins with"), max_length=60)


class OutlookList(TableListing, SidedListing):
    name = "outlook"
    url_name = "tower:outlook"
    title = gettext_lazy("Supply outlook")
    act = "view_outlook"
    default_view = "all"
    default_sort = "behind"
    last = "part.buyer_number"
    filters = OutlookFilters

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _(
                "What is here, what is on its way, confirmed and ordered, and what arrives later than requested;"
                " for four weeks"
            )
        return _("Your stock against your customers' open orders, for four weeks")

    def views(self) -> Sequence[tuple[str, Any]]:
        is_buyer = self.side is Side.BUYER
        short = _("Later than requested") if is_buyer else _("Stock does not cover the orders")
        return [("all", _("All parts")), ("short", short)]

    def counts(self) -> Mapping[str, int]:
        return {"all": len(self._known), "short": len(self._short)}

    @cached_property
    def _known(self) -> list[dict[str, Any]]:
        """Every part that anything is known of."""
        is_buyer = self.side is Side.BUYER
        found: Mapping[int, Any] = supply.outlooks() if is_buyer else supply.commitments()
        row_of: Any = pages.outlook_row if is_buyer else pages.commitment_row
        parts = {part.pk: part for part in masterdata.partner_parts().filter(pk__in=found)}
        return [row_of(item, parts[pk]) for pk, item in found.items() if pk in parts]

    @cached_property
    def _short(self) -> list[dict[str, Any]]:
        return [row for row in self._known if row["behind_in_days"] is not None]

    def items(self) -> Sequence[Any]:
        return self._short if self.view == "short" else self._known

    def keeps(self, row: Any, asked: Mapping[str, Any]) -> bool:
        part, start = row["part"], asked.get("part", "").lower()
        if "partner" in asked and self._partner(row).pk != int(asked["partner"]):
            return False
        return any(code.lower().startswith(start) for code in (part.buyer_number, part.supplier_number))

    def key(self, row: Any) -> int:
        return row["part"].pk

    def _partner(self, row: Any) -> Any:
        return row["part"].supplier if self.side is Side.BUYER else row["part"].buyer

    @property
    def nothing(self) -> Any:
        if self.narrowed:
            return super().nothing
        is_buyer, is_short = self.side is Side.BUYER, self.view == "short"
        if is_short and is_buyer:
            return _("No open order is promised later than requested.")
        if is_short:
            return _("No part whose stock you counted falls short of its open orders.")
        if is_buyer:
            return _("Nothing to show: no stock is counted and no order is open.")
        return _(
            "Nothing to show: you have counted no stock, and no customer has an open order with you. Your customers' stock"
            " and demand are not shared."
        )

    def columns(self) -> Sequence[Column]:
        part = text(
            "part",
            _("Part"),
            "part.label",
            under=(_("Part number"), "part.buyer_number"),
            to=lambda row: reverse("tower:part", args=[row["part"].pk]),
            sort="part.buyer_number",
            css="first",
            is_fixed=True,
        )
        partner = text(
            "partner",
            self.partner_word,
            lambda row: self._partner(row).name,
            to=lambda row: relation_url(row["part"].relation_id, self.side),
            sort="part.supplier.name" if self.side is Side.BUYER else "part.buyer.name",
        )
        stock = custom("stock", _("Available"), _stock, STOCK, css="num")
        amount = partial(quantity, unit="part.unit", unit_label=_("Unit"))
        if self.side is Side.SUPPLIER:
            return (
                part,
                partner,
                stock,
                amount("to_ship", _("To ship"), "item.to_ship", sort="item.to_ship"),
                custom("cover", _("Days of supply"), lambda row: row["cover"], COVER, css="num"),
                states("behind", _("Status"), lambda row: [row["state"]], sort="behind_in_days"),
            )
        return (
            part,
            partner,
            stock,
            amount("shipped", _("On its way"), "shipped", sort="shipped"),
            amount("confirmed", _("Confirmed"), "confirmed", sort="confirmed"),
            amount("ordered", _("Not confirmed"), "ordered", sort="ordered"),
            custom("gap", _("Later than requested"), _gap, GAP, css="num", sort="item.gap"),
            states("behind", _("Behind from"), _behind, sort="behind_in_days"),
        )


STOCK = (
    Value(gettext_lazy("Available"), lambda row: row["item"].stock if row["item"].as_of else None, "number"),
    Value(gettext_lazy("As of"), lambda row: row["item"].as_of, "moment"),
)
COVER = (Value(gettext_lazy("Days of supply"), lambda row: "" if row["cover"] == "—" else row["cover"]),)
GAP = (
    Value(gettext_lazy("Later than requested"), lambda row: row["item"].gap or None, "number"),
    Value(gettext_lazy("Order"), lambda row: row["item"].late[0].order_number if row["item"].gap else ""),
)


def _stock(row: dict[str, Any]) -> SafeString:
    item = row["item"]
    if not item.as_of:
        return format_html("—<small>{}</small>", _("never counted"))
    tone = "t-warn" if item.is_stale else ""
    amount, unit = quantity_text(item.stock), unit_text(row["part"].unit)
    return format_html('{} <small class="{}">{} · {}</small>', amount, tone, unit, ago(item.as_of))


def _gap(row: dict[str, Any]) -> SafeString | str:
    if not row["item"].gap:
        return ""
    first = row["item"].late[0]
    to = reverse("orders:order", args=[first.order_id])
    return format_html(
        '{} <small class="mono"><a href="{}">{}</a></small>', quantity_text(row["item"].gap), to, first.order_number
    )


def _behind(row: dict[str, Any]) -> list[tuple[Any, str, str]]:
    words, icon, tone = row["state"]
    return [(row["words"] or words, icon, tone)]


# Scorecards


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
        figure("lines", _("Lines"), "all", lambda score: score.lines, quantity_text),
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
        return (name, *score_columns(self.figure_url))

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
    def scored(self) -> list[dict[str, Any]]:
        found: dict[int, list[scorecard.Score]] = {}
        for (relation_id, _month), score in scorecard.scores(self.side, *self.period).items():
            found.setdefault(relation_id, []).append(score)
        terms = {row.pk: row for row in tenancy.relations().filter(pk__in=found)}
        query = f"?side={self.side}&to={self.last_month}"
        return [
            {
                "key": pk,
                "name": _partner(terms[pk], self.side),
                "to": f"{reverse('tower:relation', args=[pk])}{query}",
                "score": scorecard.total(parts),
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

    def items(self) -> Sequence[Any]:
        found = scorecard.scores(self.side, *self.period, relation_id=self.terms.pk)
        lines = f"{reverse('tower:lines', args=[self.terms.pk])}?side={self.side}"
        return [
            {
                "key": month.toordinal(),
                "name": f"{month:%Y-%m}",
                "to": f"{lines}&month={month:%Y-%m}",
                "score": score,
            }
            for (_pk, month), score in found.items()
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


class LineList(OfRelation):
    """The lines behind one figure of one month."""

    name = "lines"
    page_name = "tower:lines"
    url_name = "tower:scorecards"
    act = "view_scorecards"
    default_view = "all"
    default_sort = "order"
    page_size = 50
    empty = gettext_lazy("No line is counted here.")

    def __init__(self, asked: Any, path: str = "") -> None:
        if "measure" in asked and "view" not in asked:  # as the tabs were once called
            asked = {**asked.dict(), "view": asked["measure"]}
        super().__init__(asked, path)
        self.first, self.end = read_month(self.asked.get("month"))

    @property
    def month(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.partner} · {self.month}"

    def fixed(self) -> Mapping[str, str]:
        return {**super().fixed(), "month": self.month}

    def views(self) -> Sequence[tuple[str, Any]]:
        return list(pages.MEASURES.items())

    def key(self, row: Any) -> int:
        return row.id

    def _read(self, limit: int, cursor: int | None, is_falling: bool) -> list[scorecard.ScoredLine]:
        return scorecard.lines(
            self.side,
            self.first,
            self.end,
            measure=self.view,
            relation_id=self.terms.pk,
            after=cursor,
            limit=limit,
            is_falling=is_falling,
        )

    @cached_property
    def found(self) -> Any:
        """As many as tell whether a worker writes the file."""
        return self._read(DIRECT + 1, None, self.sort[1])

    @cached_property
    def page(self) -> keyset.Page:
        """The lines stand by their id: the statement that scores them reads them so."""
        cursor, is_back, is_falling = read_id(self.asked.get("cursor"), "cursor"), "back" in self.asked, self.sort[1]
        found = self._read(self.page_size + 1, cursor, is_falling is not is_back)
        rows, has_more = found[: self.page_size], len(found) > self.page_size
        if is_back:
            rows.reverse()
        if not rows:
            return keyset.Page([], None, None)
        has_earlier, has_later = (has_more, True) if is_back else (bool(cursor), has_more)
        return keyset.Page(rows, str(rows[0].id) if has_earlier else None, str(rows[-1].id) if has_later else None)

    def chunks(self, size: int = 500) -> Iterator[list[Any]]:
        cursor: int | None = None
        while found := self._read(size, cursor, self.sort[1]):
            yield found
            cursor = found[-1].id

    def columns(self) -> Sequence[Column]:
        return (
            link("order", _("Order"), "order_number", lambda row: reverse("orders:order", args=[row.order_id]), sort="id"),
            text(
                "part",
                _("Part"),
                "part_label",
                under=(_("Part number"), "part_number"),
                to=lambda row: part_url(row.partner_part_id),
            ),
            day("requested", _("Requested"), "requested_date"),
            day("promise", _("Promise"), "otif_base_date"),
            custom("received", _("Received"), _received, RECEIVED, css="num"),
            quantity("quantity", _("Received quantity"), "received_quantity", "unit", _("Unit")),
            number("confirmed", _("Confirmed"), "confirmed_quantity"),
            states("result", _("Result"), lambda row: [result_of(row)]),
        )


RECEIVED = (Value(gettext_lazy("Received"), lambda row: row.received_on, "day"),)


def _received(row: scorecard.ScoredLine) -> SafeString | str:
    late = days_late(row.received_on, row.otif_base_date)
    shown = day_text(row.received_on) if row.received_on else ""
    return format_html('{} <small class="delta">{}</small>', shown, late) if late else shown


def result_of(row: scorecard.ScoredLine) -> tuple[Any, str, str]:
    if row.is_on_base and row.is_in_full:
        return ("OTIF", "circle-check", "ok")
    if not row.is_on_base:
        return (_("Not on time"), "clock-alert", "bad")
    return (_("Not in full"), "package-minus", "warn")
