"""Sums below a list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext as _

from .columns import Column

SUMMED = 10_000


def sums(rows: QuerySet[Any], columns: Sequence[Column]) -> list[tuple[Any, str]]:
    """(label, words) of the sums of columns over `rows`, apart by what cannot be added.

    One statement counts, and each column takes one. Nothing is summed where there are more than `SUMMED` rows: a list
    costs the same at 10,000 and at 1,000,000.
    """
    model = rows.model
    some = rows.order_by().values("pk")[: SUMMED + 1]
    if some.count() > SUMMED:
        return [(_("Rows"), _("more than %(n)s") % {"n": f"{SUMMED:,}"})]
    found = []
    for column in columns:
        by = column.total_by or None
        grouped = model._default_manager.filter(pk__in=rows.order_by().values("pk")).order_by()
        grouped = grouped.values(*([by] if by else [])).annotate(total_sum=Sum(F(column.total)))
        words = [column.sum_text(row["total_sum"], row[by] if by else "") for row in grouped if row["total_sum"]]
        found.append((column.label, " · ".join(words) or "0"))
    return found
