"""The lists of trading partners, of requests that wait, and of the firm's own sites: few rows each."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from apps.tenancy import selectors as tenancy
from apps.tenancy.models import Site, TradingRelation
from apps.tenancy.scope import require_scope
from apps.ui.columns import Column, age, link, states, text
from apps.ui.filters import ChoiceFilter
from apps.ui.tables import TableFilters, TableListing

from . import selectors
from .models import RelationRequest

PARTS = [("supplier", gettext_lazy("your supplier")), ("buyer", gettext_lazy("your buyer"))]
TRADING = {
    "trading": (gettext_lazy("Trading"), "circle-check", "ok"),
    "suspended": (gettext_lazy("Suspended"), "circle-pause", "warn"),
    "ended": (gettext_lazy("Ended"), "circle-off", "mute"),
}


def state_of(relation: TradingRelation) -> tuple[Any, str, str]:
    """Word, icon and tone."""
    return TRADING[_state(relation)]


def _state(relation: TradingRelation) -> str:
    if relation.ended_at is not None:
        return "ended"
    return "suspended" if relation.is_suspended else "trading"


def _partner(row: TradingRelation) -> Any:
    return row.supplier if row.buyer_id == require_scope().organization_id else row.buyer


def _part(row: TradingRelation | RelationRequest) -> str:
    return "supplier" if row.buyer_id == require_scope().organization_id else "buyer"


class RelationFilters(TableFilters):
    part = ChoiceFilter(label=gettext_lazy("It is"), choices=PARTS)
    state = ChoiceFilter(label=gettext_lazy("State"), choices=[(name, look[0]) for name, look in TRADING.items()])


class RelationList(TableListing):
    name = "relations"
    url_name = "partners:relations"
    title = gettext_lazy("Trading partners")
    act = "view_partners"
    default_sort = "firm"
    kinds = "relation request"
    filters = RelationFilters
    by = {"part": _part, "state": _state}
    empty = gettext_lazy("Your firm trades with nobody here yet. Ask a firm of your cluster.")

    def lead(self) -> str:
        return _("With whom your firm trades, on which terms; nobody else sees it")

    def items(self) -> QuerySet[TradingRelation]:
        return tenancy.relations()

    def sort_value(self, column: Column) -> Any:
        return column.values[0].read

    def columns(self) -> Sequence[Column]:
        return (
            link("firm", _("Firm"), lambda row: _partner(row).name, _relation_page, is_code=False, sort="firm"),
            text("part", _("It is"), lambda row: str(dict(PARTS)[_part(row)]), sort="part"),
            text("code", _("Vendor code"), "vendor_code", sort="vendor_code", css="mono"),
            text("currency", _("Currency"), "currency"),
            states("state", _("State"), lambda row: [state_of(row)], sort="state"),
        )


def _relation_page(row: TradingRelation) -> str:
    return reverse("partners:relation", args=[row.pk])


class RequestList(TableListing):
    name = "relation-requests"
    url_name = "partners:requests"
    title = gettext_lazy("Waiting for an answer")
    act = "view_partners"
    default_sort = "-asked"
    kinds = "request"
    empty = gettext_lazy("No request waits for an answer.")

    def items(self) -> QuerySet[RelationRequest]:
        return selectors.open_requests()

    def columns(self) -> Sequence[Column]:
        return (
            link("firm", _("Firm"), _other, lambda row: reverse("partners:request", args=[row.pk]), is_code=False),
            text("part", _("It would be"), lambda row: str(dict(PARTS)[_part(row)])),
            age("asked", _("Asked for"), "created_at", sort="created_at"),
            states("answers", _("Who answers"), _who_answers),
        )


def _other(row: RelationRequest) -> str:
    return (row.asked if row.asker_id == require_scope().organization_id else row.asker).name


def _who_answers(row: RelationRequest) -> list[tuple[Any, str, str]]:
    if row.asker_id == require_scope().organization_id:
        return [(_("the other firm"), "clock", "mute")]
    return [(_("your firm"), "hand", "warn")]


USES = {
    "receives": pgettext_lazy("site", "Receipt"),
    "ships": pgettext_lazy("site", "Shipping"),
    "produces": pgettext_lazy("site", "Production"),
}


class SiteList(TableListing):
    name = "sites"
    url_name = "partners:sites"
    title = gettext_lazy("Sites")
    act = "view_partners"
    default_sort = "code"
    empty = gettext_lazy("Your firm has no site yet. Orders and deliveries need one.")

    def lead(self) -> str:
        return _("Plants and warehouses of your firm; your partners see names and addresses")

    def items(self) -> QuerySet[Site]:
        return tenancy.every_own_site()

    def sort_value(self, column: Column) -> Any:
        return column.values[0].read

    def columns(self) -> Sequence[Column]:
        return (
            link("code", _("Code"), "code", lambda row: reverse("partners:site", args=[row.pk]), sort="code"),
            text("name", _("Name"), str, sort="name"),
            text("address", pgettext("place", "Address"), "address", css="wrap"),
            text("uses", _("Used for"), _uses),
            text("zone", _("Time zone"), "time_zone"),
            states("state", _("State"), _open, sort="state"),
        )


def _uses(row: Site) -> str:
    return " · ".join(str(word) for name, word in USES.items() if getattr(row, name))


def _open(row: Site) -> list[tuple[Any, str, str]]:
    if row.closed_at:
        return [(pgettext("site", "Closed"), "lock", "mute")]
    return [(pgettext("site", "Open"), "circle-check", "ok")]
