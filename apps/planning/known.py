"""What plans, stock rules and bills say of own parts, read together: demand as far as plans in force know it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast

from apps.common.among import among
from apps.common.units import QUANTITY_DIGITS

from .explosion import Item
from .models import BillItem, Demand, KnownDemand, SafetyStock
from .selectors import FURTHEST_FIRST
from .stocking import StockRule

Place = tuple[int, int]  # own part, site
_DEMAND, _KNOWN, _PASSED, _RULE, _GOES = range(5)
ZERO = Decimal(0)
# The columns of all kinds of rows, behind that of the kind; empty where a kind has none.
_COLUMNS: dict[str, Any] = {
    "one": BigIntegerField(),
    "other": BigIntegerField(),
    "first": DateField(),
    "last": DateField(),
    "much": DecimalField(**QUANTITY_DIGITS),
    "low": DecimalField(**QUANTITY_DIGITS),
    "high": DecimalField(**QUANTITY_DIGITS),
    "count": BigIntegerField(),
    "words": CharField(),
    "moment": DateTimeField(),
    "is_so": BooleanField(),
    "days": ArrayField(DateField()),
    "taken_on": ArrayField(DateField()),
    "quantities": ArrayField(DecimalField(**QUANTITY_DIGITS)),
}


@dataclass(frozen=True)
class Needed:
    """The demand of one part at one site in its base unit, as the plans in force know it.

    Attributes:
        days: quantity by day; a day without needs none, until `until`.
        ahead: (day, day on which it is taken, quantity) of what should be there before that.
        passed: what was to be taken on days of the plans that have passed, used or not.
        until: after it nothing is known.
        drawn_at: when the oldest of the plans behind it was drawn.
        plans: those plans, id and number.
    """

    days: dict[date, Decimal]
    until: date
    drawn_at: Any
    plans: list[tuple[int, str]]
    ahead: tuple[tuple[date, date, Decimal], ...] = ()
    passed: Decimal = ZERO

    def on(self, today: date) -> "Needed":
        """As it is on a day: what should have been there before and is not taken yet is due on it."""
        due = sum((quantity for day, taken_on, quantity in self.ahead if day < today <= taken_on), Decimal(0))
        return replace(self, days={**self.days, today: self.days.get(today, Decimal(0)) + due}) if due else self


@dataclass(frozen=True)
class Known:
    """
    Attributes:
        needed: by own part and site.
        rules: what should lie there, where it was asked for.
        goes: by parent, what goes into the parts that were asked for.
    """

    needed: dict[Place, Needed] = field(default_factory=dict)
    rules: dict[Place, StockRule] = field(default_factory=dict)
    goes: dict[int, list[Item[int]]] = field(default_factory=dict)


def known(
    *,
    first: date,
    last: date,
    parts: Collection[int] | None = None,
    with_rules: bool = False,
    parents: Collection[int] = (),
) -> Known:
    """What is known of own parts at own sites from day to day; one statement, however many.

    Args:
        parts: of these alone, with what days that have passed needed; of all where None.
        parents: of these parts what goes into them is read too.
    """
    demand = Demand.objects.filter(Q(day__gte=first) | Q(taken_on__gte=first), day__lte=last)
    plans, rules = KnownDemand.objects.all(), SafetyStock.objects.all()
    if parts is not None:
        demand, plans, rules = (rows.filter(among("part", parts)) for rows in (demand, plans, rules))
    # One row a part and site, for there may be a hundred thousand days; aggregates of one row list in one order.
    listed = {"days_of": ArrayAgg("day"), "taken_of": ArrayAgg("taken_on"), "quantities_of": ArrayAgg("quantity")}
    by_place = demand.order_by().values("part_id", "site_id").annotate(**listed)
    lists = {"days": "days_of", "taken_on": "taken_of", "quantities": "quantities_of"}
    rows = [
        _told(by_place, _DEMAND, one="part_id", other="site_id", **lists),
        _told(
            plans.annotate(place=FURTHEST_FIRST[0]),
            _KNOWN,
            **{"one": "part_id", "other": "site_id", "last": "until", "much": "place", "count": "release_id"},
            **{"words": "release__number", "moment": "release__as_of"},
        ),
    ]
    if parts is not None:
        passed = Demand.objects.filter(Q(taken_on=None) | Q(taken_on__lt=first), among("part", parts), day__lt=first)
        before = passed.order_by().values("part_id", "site_id").annotate(sum=Sum("quantity"))
        rows.append(_told(before, _PASSED, one="part_id", other="site_id", much="sum"))
    if with_rules:
        limits = {"much": "quantity", "low": "minimum", "high": "maximum", "is_so": "is_up_to_maximum"}
        rows.append(_told(rules, _RULE, one="part_id", other="site_id", **limits))
    if parents:
        items = {"one": "parent_id", "other": "component_id", "much": "quantity", "low": "scrap_share"}
        when = {"count": "offset_days", "first": "valid_from", "last": "valid_until"}
        rows.append(_told(BillItem.objects.filter(among("parent", parents)), _GOES, **items, **when))
    return _known(_read(rows[0].union(*rows[1:], all=True)), first)


def needed(*, first: date, last: date, parts: Collection[int] | None = None) -> dict[Place, Needed]:
    """What is needed of own parts at own sites from day to day, by (part, site); one statement, however many."""
    return known(first=first, last=last, parts=parts).needed


def _told(rows: QuerySet[Any, Any], kind: int, **columns: str) -> QuerySet[Any, Any]:
    """Rows of one kind in the columns of all: each from one of the row's own, or nothing."""
    named: dict[str, Any] = {"of_kind": Value(kind, BigIntegerField())}
    for name, kept in _COLUMNS.items():
        named[f"of_{name}"] = F(columns[name]) if name in columns else Cast(Value(None), kept)
    return rows.order_by().annotate(**named).values_list(*named)


