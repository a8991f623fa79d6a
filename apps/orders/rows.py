"""Rows of lists: a row is one order and shows one of its lines, the one that the view is about.

Part, quantity, days and state all come from that line; a row of an order with more lines says how many more. Which line it
is depends on today, so it is chosen when the list is read: one statement for all rows of a page, by the orders' ids.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Case, F, FilteredRelation, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.tenancy.scope import require_scope

from .models import ScheduleLine
from .statuses import AWAITS_SUPPLIER, ENDED, ChangeState, Collaboration, awaits

# Without a view: what is late, what somebody must answer, what comes later than needed, what is open, what is done.
RANK = ("late", "change_proposed", "unanswered", "later", "open")
FACTS = (
    *("requested_quantity", "confirmed_quantity", "shipped_quantity", "received_quantity", "rejected_quantity"),
    *("status", "closed_short_reason"),
)
PARTNERS = {f"{side}_{name}": F(f"{side}__{name}") for side in ("buyer", "supplier") for name in ("legal_name", "name_en")}


def line_views(today: date | None = None) -> dict[str, Q]:
    """The conditions of `selectors.views`, for one line; they need the columns of `with_facts`."""
    today = today or timezone.localdate()
    is_open = Q(closed_short_reason="", good__lt=F("target")) & ~Q(status__in=(Collaboration.DRAFT, *ENDED))
    return {
        "unanswered": Q(status__in=AWAITS_SUPPLIER) | Q(asked_by="buyer"),
        "change_proposed": Q(status=Collaboration.CHANGE_PROPOSED) | Q(asked_by="supplier"),
        "to_ship": is_open
        & Q(status=Collaboration.CONFIRMED, due__lte=today + timedelta(days=7))
        & Q(shipped_quantity__lt=F("target") + F("rejected_quantity")),
        "late": is_open & Q(due__lt=today),
        "later": is_open & Q(promised__gt=F("requested_date")),
        "open": is_open,
    }


def with_facts(rows: QuerySet[ScheduleLine]) -> QuerySet[Any]:
    """Lines with the columns that `line_views` ask for."""
    return rows.annotate(
        # Joined, not asked for each time it is named; the policies hide from this firm what others ask of each other.
        open_change=FilteredRelation("change_requests", condition=Q(change_requests__state=ChangeState.OPEN)),
        good=F("received_quantity") - F("rejected_quantity"),
        target=Case(When(confirmed_quantity__gt=0, then=F("confirmed_quantity")), default=F("requested_quantity")),
        due=Coalesce("confirmed_date", "requested_date"),
        promised=Coalesce("proposed_date", "confirmed_date"),
        asked_by=Coalesce("open_change__side", Value("")),
    )


def with_lines(
    rows: list[dict[str, Any]], view: str = "", *, chosen: Mapping[int, int] | None = None
) -> list[dict[str, Any]]:
    """The same rows with the line that each shows, and the partner's name; one query for all of them.

    Args:
        view: the view of the list; a line that it is about comes first.
        chosen: schedule lines by order id, where the caller knows better.
    """
    ids = [row["id"] for row in rows]
    found = {line["order_id"]: line for line in first_lines(ids, view, chosen=chosen)} if rows else {}
    own = require_scope().organization_ids
    for row in rows:
        partner = "supplier" if row["buyer_id"] in own else "buyer"
        _merge(row, found[row["id"]], partner)
    return rows


def first_lines(
    order_ids: Sequence[int], view: str = "", *, chosen: Mapping[int, int] | None = None
) -> QuerySet[Any, dict[str, Any]]:
    """One line of each order, with its part and the names of both firms."""
    lines = with_facts(ScheduleLine.objects.filter(order_id__in=order_ids))
    if chosen is not None:
        lines = lines.filter(pk__in=chosen.values())
    rank = RawSQL(*_rank(view, timezone.localdate()), output_field=IntegerField())
    first = lines.order_by("order_id", rank, "due", "line__position", "sequence").distinct("order_id")
    part = {
        "part_number": F("line__partner_part__buyer_number"),
        "part_name": F("line__partner_part__name"),
        "part_name_en": F("line__partner_part__name_en"),
        "line_unit": F("line__unit"),
    }
    return first.values(
        "id", "order_id", *FACTS, "requested_date", "promised", "due", "asked_by", "good", "target", **part, **PARTNERS
    )


@lru_cache(maxsize=64)
def _rank(view: str, today: date) -> tuple[str, tuple[Any, ...]]:
    """The place of a line among those of its order, for `order_by`: SQL over the columns of `with_facts`, and parameters.

    Compiled once a view and day: Django takes as long for it as for the rest of a list together.
    """
    conditions = line_views(today)
    wanted = [name for name in (view, *RANK) if name in conditions]
    whens = [When(conditions[name], then=Value(index)) for index, name in enumerate(wanted)]
    rank = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
    query = with_facts(QuerySet(ScheduleLine)).annotate(rank=rank).query
    compiler = query.get_compiler("default")
    compiler.setup_query()
    sql, parameters = compiler.compile(query.annotations["rank"])
    return sql, tuple(parameters)


def _merge(row: dict[str, Any], line: dict[str, Any], partner: str) -> None:
    facts = ScheduleLine(**{name: line[name] for name in FACTS})
    row.update(
        line_id=line["id"],
        line_status=line["status"],
        line_fulfilment=facts.fulfilment,
        line_closure=facts.closure,
        line_due_date=line["due"],
        line_change_side=line["asked_by"],
        awaits=awaits(line["status"], line["asked_by"]),
        part_number=line["part_number"],
        part_name=line["part_name"],
        part_name_en=line["part_name_en"],
        quantity=line["requested_quantity"],
        rest=max(line["target"] - line["good"], Decimal(0)) if line["good"] and not line["closed_short_reason"] else None,
        unit=line["line_unit"],
        requested_date=line["requested_date"],
        promised_date=line["promised"],
        partner_legal_name=line[f"{partner}_legal_name"],
        partner_name_en=line[f"{partner}_name_en"],
    )
