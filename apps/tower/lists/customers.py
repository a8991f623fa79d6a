"""What customers need of a supplier's parts; beside it, as a buyer, what one's own suppliers are told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from apps.common.dates import day_text
from apps.masterdata.filters import PartFilters
from apps.tenancy.roles import Side
from apps.ui.columns import Column, Value, custom, quantity, text
from apps.ui.places import relation_url
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.tables import TableListing
from apps.ui.texts import ago
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from ..covers import cover_text, covers_seen
from ..customers import CustomerNeed, Span, customer_needs, spans

WEEKS_SHOWN = 13
NEAR = timedelta(days=27)


class CustomerFilters(PartFilters, SidedFilters):
    """Computed rows: the list itself keeps those that match."""


class CustomerList(TableListing, SidedListing):
    name = "customers"
    url_name = "tower:customers"
    title = gettext_lazy("Customer demand")
    act = "view_released_demand"
    default_view = "all"
    default_sort = "part"
    kinds = "demand order delivery grant cover"
    filters = CustomerFilters
    last = "number"

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("What your suppliers are told of your demand, against your open orders")
        return _("What your customers' sites need of your parts, against their open orders; demand is not an order")

    def views(self) -> Sequence[tuple[str, Any]]:
        return [("all", _("All parts")), ("changed", _("Changed by the last release"))]

    def counts(self) -> Mapping[str, int]:
        return {name: len(self._of(name)) for name, _word in self.views()}

    @cached_property
    def _known(self) -> list[dict[str, Any]]:
        covers = covers_seen() if self.side is Side.SUPPLIER else {}
        rows = [_row(need) for need in customer_needs(self.side)]
        for row in rows:
            row["cover"] = cover_text(covers.get((row["part"].pk, row["site"].pk)))
        return rows

    def _of(self, view: str) -> list[dict[str, Any]]:
        """What the last release left out stands among its changes alone: nobody needs it any more."""
        return [row for row in self._known if (_is_changed(row) if view == "changed" else not row["item"].told.is_gone)]

    def items(self) -> Sequence[Any]:
        return self._of(self.view)

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
        if self.narrowed or self.view != "all":
            return super().nothing
        if self.side is Side.BUYER:
            return _("No supplier is told anything: choose under Demand plans who sees what.")
        return _("No customer shows you its demand yet. Its orders are under Orders.")

    def columns(self) -> Sequence[Column]:
        unit_word = _("Unit")
        return (
            text(
                "part",
                _("Part"),
                "part.label",
                under=(_("Part number"), "part.buyer_number"),
                to=lambda row: reverse("tower:customer", args=[row["part"].pk, row["site"].pk]),
                sort="number",
                css="first",
                is_fixed=True,
            ),
            text(
                "partner",
                self.partner_word,
                lambda row: self._partner(row).name,
                to=lambda row: relation_url(row["part"].relation_id, self.side),
                sort=f"part.{self.side.other}.name",
            ),
            text("site", _("Site"), lambda row: str(row["site"]), sort="site.code"),
            quantity("firm", _("Firm, 4 weeks"), "firm", "unit", unit_word, sort="firm"),
            quantity("more", _("Not firm, 4 weeks"), "more", "unit", unit_word, sort="more"),
            quantity("asked", _("Ordered, 4 weeks"), "asked", "unit", unit_word, sort="asked"),
            custom("weeks", _("13 weeks ahead"), _bars, WEEKS),
            custom("changed", _("Since the last release"), _changed, CHANGED, css="num", sort="changed"),
            text("cover", _("Days of supply there"), "cover", is_shown=any(row["cover"] for row in self._known)),
            custom("release", pgettext("demand", "Release"), _release, RELEASE, css="wrap"),
        )


def _is_changed(row: dict[str, Any]) -> bool:
    """By the newest release: it says something else of the part, or is the first but not the first of all to speak of it."""
    told = row["item"].told
    return told.is_gone or bool(told.changes) or (told.is_new and told.release.edition > 1)


def _row(need: CustomerNeed) -> dict[str, Any]:
    last = need.today + NEAR
    return {
        "item": need,
        "part": need.told.part,
        "number": f"{need.told.part.buyer_number} {need.told.release.site_id}",
        "site": need.told.release.site,
        "unit": need.told.unit,
        "firm": need.needed(need.today, last, is_firm=True),
        "more": need.needed(need.today, last, is_firm=False),
        "asked": None if need.unfit else need.asked(need.today, last),
        "changed": need.more,
    }


WEEKS = (
    Value(gettext_lazy("Known until"), lambda row: row["item"].told.until, "day"),
    Value(
        gettext_lazy("Needed in 13 weeks"),
        lambda row: sum(span.needed for span in spans(row["item"], WEEKS_SHOWN)),
        "number",
    ),
)
CHANGED = (Value(gettext_lazy("Since the last release"), lambda row: row["changed"], "number"),)
RELEASE = (
    Value(pgettext_lazy("demand", "Release"), lambda row: row["item"].told.release.number),
    Value(gettext_lazy("Released"), lambda row: row["item"].told.release.published_at, "moment"),
    Value(gettext_lazy("Plan drawn"), lambda row: row["item"].told.release.said_at, "moment"),
)
HEIGHT, STEP = 30, 11


def _bars(row: dict[str, Any]) -> SafeString:
    """A column a week: firm dark, the rest light, and a line where orders stand."""
    need = row["item"]
    found = spans(need, WEEKS_SHOWN)
    top = max(Decimal(1), *(max(span.needed, span.asked) for span in found))
    unit = unit_text(need.told.unit)
    words = "; ".join(
        f"{day_text(span.first)}: {quantity_text(span.needed)} {unit}" if span.is_known else f"{day_text(span.first)}: ?"
        for span in found
    )

    def rect(css: str, n: int, low: Any, height: Any) -> SafeString:
        tall, up = (round(float(value / top) * HEIGHT) for value in (height, low))
        shape = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>'
        return format_html(shape, css, n * STEP, HEIGHT - up - tall, STEP - 2, tall)

    def column(n: int, span: Span) -> Iterator[SafeString]:
        yield rect("ground" if span.is_known else "unknown", n, 0, top)
        yield rect("firm", n, 0, span.firm)
        yield rect("more", n, span.firm, span.more)
        if span.asked:
            up = HEIGHT - round(float(span.asked / top) * (HEIGHT - 2)) - 1
            yield format_html('<path class="asked" d="M{} {}h{}"/>', n * STEP - 1, up, STEP)

    drawn = mark_safe("".join(piece for n, span in enumerate(found) for piece in column(n, span)))
    shape = '<svg class="week-bars" role="img" aria-label="{}" width="{}" height="{}">{}</svg>'
    return format_html(shape, words, STEP * len(found), HEIGHT, drawn)


def _changed(row: dict[str, Any]) -> SafeString | str:
    need = row["item"]
    if need.told.is_gone:
        before = {"n": quantity_text(-row["changed"]), "unit": unit_text(need.told.unit)}
        return format_html(
            '<a href="{}">{}</a> <small class="unit">{}</small>',
            reverse("planning:told", args=[need.told.release.pk]),
            pgettext("plan row", "removed"),
            _("was %(n)s %(unit)s") % before,
        )
    if need.told.is_new and need.told.release.edition == 1:
        return _("first release")
    if need.told.is_new and not need.told.changes:
        return pgettext("plan row", "new")
    if not need.told.changes:
        return _("no change")
    more = row["changed"]
    words = f"+{quantity_text(more)}" if more > 0 else quantity_text(more) if more else "±0"
    to = reverse("planning:told", args=[need.told.release.pk])
    shown = format_html('<a href="{}">{}</a> <small class="unit">{}</small>', to, words, unit_text(need.told.unit))
    return format_html("{} · {}", pgettext("plan row", "new"), shown) if need.told.is_new else shown


def _release(row: dict[str, Any]) -> SafeString:
    release = row["item"].told.release
    to = reverse("planning:told", args=[release.pk])
    released = _("released %(ago)s") % {"ago": ago(release.published_at)}
    drawn = _("plan drawn %(ago)s") % {"ago": ago(release.said_at)}
    shape = '<a class="mono" href="{}">{}</a><small class="why">{}</small><small class="why">{}</small>'
    return format_html(shape, to, release.number, released, drawn)