def _read(rows: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """As the driver gives them, each value of its type already: a firm's plans are more than a hundred thousand rows, and
    the conversions that the ORM adds to each are seen in the time of an outlook."""
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:  # no part is asked for
        return []
    with connections[rows.db].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _known(rows: Iterable[tuple[Any, ...]], today: date) -> Known:
    days: dict[Place, dict[date, Decimal]] = {}
    ahead: dict[Place, list[tuple[date, date, Decimal]]] = {}
    plans: dict[Place, list[tuple[Any, ...]]] = {}
    passed: dict[Place, Decimal] = {}
    found = Known()
    for kind, one, other, first, last, much, low, high, count, words, moment, is_so, *listed in rows:
        place = (one, other)
        if kind == _DEMAND:
            own, before = days.setdefault(place, {}), ahead.setdefault(place, [])
            for day, taken_on, quantity in zip(*listed, strict=True):
                own[day] = own.get(day, ZERO) + quantity
                if taken_on is not None and taken_on > day:
                    before.append((day, taken_on, quantity))
        elif kind == _KNOWN:
            plans.setdefault(place, []).append((much, count, last, words, moment))
        elif kind == _PASSED:
            passed[place] = much
        elif kind == _RULE:
            found.rules[place] = StockRule(much, low, high, is_so)
        else:
            valid = (day.toordinal() if day else None for day in (first, last))
            found.goes.setdefault(one, []).append(Item(other, much, low, count, *valid))
    for place, told in plans.items():
        told.sort()
        until = told[0][2]  # the first says how far demand is known: FURTHEST_FIRST
        if until >= today:
            drawn, numbers = min(row[4] for row in told), [(row[1], row[3]) for row in told]
            own, later = days.get(place, {}), tuple(ahead.get(place, ()))
            found.needed[place] = Needed(own, until, drawn, numbers, later, passed.get(place, ZERO))
    return found
