"""The list of orders."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.dates import day_text
from apps.common.having import having
from apps.masterdata.filters import PartFilters
from apps.tenancy.prices import hidden_pairs
from apps.tenancy.roles import Side
from apps.ui.bulk import BulkAct
from apps.ui.columns import Column, Value, custom, day, link, money, states, text
from apps.ui.filters import BeginsFilter, ChoiceFilter, days
from apps.ui.sided import SidedFilters, SidedListing
from apps.ui.texts import days_late
from apps.ui.texts import quantity as quantity_text
from apps.ui.texts import unit as unit_text

from . import selectors, services
from .models import PurchaseOrderLine
from .pages import TABS, shown
from .rows import by_line, with_lines
from .statuses import Collaboration, Fulfilment

# What is confirmed goes on to be shipped and received: as a reader sees it, one row of states.
MOVING = (Fulfilment.PARTLY_SHIPPED, Fulfilment.SHIPPED, Fulfilment.PARTLY_RECEIVED, Fulfilment.RECEIVED)
STATES = [*Collaboration.choices, *((state.value, state.label) for state in MOVING)]

BY_DAY = ("unanswered", "to_ship", "late")


class OrderFilters(PartFilters, SidedFilters):
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=STATES, method="by_state")
    contact = BeginsFilter("contact_name", label=gettext_lazy("Buyer in charge begins with"), max_length=80)
    ordered_from = days("order_date", gettext_lazy("Ordered from"), "gte")
    ordered_until = days("order_date", gettext_lazy("Ordered until"), "lte")
    due_from = days("due_date", gettext_lazy("Next due from"), "gte")
    due_until = days("due_date", gettext_lazy("Next due until"), "lte")

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value in MOVING:
            return rows.filter(fulfilment=value)
        rows = rows.filter(status=value)
        return rows.filter(fulfilment=Fulfilment.OPEN) if value == Collaboration.CONFIRMED else rows

    def of_parts(self, rows: QuerySet[Any], parts: QuerySet[Any]) -> QuerySet[Any]:
        return having(rows, PurchaseOrderLine.objects.filter(partner_part__in=parts), "order_id")


class OrderList(SidedListing):
    name = "orders"
    url_name = "orders:list"
    title = gettext_lazy("Orders")
    act = "view_orders"
    live = "order"
    default_view = "all"
    default_sort = "-ordered"
    filters = OrderFilters
    empty = gettext_lazy("There are no orders yet.")

    def lead(self) -> str:
        if self.side is Side.BUYER:
            return _("Orders to your suppliers")
        return _("Orders from your customers")

    def sort_of_view(self) -> str:
        """What waits for an answer or a delivery stands by its day, the rest by when it was ordered."""
        return "due" if self.view in BY_DAY else self.default_sort

    def views(self) -> Sequence[tuple[str, Any]]:
        hidden = "to_ship" if self.side is Side.BUYER else "draft"
        return [(name, word) for name, word in TABS.items() if name != hidden]

    def counts(self) -> Mapping[str, int]:
        return selectors.counts(self.side)

    def rows(self) -> QuerySet[Any]:
        return selectors.of_view(selectors.order_rows(self.side), self.view, self.side)

    def all_rows(self) -> QuerySet[Any]:
        return selectors.order_rows(self.side)

    def prepare(self, found: list[Any]) -> list[Any]:
        return [shown(row, self.side) for row in with_lines(found, self.view)]

    def chunks(self, size: int = 500) -> Iterator[list[Any]]:
        """A file holds a row a line: what a page shows of an order is one of them, and the file would not load again."""
        for rows in super().chunks(size):
            yield [shown(row, self.side) for row in by_line(rows, self.view)]

    def page_url(self, pk: int) -> str:
        return reverse("orders:order", args=[pk])

    def row_url(self, row: Any) -> str:
        return reverse("orders:row", args=[row["id"]])

    def bulk(self) -> Sequence[BulkAct]:
        if self.side is Side.SUPPLIER:
            mine = partial(_act, holds="answer_order")
            promised = _("All that is asked is promised: these quantities on these days. Orders: {n}.")
            confirm, acknowledge = services.confirm_as_asked, services.acknowledge_unread
            yes = mine("confirm", _("Confirm as requested"), confirm, "circle-check", asks=promised)
            return (
                replace(yes, fits=_is_unanswered),
                mine("acknowledge", _("Acknowledge"), acknowledge, "eye", Collaboration.PUBLISHED),
            )
        lost = _("Drafts that are deleted: {n}. Their numbers are not used again.")
        agreed = _("What the suppliers propose becomes what is agreed. Orders: {n}.")
        drafts = Collaboration.DRAFT
        discard = _act("discard", _("Delete draft"), services.discard_draft, "trash-2", drafts, holds="draft_order")
        return (
            BulkAct(
                *("publish", _("Send to supplier"), "publish_order", None, "send"),
                asks=_("Orders that are sent: {n}. Their suppliers see them at once."),
                together=_publish,
                says=lambda row: _("sent to %(partner)s") % {"partner": row["partner"]},
                then=(_("Unanswered orders"), f"{reverse('orders:list')}?view=unanswered"),
                fits=partial(_is_in, (drafts,)),
            ),
            _act(
                *("accept", _("Accept what is proposed"), services.accept_proposals, "check", Collaboration.CHANGE_PROPOSED),
                holds="accept_proposal",
                asks=agreed,
            ),
            replace(discard, asks=lost, is_danger=True),
        )

    def columns(self) -> Sequence[Column]:
        unit, number = _("Unit"), _("Part number")
        return (
            link("number", _("Order"), "number", _page),
            text("partner", self.partner_word, "partner"),
            custom(
                "part",
                _("Part"),
                _part,
                (
                    Value(_("Line"), _of("position"), "number"),
                    Value(_("Part"), _of("part_label")),
                    Value(number, _of("part_number")),
                ),
            ),
            custom(
                "quantity",
                _("Quantity"),
                _quantity,
                (Value(_("Quantity"), _of("quantity"), "number"), Value(unit, lambda row: str(unit_text(row["unit"])))),
                css="num",
            ),
            day("requested", _("Requested"), "requested_date"),
            custom(
                "promised",
                _("Promised"),
                _promised,
                (Value(_("Promised"), _of("confirmed_date"), "day"), Value(_("Proposed"), _of("proposed_date"), "day")),
                css="num",
            ),
            day("due", _("Next due"), "due_date", sort="due_date", has_gaps=True, is_shown=False),
            day("ordered", _("Ordered on"), "order_date", sort="order_date", is_shown=False),
            *([] if hidden_pairs() else [_amount()]),
            states("status", _("Status"), "states"),
        )


def _act(name: str, label: Any, service: Callable[..., Any], icon: str, *states: str, holds: str, asks: Any = "") -> BulkAct:
    """An act on orders in one of `states`, for whom holds the act."""

    def of_one(order_id: int) -> Any:
        return service(order_id=order_id)

    return BulkAct(name, label, holds, of_one, icon, asks, fits=partial(_is_in, states))


def _publish(ids: Sequence[int]) -> services.Refusals:
    return services.publish_orders(order_ids=ids)


def _is_in(states: Sequence[str], row: dict[str, Any]) -> bool:
    return row["status"] in states


def _is_unanswered(row: dict[str, Any]) -> bool:
    return row["unanswered_count"] > 0


def _amount() -> Column:
    """Left out where the person sees no prices of one of the firm's relations: sums and sorting would tell them."""
    return money(
        "amount",
        _("Amount"),
        "amount",
        "currency",
        _("Currency"),
        sort="amount",
        total="amount",
        total_by="currency",
        is_shown=False,
    )


