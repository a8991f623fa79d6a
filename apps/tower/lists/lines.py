"""The lines behind one figure of a scorecard."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common import keyset
from apps.common.dates import day_text
from apps.common.period import read_id, read_month
from apps.ui.columns import Column, Value, custom, day, link, number, quantity, states, text
from apps.ui.files import DIRECT
from apps.ui.places import part_url
from apps.ui.texts import days_late

from .. import pages, scorecard
from .scorecards import OfRelation


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

    def __init__(self, asked: Any) -> None:
        if "measure" in asked and "view" not in asked:  # as the tabs were once called
            asked = {**asked.dict(), "view": asked["measure"]}
        super().__init__(asked)
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
            custom("received", _("Received"), self.received_cell, RECEIVED, css="num"),
            quantity("quantity", _("Received quantity"), "received_quantity", "unit", _("Unit")),
            number("confirmed", _("Confirmed"), "confirmed_quantity"),
            states("result", _("Result"), lambda row: [result_of(row, is_of_request=self.is_of_request)]),
        )

    @property
    def is_of_request(self) -> bool:
        """Whether the figure that was opened holds lines against the day that was asked for, not the one promised."""
        return self.view.endswith("_requested")

    def received_cell(self, row: scorecard.ScoredLine) -> SafeString | str:
        late = days_late(row.received_on, row.requested_date if self.is_of_request else row.otif_base_date)
        shown = day_text(row.received_on) if row.received_on else ""
        return format_html('{} <small class="delta">{}</small>', shown, late) if late else shown


RECEIVED = (Value(gettext_lazy("Received"), lambda row: row.received_on, "day"),)


def result_of(row: scorecard.ScoredLine, *, is_of_request: bool = False) -> tuple[Any, str, str]:
    """Against the promise, or against the request where that is the figure that was opened."""
    is_on_time = row.is_on_requested if is_of_request else row.is_on_base
    if is_on_time and row.is_in_full:
        return ("OTIF", "circle-check", "ok")
    if not is_on_time:
        return (_("Not on time"), "clock-alert", "bad")
    return (_("Not in full"), "package-minus", "warn")
