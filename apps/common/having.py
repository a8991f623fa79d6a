"""Rows of a list by what belongs to them, so that the page costs the same whether few rows have it or all."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

FEW = 2000


def having(rows: QuerySet[Any], children: QuerySet[Any], link: str, *, own: str = "pk") -> QuerySet[Any]:
    """Rows with such a child; one statement more, which reads `FEW` children at most.

    Of few children the rows are fetched by their keys. Of many, the list walks its own index and asks of each row whether
    it has one: a join would gather them all before the first page is cut. It asks by a scalar subquery, because EXISTS is
    turned into that join.

    Args:
        link: the child's column that names the row's `own`.
    """
    children = children.order_by()
    found = list(children.values_list(link, flat=True)[: FEW + 1])
    if len(found) <= FEW:
        return rows.filter(**{f"{own}__in": set(found)})
    one = children.filter(**{link: OuterRef(own)}).values("pk")[:1]
    return rows.alias(child=Subquery(one)).filter(child__isnull=False)
