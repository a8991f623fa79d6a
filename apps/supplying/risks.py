"""Lines that a supplier may not keep, and why: past their day, promised later than needed, or not covered by stock and what
is told to be made."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from apps.common.units import can_convert, convert
from apps.deliveries.models import ShipmentNotice
from apps.orders.services import refusal_by_way, refusal_of_change
from apps.orders.worklines import Standing, WorkLine, standing, work_lines
from apps.production.models import Told, ToldKind
from apps.tenancy.access import own
from apps.tenancy.models import Grant
from apps.tenancy.roles import Side
from apps.tower.supplier_day import asked_of, late_of, on_the_way, to_depart, trips_in_full
from apps.tower.supply import Commitment, commitments

LATE, LATER, SHORT = "late", "later", "short"
ON_WAY = "on_way"  # of what is late or later the whole rest is on its way: nothing is left to do for the supplier
# What the supplier does about one: answer what is asked, let leave what is announced, ask for another day.
ANSWER, DEPART, CHANGE = "answer", "depart", "change"


@dataclass
class Cover:
    """What there is for the open lines of a part until one of them is due, in the part's unit.

    Attributes:
        stock: without what is announced and has not left.
        planned: from today on, of today what is not reported yet.
        earlier: what lines that are due before this one take of both.
    """

    stock: Decimal
    planned: Decimal
    earlier: Decimal
    missing: Decimal

    @property
    def left(self) -> Decimal:
        """For this line, once the earlier ones have theirs."""
        return max(self.stock + self.planned - self.earlier, Decimal(0))


@dataclass
class Risk:
    """One open line; `cover` where pieces of it are missing as far as stock and production are told, `arrives` where its
    whole rest is on the way, `leaves` where all of it is announced and this delivery has not left."""

    line: WorkLine
    found: Standing
    reasons: list[str] = field(default_factory=list)
    cover: Cover | None = None
    arrives: date | None = None
    leaves: ShipmentNotice | None = None

    @property
    def to_do(self) -> str:
        """What its supplier does about it; "" where nothing is left to do or may be done."""
        if asked_of([self.line]):
            return ANSWER
        if self.leaves is not None:
            return DEPART
        refused = refusal_of_change(self.found.row, Side.SUPPLIER, has_open=self.found.change is not None)
        if self.arrives is not None or refused or refusal_by_way(self.found.order, Side.SUPPLIER):
            return ""
        return CHANGE

    @property
    def days_late(self) -> int:
        """Since its promised, else requested day has passed."""
        return max((timezone.localdate() - self.line.due).days, 0)

    @property
    def days_later(self) -> int:
        """By how much it is promised or offered later than requested."""
        return (self.line.promised - self.line.requested_date).days if self.line.promised else 0

    @property
    def order(self) -> tuple[date, int]:
        return (self.line.due, self.line.id)


def risks() -> list[Risk]:
    """Open lines of the scope's supplier that are at risk, in no order; nine statements."""
    lines = {line.id: line for line in work_lines(Side.SUPPLIER, names=("open",))}
    held = {
        pk: item for pk, item in commitments(parts={line.part_id for line in lines.values()}).items() if not item.is_stale
    }
    reasons: dict[int, list[str]] = {}
    trips = trips_in_full(line for line in lines.values() if line.is_later or line.due < timezone.localdate())
    sent, leaving = on_the_way(trips), to_depart(trips)
    for line in late_of(lines.values(), sent):
        reasons.setdefault(line.id, []).append(LATE)
    for line in lines.values():
        if line.is_later and line.id not in sent:
            reasons.setdefault(line.id, []).append(LATER)
    reasons |= {pk: [ON_WAY] for pk in sent}
    watched = [line for line in lines.values() if (item := held.get(line.part_id)) and item.behind_in_days is not None]
    found = standing({*reasons, *(line.id for line in watched)}, side=Side.SUPPLIER)
    short = _short([line for line in watched if line.id in found], found, held)
    for pk in short:
        reasons.setdefault(pk, []).append(SHORT)
    return [
        Risk(lines[pk], found[pk], why, short.get(pk), sent.get(pk), leaving.get(pk))
        for pk, why in reasons.items()
        if pk in found
    ]


def _short(lines: list[WorkLine], found: dict[int, Standing], held: dict[int, Commitment]) -> dict[int, Cover]:
    """Of parts whose stock is behind their orders the lines that what is told to be made does not cover either, by line."""
    planned = _planned({line.part_id for line in lines})
    wanted: dict[int, Decimal] = {}
    short: dict[int, Cover] = {}
    for line in sorted(lines, key=lambda line: (line.due, line.id)):
        row, part = found[line.id].row, found[line.id].part
        rest = line.unshipped
        if rest <= 0 or not can_convert(row.line.unit, part.unit):
            continue
        own = convert(rest, row.line.unit, part.unit)
        earlier = wanted.get(part.pk, Decimal(0))
        wanted[part.pk] = earlier + own
        made = sum((n for day, n in planned.get(part.pk, []) if day <= line.due), Decimal(0))
        free = held[part.pk].stock - held[part.pk].announced
        missing = wanted[part.pk] - free - made
        if missing > 0:
            short[line.id] = Cover(free, made, earlier, min(missing, own))
    return short


def _planned(parts: set[int]) -> dict[int, list[tuple[date, Decimal]]]:
    """What the firm's own plans in force make of parts, as it would be told to their customers; one statement. What is
    reported of today lies in the stock already."""
    today = timezone.localdate()
    rows = Told.objects.that(own()).filter(partner_part__in=parts, precision=Grant.Precision.EXACT, day__gte=today)
    planned: dict[int, dict[date, Decimal]] = {}
    made: dict[int, Decimal] = {}
    for part, kind, day, quantity in rows.values_list("partner_part_id", "kind", "day", "quantity"):
        if kind == ToldKind.PLANNED:
            planned.setdefault(part, {})[day] = quantity
        elif day == today:
            made[part] = quantity
    for part, days in planned.items():
        if today in days:
            days[today] = max(days[today] - made.get(part, Decimal(0)), Decimal(0))
    return {part: list(days.items()) for part, days in planned.items()}
