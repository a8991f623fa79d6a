"""Rows of lists: a row is one order and shows one of its lines, the one that the view is about.

Part, quantity, days and state all come from that line; a row of an order with more lines says how many more. Which line it
is depends on today, so it is chosen when the list is read: one statement for all rows of a page, by the orders' ids.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import starmap
from typing import Any

from django.db import connections
from django.db.models import BooleanField, Case, F, FilteredRelation, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.tenancy.scope import Scope, require_scope

from .models import ScheduleLine
from .progress import Progress
from .statuses import AWAITS_SUPPLIER, ENDED, ChangeState, Collaboration, awaits

# Without a view: what is late, what somebody must answer, what comes later than needed, what is open, what is done.
RANK = ("late", "change_proposed", "unanswered", "later", "open")
IDS = object()  # stands in a kept statement for the ids of its next use


@dataclass(slots=True)
class Line(Progress):
    """The line that a row shows, in the order of its statement's columns; quantities in `unit`."""

    id: int
    order_id: int
    status: str
    requested_date: date
    promised: date | None
    confirmed_date: date | None
    due: date
    asked_by: str
    good: Decimal
    target: Decimal
    requested_quantity: Decimal
    confirmed_quantity: Decimal
    shipped_quantity: Decimal
    received_quantity: Decimal
    rejected_quantity: Decimal
    closed_short_reason: str
    position: int
    unit: str
    part_number: str
    part_name: str
    part_name_en: str
    buyer_legal_name: str
    buyer_name_en: str
    supplier_legal_name: str
    supplier_name_en: str


ELSEWHERE = {
    "position": "line__position",
    "unit": "line__unit",
    "part_number": "line__partner_part__buyer_number",
    "part_name": "line__partner_part__name",
    "part_name_en": "line__partner_part__name_en",
    **{f"{side}_{name}": f"{side}__{name}" for side in ("buyer", "supplier") for name in ("legal_name", "name_en")},
}
COLUMNS = [ELSEWHERE.get(field.name, field.name) for field in fields(Line)]


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
        unshipped=F("target") - F("shipped_quantity") + F("rejected_quantity"),
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
    if not rows:
        return rows
    wanted = [row["id"] for row in rows] if chosen is None else list(chosen.values())
    scope = require_scope()
    with connections[scope.alias].cursor() as cursor:
        cursor.execute(*first_lines(wanted, view, is_chosen=chosen is not None))
        found = {line.order_id: line for line in starmap(Line, cursor.fetchall())}
    for row in rows:
        _merge(row, found[row["id"]], is_buyer=row["buyer_id"] in scope.organization_ids)
    return rows


def by_line(rows: Sequence[Mapping[str, Any]], view: str = "") -> list[dict[str, Any]]:
    """A row a line for a file: all lines of these orders, or those that the view is about; one statement.

    What is of the order as a whole stands with the first of its lines, so that it may be added up.
    """
    conditions, own = line_views(), require_scope().organization_ids
    lines = with_facts(ScheduleLine.objects.filter(order_id__in=[row["id"] for row in rows]))
    if view in conditions:
        lines = lines.filter(conditions[view])
    by_order: dict[int, list[Line]] = defaultdict(list)
    for line in starmap(Line, lines.order_by("order_id", "line__position", "sequence").values_list(*COLUMNS)):
        by_order[line.order_id].append(line)
    found = []
    for row in rows:
        for nth, line in enumerate(by_order[row["id"]]):
            found.append({**row, "amount": None} if nth else {**row})
            _merge(found[-1], line, is_buyer=row["buyer_id"] in own)
    return found


def first_lines(ids: Sequence[int], view: str = "", *, is_chosen: bool = False) -> tuple[str, list[Any]]:
    """The statement for one line of each order, with its part and the names of both firms, and its parameters.

    Args:
        ids: of orders, each of which gives its first line; `is_chosen`: of the lines themselves.
    """
    sql, parameters = _compiled(view, timezone.localdate(), is_chosen, require_scope())
    return sql, [list(ids) if value is IDS else value for value in parameters]


@lru_cache(maxsize=512)
def _compiled(view: str, today: date, is_chosen: bool, scope: Scope) -> tuple[str, tuple[Any, ...]]:
    """Compiled once a person, view and day: Django takes as long for it as for the rest of a list together."""
    column = "id" if is_chosen else "order_id"
    given = RawSQL(f'"orders_scheduleline"."{column}" = ANY(%s)', [IDS], output_field=BooleanField())
    lines = with_facts(ScheduleLine.objects.filter(given))
    conditions = line_views(today)
    wanted = [name for name in (view, *RANK) if name in conditions]
    whens = [When(conditions[name], then=Value(index)) for index, name in enumerate(wanted)]
    rank = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
    first = lines.order_by("order_id", rank, "due", "line__position", "sequence").distinct("order_id")
    return first.values_list(*COLUMNS).query.sql_with_params()


def _merge(row: dict[str, Any], line: Line, *, is_buyer: bool) -> None:
    row.update(
        line_id=line.id,
        position=line.position,
        line_status=line.status,
        line_fulfilment=line.fulfilment,
        line_closure=line.closure,
        line_due_date=line.due,
        line_change_side=line.asked_by,
        awaits=awaits(line.status, line.asked_by),
        part_number=line.part_number,
        part_name=line.part_name,
        part_name_en=line.part_name_en,
        quantity=line.requested_quantity,
        rest=max(line.target - line.good, Decimal(0)) if line.good and not line.closed_short_reason else None,
        unit=line.unit,
        requested_date=line.requested_date,
        promised_date=line.promised,
        confirmed_date=line.confirmed_date,
        proposed_date=line.promised if line.status == Collaboration.CHANGE_PROPOSED else None,
        partner_legal_name=line.supplier_legal_name if is_buyer else line.buyer_legal_name,
        partner_name_en=line.supplier_name_en if is_buyer else line.buyer_name_en,
    )
