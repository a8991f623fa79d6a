"""What customers ask of the parts that a firm supplies, by week: their open orders, and the demand that they tell.

Neither is added to the other: an order asks for pieces that the demand needs. The greater counts, in all up to each week.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Any

from django.db import connections
from django.db.models import Q

from apps.calendars.days import DAY, USUAL_WEEK, Days
from apps.common.units import UNITS, MixedUnits, convert
from apps.masterdata.models import PartnerPart
from apps.orders import reads as orders
from apps.planning.told import told
from apps.planning.weeks import monday_of
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope

# What is announced already is made; what is overdue has no valid day and is due in this week.
_OPEN = f"""
    WITH {orders.to_come(Side.SUPPLIER)}
    SELECT partner_part_id, unit, coalesce(day, %(today)s::date), sum(quantity) FROM to_come GROUP BY 1, 2, 3
"""


@dataclass
class Asked:
    """Of one partner part, in its unit, by the Monday of the week.

    Attributes:
        until: the last day of which its customer told its demand; None where it tells none.
        unfit: units that do not convert, "KGM → H87".
    """

    ordered: dict[date, Decimal] = field(default_factory=dict)
    told: dict[date, Decimal] = field(default_factory=dict)
    until: date | None = None
    unfit: str = ""

    def weeks(self) -> dict[date, Decimal]:
        """The greater of both sums from the first week on: pieces ordered at once for several weeks are asked once. After
        the last week that is told of, orders stand for themselves."""
        zero = Decimal(0)
        ordered = told = most = zero
        found = {}
        for week in sorted({*self.ordered, *self.told}):
            if self.until is None or week > self.until:
                found[week] = max(self.ordered.get(week, zero), self.told.get(week, zero))
                continue
            ordered, told = ordered + self.ordered.get(week, zero), told + self.told.get(week, zero)
            found[week] = max(ordered, told, most) - most
            most += found[week]
        return found


def supplied(own_numbers: Collection[str], partner_parts: Collection[int]) -> list[PartnerPart]:
    """Partner parts that the scope's firm supplies, by the number of its own part or by their ids; one statement."""
    rows = PartnerPart.objects.on_side(Side.SUPPLIER).filter(ended_at=None)
    named = Q(own_number__in=[number for number in own_numbers if number]) | Q(pk__in=partner_parts)
    return list(rows.filter(named).order_by("pk"))


def left_of(days: Days | None, today: date) -> tuple[int, int] | None:
    """(Working days left, today among them, of its working days) of the running week; None before one has passed.

    Args:
        days: None where no calendar is kept: Monday to Friday, as a week of demand is spread.
    """
    week = [monday_of(today) + n * DAY for n in range(7)]
    worked = [day for day in week if (days or USUAL_WEEK).is_working(day)]
    left = [day for day in worked if day >= today]
    return None if len(left) == len(worked) else (len(left), len(worked))


def asked(parts: Mapping[int, PartnerPart], today: date, days: Days | None = None) -> dict[int, Asked]:
    """Of partner parts by their ids; three statements. Of days that have passed nothing is asked any more.

    Of what is told for the running week by the week, the share of its working days that are left: what of it is made by
    now nobody says. What is due once its last working day has passed is due in the next week that is worked in.
    """
    left, monday = left_of(days, today), monday_of(today)
    due = monday_of((days or USUAL_WEEK).first_from(today))
    found = {pk: Asked() for pk in parts}
    scope = require_scope()
    values: dict[str, Any] = {"own": [scope.organization_id], "parts": list(parts), "today": today}
    with connections[scope.alias].cursor() as cursor:
        cursor.execute(_OPEN, values)
        for pk, unit, day, quantity in cursor.fetchall():
            _add(found[pk], found[pk].ordered, max(monday_of(day), due), quantity, unit, parts[pk].unit)
    for row in told(Side.SUPPLIER, partner_parts=list(parts)):
        own = found[row.part.pk]
        own.until = row.until if own.until is None else min(own.until, row.until)
        for (bucket, day, _level), quantity in row.rows.items():
            week = monday_of(day)
            if bucket == "week" and week == monday and left is not None:
                _add(own, own.told, week, rest_of_week(quantity, left, row.unit), row.unit, parts[row.part.pk].unit)
            elif day >= today or (bucket == "week" and week == monday):
                _add(own, own.told, max(week, due), quantity, row.unit, parts[row.part.pk].unit)
    return found


def rest_of_week(quantity: Decimal, left: tuple[int, int], unit: str) -> Decimal:
    """The share of the days left of a week, rounded up: what is needed is never less."""
    return (quantity * left[0] / left[1]).quantize(Decimal(1).scaleb(-UNITS[unit].places), ROUND_UP)


def _add(own: Asked, weeks: dict[date, Decimal], week: date, quantity: Decimal, unit: str, wanted: str) -> None:
    try:
        amount = convert(quantity, unit, wanted) if unit != wanted else quantity
    except MixedUnits as error:
        own.unfit = str(error.value)
        return
    weeks[week] = weeks.get(week, Decimal(0)) + amount
