"""Lists of what two firms share: one side at a time, so that one index serves them."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import HiddenInput
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from apps.tenancy.selectors import partner_choices, relation_choices, side_for_lists

from .filters import ChoiceFilter, Filters
from .listing import Listing


class SidedFilters(Filters):
    partner = ChoiceFilter(label=gettext_lazy("Partner"), choices=partner_choices, method="by_partner")

    def by_partner(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(**{f"{self.listing.side.other}_id": int(value)})


class RelatedFilters(SidedFilters):
    """Of one relation too, as other pages lead here; people choose a partner."""

    relation = ChoiceFilter("relation_id", label=gettext_lazy("Partner"), choices=relation_choices, widget=HiddenInput)


class SidedListing(Listing):
    @cached_property
    def side(self) -> Side:
        return side_for_lists(self.asked.get("side"))

    @property
    def partner_word(self) -> str:
        return _("Supplier") if self.side is Side.BUYER else _("Customer")

    def fixed(self) -> Mapping[str, str]:
        return {"side": self.side.value}

    def sides(self) -> Sequence[tuple[str, Any, bool]]:
        scope = require_scope()
        if not (scope.buys and scope.supplies):
            return ()
        return (("buyer", _("We buy"), self.side is Side.BUYER), ("supplier", _("We supply"), self.side is Side.SUPPLIER))


class OneSidedListing(SidedListing):
    """A list that one side alone has: nobody chooses, and its address says nothing of it."""

    only: ClassVar[Side]

    @property
    def side(self) -> Side:
        return self.only

    def sides(self) -> Sequence[tuple[str, Any, bool]]:
        return ()

    def fixed(self) -> Mapping[str, str]:
        return {}
