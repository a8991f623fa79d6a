"""The lists of inspection lots and of what did not conform."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.common.dates import day_text
from apps.common.having import having
from apps.masterdata.filters import PartFilters
from apps.orders.models import ScheduleLine
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, cut, day, link, number, quantity, states, text
from apps.ui.filters import BeginsFilter, ChoiceFilter, days, month
from apps.ui.places import part_url, relation_url
from apps.ui.sided import RelatedFilters, SidedFilters, SidedListing

from . import selectors
from .models import InspectionLot, NonConformance
from .pages import TABS, shown
from .statuses import Impact, LotStatus, defect_word


class LotFilters(PartFilters, RelatedFilters):
    lot = BeginsFilter("lot", label=gettext_lazy("Lot begins with"), max_length=60)
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=LotStatus.choices, field_name="status")
    received_from = days("received_on", gettext_lazy("Received from"), "gte")
    received_until = days("received_on", gettext_lazy("Received until"), "lte")
    month = month("received_on", gettext_lazy("Received in the month"))
    due_until = days("due_on", gettext_lazy("Due until"), "lte")

    def of_parts(self, rows: QuerySet[Any], parts: QuerySet[Any]) -> QuerySet[Any]:
        lines = ScheduleLine.objects.filter(line__partner_part__in=parts)
        return having(rows, lines, "pk", own="schedule_line_id")


class LotList(SidedListing):
    name = "inspections"
    url_name = "quality:list"
    title = gettext_lazy("Inspections")
    act = "view_inspections"
    live = "inspection"
    default_sort = "-number"
    filters = LotFilters
    empty = gettext_lazy("Nothing waits for its inspection.")

    @property
    def usual_view(self) -> str:
        return "open" if self.side is Side.BUYER else "all"

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("Received goods wait ten days at most for their inspection")
        return _("What your customers found in your deliveries")

    def views(self) -> Sequence[tuple[str, Any]]:
        return list(TABS.items())

    def sort_of_view(self) -> str:
        return {"open": "due", "overdue": "due", "risk": "-risk"}.get(self.view, self.default_sort)

    def counts(self) -> Mapping[str, int]:
        return selectors.counts(self.side)

    def rows(self) -> QuerySet[InspectionLot]:
        if self.view == "risk":
            return selectors.by_risk(self.side)
        return selectors.lots(self.side).filter(selectors.views()[self.view])

    def prepare(self, found: list[Any]) -> list[Any]:
        risks = selectors.risks_of(found)
        return [shown(row, self.side, risks.get(row.pk)) for row in selectors.with_parts(found)]

    def key(self, row: Any) -> int:
        return row["lot"].pk

    def row_url(self, row: Any) -> str:
        return reverse("quality:row", args=[row["lot"].pk])

    @property
    def nothing(self) -> Any:
        if self.view != "risk" or self.narrowed:
            return super().nothing
        if self.side is Side.BUYER:
            return _(
                "No lot that waits has a risk yet. A risk comes from the model of the factory that made the lot, where that"
                " firm shares it with you."
            )
        return _("No lot that waits has a risk yet. Your factory computes it with its model, from the rows of the lot.")

    def columns(self) -> Sequence[Column]:
        # By due day stand only the lots that wait: an index holds them, and nobody asks when a decided one was due.
        is_waiting, is_by_risk = self.view in ("open", "overdue"), self.view == "risk"
        return (
            link("number", _("Inspection lot"), "lot.number", self.lot_url, sort="id"),
            text("partner", self.partner_word, "partner", to=lambda row: relation_url(row["lot"].relation_id, self.side)),
            custom("part", _("Part"), self.part_cell, PART),
            custom("risk", _("Risk"), _risk, RISK, sort="risk" if is_by_risk else "", is_shown=is_by_risk),
            quantity("quantity", _("Quantity"), "lot.quantity", "lot.unit", _("Unit"), total="quantity", total_by="unit"),
            number(
                "rejected",
                pgettext("inspection", "Rejected"),
                lambda row: row["lot"].rejected_quantity if row["lot"].decided_on else None,
                total="rejected_quantity",
                total_by="unit",
            ),
            day("received", _("Received on"), "lot.received_on", is_shown=False),
            custom("due", _("Due"), _due, DUE, css="num", sort="due_on" if is_waiting else ""),
            day("decided", _("Decided"), "lot.decided_on", is_shown=False),
            states("status", _("Status"), "states"),
        )

    def lot_url(self, row: Any) -> str:
        return reverse("quality:lot", args=[row["lot"].pk])

    def part_cell(self, row: Any) -> SafeString:
        found = row["lot"]
        codes = " · ".join(filter(None, (found.partner_part.buyer_number, found.lot)))
        risk = "" if self.shows("risk") else _risk(row)
        words = cut(found.partner_part.label, part_url(found.partner_part_id))
        return format_html('{}<small class="mono">{}</small>{}', words, codes, risk)


PART = (
    Value(gettext_lazy("Part"), lambda row: row["lot"].partner_part.label),
    Value(gettext_lazy("Part number"), lambda row: row["lot"].partner_part.buyer_number),
    Value(gettext_lazy("Lot"), lambda row: row["lot"].lot),
)
RISK = (
    Value(gettext_lazy("Mean risk"), lambda row: row["risk"] and row["risk"].mean_risk, "number"),
    Value(gettext_lazy("Rows to inspect"), lambda row: row["risk"] and row["risk"].not_ok, "number"),
)
DUE = (Value(gettext_lazy("Due"), lambda row: row["lot"].due_on, "day"),)


def _risk(row: dict[str, Any]) -> str:
    return render_to_string("learning/_lot_risk.html", {"risk": row["risk"]}) if row["risk"] else ""


def _due(row: dict[str, Any]) -> SafeString | str:
    if not row["countdown"]:
        return day_text(row["lot"].due_on)
    return format_html('{} <small class="t-{}">{}</small>', day_text(row["lot"].due_on), row["tone"], row["countdown"])


class NonConformanceFilters(PartFilters, SidedFilters):
    impact = ChoiceFilter(label=gettext_lazy("Impact"), choices=Impact.choices)
    found_from = days("occurred_on", gettext_lazy("Found from"), "gte")
    found_until = days("occurred_on", gettext_lazy("Found until"), "lte")


class NonConformanceList(SidedListing):
    name = "non-conformances"
    url_name = "quality:non-conformances"
    title = gettext_lazy("Non-conformances")
    act = "view_inspections"
    default_sort = "-found"
    kinds = "nonconformance inspection"
    filters = NonConformanceFilters
    empty = gettext_lazy("No parts were turned down.")

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("Parts that your inspection turned down")
        return _("What your customers found in your deliveries")

    def rows(self) -> QuerySet[NonConformance]:
        return selectors.non_conformances(self.side)

    def columns(self) -> Sequence[Column]:
        return (
            link("defect", _("Defect"), lambda row: defect_word(row.defect), self.record_url, is_code=False),
            text(
                "partner",
                self.partner_word,
                lambda row: (row.supplier if self.side is Side.BUYER else row.buyer).name,
                to=lambda row: relation_url(row.relation_id, self.side),
            ),
            text(
                "part",
                _("Part"),
                "partner_part.label",
                under=(_("Part number"), "partner_part.buyer_number"),
                to=lambda row: part_url(row.partner_part_id),
            ),
            text("lot", _("Inspection lot"), "inspection_lot.number", to=_lot_of, is_shown=False),
            quantity("quantity", _("Quantity"), "quantity", _unit_of, _("Unit")),
            text("impact", _("Impact"), lambda row: Impact(row.impact).label, is_shown=False),
            number("downtime", _("Downtime, minutes"), "downtime_minutes", is_shown=False, total="downtime_minutes"),
            day("found", _("Found on"), "occurred_on", sort="occurred_on"),
            text("document", _("Document"), "reference", css="mono"),
        )

    def record_url(self, row: Any) -> str:
        return reverse("quality:non-conformance", args=[row.pk])


def _lot_of(row: NonConformance) -> str:
    return reverse("quality:lot", args=[row.inspection_lot_id]) if row.inspection_lot_id else ""


def _unit_of(row: NonConformance) -> str:
    return row.inspection_lot.unit if row.inspection_lot else row.partner_part.unit