def _of(name: str) -> Any:
    return lambda row: row[name]


def _page(row: dict[str, Any]) -> str:
    """At the line that the row shows, where there are others: which one that is depends on the tab and the day."""
    line = f"#line-{row['line_id']}" if row["line_count"] > 1 else ""
    return reverse("orders:order", args=[row["id"]]) + line


def _part(row: dict[str, Any]) -> SafeString:
    more = row["line_count"] - 1
    words = ngettext("+%(n)s line", "+%(n)s lines", more) % {"n": more} if more > 0 else ""
    return format_html(
        '<span class="cut">{}</span><small class="mono">{}</small>{}',
        row["part_label"],
        row["part_number"],
        format_html(' <small class="more-lines">{}</small>', words) if words else "",
    )


def _quantity(row: dict[str, Any]) -> SafeString:
    rest = _("%(n)s to come") % {"n": quantity_text(row["rest"])} if row["rest"] else ""
    return format_html(
        '{} <small class="unit">{}</small>{}',
        quantity_text(row["quantity"]),
        unit_text(row["unit"]),
        format_html(' <small class="t-warn">{}</small>', rest) if rest else "",
    )


def _promised(row: dict[str, Any]) -> SafeString | str:
    """The promised day; a day that is only proposed stands beside it under its own name."""
    if row["proposed_date"]:
        shown = _day_and_delay(row["proposed_date"], row["requested_date"])
        return format_html('{} <small class="why">{} {}</small>', day_text(row["confirmed_date"]), _("proposed"), shown)
    return _day_and_delay(row["confirmed_date"], row["requested_date"])


def _day_and_delay(day: Any, requested: Any) -> SafeString | str:
    late = days_late(day, requested)
    if not late:
        return day_text(day)
    tone = "t-bad" if day > requested else "t-ok"
    return format_html('{} <small class="delta {}">{}</small>', day_text(day), tone, late)
