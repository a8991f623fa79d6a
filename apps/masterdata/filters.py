"""What lists of parts, and of what is done with parts, are narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from apps.ui.filters import CharFilter, Filters

from . import selectors
from .models import PartnerPart


class PartFilters(Filters):
    """By the beginning of a part's number, at the buyer or the supplier."""

    part = CharFilter(label=gettext_lazy("Part number begins with"), method="by_part", max_length=60)

    def by_part(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return self.of_parts(rows, selectors.partner_parts_numbered(value))

    def of_parts(self, rows: QuerySet[Any], parts: QuerySet[PartnerPart]) -> QuerySet[Any]:
        """Rows of some parts; a list whose rows name no part says its way there, with an index at every step."""
        return rows.filter(partner_part__in=parts)
