"""What customers may know of capacity for their parts, written beside it: exact, in buckets, as yes and no."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from apps.common.units import UNITS
from apps.events.services import emit_all
from apps.production.telling import bucket
from apps.tenancy.access import own
from apps.tenancy.access.grants import in_force
from apps.tenancy.models import Grant, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from . import selectors
from .load import Given, Load, kept_of
from .locking import lock
from .models import CapacityAgreement, CapacityGroup, ToldCapacity
from .shared_models import KIND

AHEAD = 26  # weeks
FIGURES = ("name", "parts", "unit", "actual", "maximum", "load", "least", "below", "is_enough")


def grants() -> QuerySet[Grant]:
    """Of firms that share their capacity, or offered to: what is told is written before the other side agrees."""
    return Grant.objects.filter(kind=KIND, revoked_at=None)


def tell_if_shared() -> None:
    """After capacity or an agreement changed: nothing is written where nobody is shown anything."""
    if Grant.objects.that(own()).filter(kind=KIND, revoked_at=None).exists():
        tell()


@atomic
def tell() -> int:
    """Bring what the firm tells its customers of capacity to what is so; customers who see what differs hear of it.

    What was said to hold, and is as before, is as old as that is from then on, and nobody hears of it.

    Returns:
        How many rows are new, or otherwise than before.
    """
    lock()
    relations = {row.pk: row for row in TradingRelation.objects.on_side(Side.SUPPLIER).filter(ended_at=None)}
    agreed = list(CapacityAgreement.objects.on_side(Side.SUPPLIER).filter(ended_at=None).exclude(agreed_at=None))
    wanted: list[ToldCapacity] = []
    for _site, rows in groupby(selectors.groups().order_by("site_id", "code", "pk"), key=lambda row: row.site_id):
        found = list(rows)
        for one in selectors.loads(found[0].site, found, count=AHEAD):
            for relation in one.customers.keys() & relations.keys():
                mine = [row for row in agreed if row.relation_id == relation and row.group_id == one.group.pk]
                wanted += _of_customer(one, relations[relation], mine)
    before = {_place(row): row for row in ToldCapacity.objects.on_side(Side.SUPPLIER)}
    fresh = [row for row in wanted if not _is_same(before.get(_place(row)), row)]
    held = [row for row in wanted if _is_same(old := before.get(_place(row)), row) and old and old.told_at != row.told_at]
    places = {_place(row) for row in wanted}
    gone = [row for place, row in before.items() if place not in places]
    replaced = [before[_place(row)] for row in (*fresh, *held) if _place(row) in before]
    ToldCapacity.objects.filter(pk__in=[row.pk for row in (*gone, *replaced)]).delete()
    ToldCapacity.objects.bulk_create([*fresh, *held])
    _tell_customers(relations, [*gone, *fresh])
    return len(gone) + len(fresh)


def _place(row: ToldCapacity) -> tuple[int, int, date, str]:
    return row.relation_id, row.group_id, row.week, row.precision


def _is_same(before: ToldCapacity | None, row: ToldCapacity) -> bool:
    return before is not None and all(getattr(before, name) == getattr(row, name) for name in FIGURES)


def _of_customer(one: selectors.Loads, relation: Any, agreed: list[CapacityAgreement]) -> list[ToldCapacity]:
    """The weeks of a group as one customer may know them: what was agreed with it, or the whole of what is for it alone.

    Nothing here depends on who else shares the group, and of what the customer asks only the exact load does, which is its
    own figure: by changing its demand it learns nothing of the capacity.
    """
    group, party = one.group, one.customers[relation.pk]
    numbers = "\n".join(sorted(party.numbers))[:2000]
    whose = {"relation_id": relation.pk, "buyer_id": relation.buyer_id, "supplier_id": relation.supplier_id}
    same = whose | {"group": group, "name": group.name, "parts": numbers, "unit": group.unit}
    same |= {"told_at": group.said_at or group.created_at}
    told = []
    for week in one.weeks:
        at = same | {"week": week.monday}
        promised = next((row.quantity for row in agreed if row.is_of(week.monday)), None)
        actual, maximum = _shown(one, relation.pk, week, promised)
        if actual is not None:
            least, below = bucket(actual) if actual > 0 else (Decimal(0), Decimal(0))
            is_sure = party.until is not None and week.monday + timedelta(days=6) <= party.until
            own_load = round(party.asked.get(week.monday, Decimal(0)), 6) if is_sure else None
            told.append(ToldCapacity(**at, precision="exact", actual=actual, maximum=maximum, load=own_load))
            told.append(ToldCapacity(**at, precision="bucket", least=least, below=below))
        if promised is not None:
            told.append(ToldCapacity(**at, precision="yes_no", is_enough=_is_as_agreed(group, week, promised)))
    return told


def _shown(
    one: selectors.Loads, relation_id: int, week: Load, promised: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """(actual, maximum) as one customer may know them; None: it is told nothing."""
    if one.group.made_for_id == relation_id:
        return week.given.actual, week.given.maximum
    if promised is None:
        return None, None
    return kept_of(promised, week.given, one.group.usual, places=UNITS[one.group.unit].places), None


def _is_as_agreed(group: CapacityGroup, week: Load, promised: Decimal) -> bool:
    """The week gives as much as a usual one, less days off, and that is as much as was agreed.

    A few days off shorten what everybody gets: then the usual week is held against what was agreed, as when it was proposed.
    """
    given = week.given
    if given.actual is None:
        return True
    if not given.is_usual and (given.actual == 0 or (given.expected is not None and given.actual < given.expected)):
        return False
    is_shortened = given.expected is not None and group.usual is not None and given.expected < group.usual
    most = Given(group.usual, group.usual_maximum).most if given.is_usual or is_shortened else given.most
    return most is None or most >= promised


def _tell_customers(relations: dict[int, Any], differing: Collection[ToldCapacity]) -> None:
    """An event for each relation whose buyer may see something that differs; the others hear nothing of it."""
    if not differing:
        return
    mine = Grant.objects.that(in_force()).filter(kind=KIND, organization_id=require_scope().organization_id)
    shown = set(mine.values_list("receiver_id", "precision"))
    touched = {row.relation_id for row in differing if (row.buyer_id, row.precision) in shown}
    emit_all(("capacity.told", relations[pk], relations[pk].vendor_code) for pk in sorted(touched) if pk in relations)
