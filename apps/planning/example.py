"""Bills and plans of the example: three e-axles at the lead firm's two plants, planned by the day, then by the week."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.masterdata.example import Demo
from apps.masterdata.services import create_part
from apps.tenancy.models import Site
from apps.tenancy.scope import organization_scope

from . import services, showing
from .models import Bucket, Commitment
from .services import Goes, Planned
from .stocking import keep_stock_rule

# family → pieces in one of it, scrap share, days before; a variant takes the part of its own number, or the last one.
AXLE = {
    "HSG": ("1", "0", 1),
    "BKT": ("1", "0", 0),
    "PCB": ("1", "0.01", 2),
    "CBL": ("2.4", "0.02", 1),
    "SCR": ("24", "0.02", 0),
    "CLP": ("6", "0", 0),
    "DCT": ("1", "0", 0),
}
GEARBOX = {"SHF": ("2", "0", 1), "GDP": ("4", "0.01", 0), "BRK": ("2", "0", 0)}
UP_TO = {"SCR": (5_000, 40_000), "CLP": (1_200, 10_000)}  # family → minimum and maximum stock at a site
A_DAY = (40, 24, 12)  # axles of each variant
DAILY, WEEKLY = 28, 22  # days, then weeks


def create_present(demo: Demo) -> None:
    """Knuckles go into nothing that is planned: nobody knows what is needed of them."""
    today = timezone.localdate()
    with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
        axles = _bills(demo)
        _show(demo)
        other = Site.objects.get(organization_id=demo.lead.pk, code="USN1")
        for site, made in ((demo.site, axles[:2]), (other, axles[2:])):
            for more in (Decimal(1), Decimal("1.1")):  # the second edition asks for more from the third week on
                rows = [row for axle, a_day in made for row in _plan(axle, a_day, today, more)]
                services.publish_plan(site_id=site.pk, rows=rows)
            _wanted(demo, site)


def _wanted(demo: Demo, site: Site) -> None:
    """Screws and clips are ordered up to a maximum, whatever a week lacks; of boards some days' safety stock lies there."""
    for parts in demo.parts.values():
        for part in parts:
            family = part.buyer_number.partition("-")[0]
            if family in UP_TO:
                least, most = (Decimal(limit) for limit in UP_TO[family])
                place: dict[str, Any] = {"part_id": part.part_id, "site_id": site.pk}
                keep_stock_rule(**place, minimum=least, maximum=most, is_up_to_maximum=True)
            elif family == "PCB":
                keep_stock_rule(part_id=part.part_id, site_id=site.pk, safety=Decimal(60), maximum=Decimal(900))


def _show(demo: Demo) -> None:
    """Every supplier but the last sees all levels; the last one only what is firm."""
    relations = [relation.pk for relation in demo.relations]
    showing.show_levels(levels={pk: (1,) if pk == relations[-1] else tuple(Commitment.values) for pk in relations})


def _bills(demo: Demo) -> list[tuple[int, int]]:
    """(own part, pieces a day) of each axle."""
    bought: dict[str, list[int]] = {}
    for parts in demo.parts.values():
        for part in parts:
            bought.setdefault(part.buyer_number.partition("-")[0], []).append(part.part_id)
    items: list[Goes] = []
    axles = []
    for variant, a_day in enumerate(A_DAY):
        number = 100 * (variant + 1)
        axle = create_part(number=f"AXL-{number}", name=f"전동 액슬 {variant + 1}형", name_en=f"E-axle {variant + 1}")
        gearbox = create_part(number=f"GBX-{number}", name=f"감속기 {variant + 1}형", name_en=f"Gearbox {variant + 1}")
        items.append(Goes(axle.pk, gearbox.pk, Decimal(1), offset_days=1))
        for parent, bill in ((axle, AXLE), (gearbox, GEARBOX)):
            for family, (pieces, scrap, days) in bill.items():
                component = bought[family][min(variant, len(bought[family]) - 1)]
                items.append(Goes(parent.pk, component, Decimal(pieces), Decimal(scrap), days))
        axles.append((axle.pk, a_day))
    services.keep_bills(items=items)
    return axles


def _plan(axle: int, a_day: int, today: date, more: Decimal) -> list[Planned]:
    days = [today + timedelta(days=n) for n in range(DAILY)]
    rows = [
        Planned(axle, day, Decimal(round(a_day * (more if n >= 14 else 1))), level=_level(n))
        for n, day in enumerate(days)
        if day.isoweekday() < 6
    ]
    monday = days[-1] + timedelta(days=8 - days[-1].isoweekday())
    weeks = [monday + timedelta(weeks=n) for n in range(WEEKLY)]
    last = days[-1].isoweekday()
    # What is left of the week in which the days end belongs to no week's row.
    rows += [
        Planned(axle, days[-1] + timedelta(days=n), Decimal(a_day), level=Commitment.MATERIAL) for n in range(1, 6 - last)
    ]
    return rows + [
        Planned(axle, week, Decimal(round(a_day * 5 * more)), Bucket.WEEK, _level((week - today).days)) for week in weeks
    ]


def _level(days: int) -> int:
    return next((level for level, limit in enumerate((14, 28, 56), 1) if days < limit), Commitment.FORECAST)
