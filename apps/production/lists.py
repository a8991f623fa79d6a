"""The list of what was made."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.masterdata import selectors as masterdata
from apps.tenancy.selectors import own_sites
from apps.ui.columns import Column, Value, custom, day, link, quantity, states, text
from apps.ui.filters import BeginsFilter, CharFilter, ChoiceFilter, Filters, days
from apps.ui.listing import Listing
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from . import selectors
from .models import Missing, ProductionReport


def _sites() -> list[tuple[int, str]]:
    return [(site.pk, str(site)) for site in own_sites()]


class ReportFilters(Filters):
    number = CharFilter(label=gettext_lazy("Part number begins with"), method="by_number", max_length=60)
    site = ChoiceFilter("site_id", label=gettext_lazy("Site"), choices=_sites)
    made_from = days("day", gettext_lazy("Made from"), "gte")
    made_until = days("day", gettext_lazy("Made until"), "lte")
    lot = BeginsFilter("lot", label=gettext_lazy("Lot begins with"), max_length=60)

    def by_number(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        own, agreed = masterdata.parts_numbered(value), masterdata.partner_parts_numbered(value)
        return rows.filter(Q(part__in=own) | Q(partner_part__in=agreed))


class ReportList(Listing):
    name = "production"
    url_name = "production:reports"
    title = gettext_lazy("Production reports")
    act = "view_production"
    default_sort = "-day"
    kinds = "production"
    page_size = 50
    filters = ReportFilters
    empty = gettext_lazy("No production has been reported yet.")

    def lead(self) -> str:
        return _("What was made, day by day; a report is reversed by another, and none is ever changed")

    def rows(self) -> QuerySet[ProductionReport]:
        missing = Missing.objects.filter(report=OuterRef("pk"))
        return selectors.reports().annotate(is_short=Exists(missing))

    def page_url(self, pk: int) -> str:
        return reverse("production:report", args=[pk])

    def columns(self) -> Sequence[Column]:
        return (
            link("number", _("Report number"), "number", lambda row: self.page_url(row.pk)),
            day("day", _("Day"), "day", sort="day"),
            text("part", _("Part"), "label", under=(_("Part number"), "part_number")),
            quantity("good", _("Good"), "good", "unit", _("Unit")),
            custom("rejected", pgettext("production", "Rejected"), _rejected, REJECTED, css="num"),
            text("reason", _("Reason"), lambda row: row.get_reason_display(), is_shown=False),
            text("lot", _("Lot"), "lot"),
            text("site", _("Site"), lambda row: str(row.site)),
            states("state", _("Status"), _states),
            text("note", _("Note"), "note", is_shown=False),
            text("by", _("Reported by"), "created_by.name", is_shown=False),
        )


REJECTED = (Value(gettext_lazy("Rejected pieces"), lambda row: row.rejected, "number"),)


def _rejected(row: ProductionReport) -> str:
    return f"{quantity_text(row.rejected)} {unit_text(row.unit)}" if row.rejected else ""


def _states(row: Any) -> list[tuple[Any, str, str]]:
    if row.reverses_id is not None:
        return [(_("Reversal of %(number)s") % {"number": row.reverses.number}, "undo-2", "mute")]
    if hasattr(row, "reversed_by"):
        return [(_("Reversed"), "undo-2", "mute")]
    found = [(_("Reported"), "circle-check", "ok")]
    return [*found, (_("Material was missing"), "triangle-alert", "warn")] if row.is_short else found
