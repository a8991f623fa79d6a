"""Days of supply for suppliers that hold a grant: written beside the stock they come from, never read from it by others."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.events.services import emit_all
from apps.masterdata.models import PartnerPart
from apps.tenancy.access import own
from apps.tenancy.access.grants import in_force
from apps.tenancy.models import Grant, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope

from .models import KIND, CustomerCover
from .need import Need
from .needs import needs

BUCKETS = (0, 1, 3, 7, 14)  # days; the last has no end
ENOUGH = 3  # days
FIGURES = ("days", "is_at_least", "low", "high", "is_enough")


def grants_in_force() -> list[Grant]:
    """Of days of supply, given by the scope's firm."""
    return list(Grant.objects.that(own()).filter(in_force().q(Grant, require_scope()), kind=KIND))


@atomic
def tell_covers() -> int:
    """Bring what suppliers may know of days of supply to what is so now.

    Returns:
        How many rows are new or otherwise than before.
    """
    given = grants_in_force()
    agreed = _agreed(given)
    found = needs(parts={part.part_id for part, _precision in agreed}) if agreed else {}
    of_part: dict[int, list[Need]] = {}
    for (own_part, _site), need in found.items():
        # Of a part of several suppliers the stock says what the others deliver: none of them is told.
        if len(need.supplier_ids) == 1:
            of_part.setdefault(own_part, []).append(need)
    wanted: dict[tuple[int, int, str], CustomerCover] = {}
    for part, precision in agreed:
        for need in of_part.get(part.part_id, ()):
            if (row := _row(part, need, precision)) is not None:
                wanted[part.pk, need.site_id, precision] = row
    standing = {(row.partner_part_id, row.site_id, row.precision): row for row in CustomerCover.objects.on_side(Side.BUYER)}
    gone = [row.pk for key, row in standing.items() if key not in wanted]
    made = [row for key, row in wanted.items() if key not in standing]
    changed, same = [], []
    for key, row in wanted.items():
        before = standing.get(key)
        if before is None:
            continue
        if all(getattr(before, name) == getattr(row, name) for name in FIGURES):
            same.append(before.pk)
            continue
        changed.append(before)
        for name in (*FIGURES, "as_of"):
            setattr(before, name, getattr(row, name))
    _tell_suppliers([*(standing[key] for key in standing if key not in wanted), *made, *changed])
    CustomerCover.objects.filter(pk__in=gone).delete()
    CustomerCover.objects.bulk_create(made)
    # Of what says the same only the moment is written: of thousands of rows few say something else within a minute.
    CustomerCover.objects.filter(pk__in=same).update(as_of=timezone.now())
    CustomerCover.objects.bulk_update(changed, [*FIGURES, "as_of"], batch_size=200)
    return len(gone) + len(made) + len(changed)


def _tell_suppliers(differing: Iterable[CustomerCover]) -> None:
    """An event for each relation of which something differs; the others hear nothing of it."""
    relations = TradingRelation.objects.filter(pk__in={row.relation_id for row in differing}).order_by("pk")
    emit_all(("cover.told", row, row.vendor_code) for row in relations)


def _agreed(given: list[Grant]) -> list[tuple[PartnerPart, str]]:
    """The partner parts that grants show, each with the precision."""
    rows = PartnerPart.objects.on_side(Side.BUYER).filter(
        supplier_id__in={grant.receiver_id for grant in given}, ended_at=None
    )
    parts = list(rows) if given else []
    pairs = {
        (part.pk, grant.precision): part
        for grant in given
        for part in parts
        if part.supplier_id == grant.receiver_id and grant.partner_part_id in (None, part.pk)
    }
    return [(part, precision) for (_pk, precision), part in pairs.items()]


def _row(part: PartnerPart, need: Need, precision: str) -> CustomerCover | None:
    if not need.days or need.is_stale:
        return None
    cover = need.days[0].cover
    days = cover.days.quantize(Decimal("0.1"), ROUND_DOWN)
    low = max(limit for limit in BUCKETS if limit <= cover.days)
    told: dict[str, Any]
    if precision == Grant.Precision.EXACT:
        told = {"days": days, "is_at_least": cover.is_at_least}
    elif precision == Grant.Precision.BUCKET:
        higher = next((limit for limit in BUCKETS if limit > low), None)
        told = {"low": low, "high": None if cover.is_at_least else higher}
    elif cover.is_at_least and cover.days < ENOUGH:
        return None  # the plans end before: nobody knows
    else:
        told = {"is_enough": cover.days >= ENOUGH}
    sides = {"relation_id": part.relation_id, "buyer_id": part.buyer_id, "supplier_id": part.supplier_id}
    now = timezone.now()
    return CustomerCover(**sides, partner_part=part, site=need.site, precision=precision, as_of=now, **told)


def covers_seen(parts: list[int] | None = None) -> dict[tuple[int, int], CustomerCover]:
    """What customers let the scope's firm know, by partner part and site, the most precise that stands; one statement."""
    rows = CustomerCover.objects.on_side(Side.SUPPLIER)
    rows = rows if parts is None else rows.filter(partner_part_id__in=parts)
    order = {"exact": 0, "bucket": 1, "yes_no": 2}
    found: dict[tuple[int, int], CustomerCover] = {}
    for row in sorted(rows, key=lambda row: -order[row.precision]):
        found[row.partner_part_id, row.site_id] = row
    return found


def offers() -> list[Grant]:
    """Offers of days of supply that are not ended, of both sides; one statement."""
    rows = Grant.objects.filter(kind=KIND, revoked_at=None, is_offer=True)
    return list(rows.select_related("organization", "receiver", "partner_part").order_by("pk"))


def cover_text(row: CustomerCover | None) -> str:
    """What a customer lets know, in words; "" where nothing stands."""
    if row is None:
        return ""
    if row.precision == Grant.Precision.EXACT:
        number = f"{row.days:f}".removesuffix(".0")
        return _("%(n)s days") % {"n": f"≥ {number}" if row.is_at_least else number}
    if row.precision == Grant.Precision.BUCKET:
        if row.high is None:
            return _("%(n)s days or more") % {"n": row.low}
        return _("%(low)s to %(high)s days") % {"low": row.low, "high": row.high}
    words = _("enough for %(n)s days") if row.is_enough else _("less than %(n)s days")
    return words % {"n": ENOUGH}
