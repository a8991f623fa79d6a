"""Query parameters of the order list."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from ..selectors import of_view

VIEWS = ("all", "draft", "unanswered", "change_proposed", "to_ship", "late", "later", "open")


class OrderFilter(filters.FilterSet):
    view = filters.ChoiceFilter(choices=[(name, name) for name in VIEWS], method="by_view")
    partner = filters.NumberFilter(method="by_partner", min_value=1, max_value=2**63 - 1)
    number = filters.CharFilter(lookup_expr="exact", max_length=40)

    def by_view(self, rows, name, value) -> QuerySet[Any]:
        return of_view(rows, value, self.request.parser_context["view"].side)

    def by_partner(self, rows, name, value) -> QuerySet[Any]:
        partner = "supplier_id" if self.request.parser_context["view"].side == "buyer" else "buyer_id"
        return rows.filter(**{partner: int(value)})
