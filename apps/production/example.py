"""Production of the example: axles at the lead firm's plants, and what each supplier makes, of the last working days."""

import random
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from apps.inventory import services as inventory
from apps.masterdata.example import FAMILIES, Demo
from apps.masterdata.models import PartnerPart
from apps.planning import selectors as planning
from apps.planning import services as plans
from apps.planning.models import PlanRow, Shortage
from apps.sharing import services as sharing
from apps.tenancy.models import Grant, Site
from apps.tenancy.scope import organization_scope

from . import services
from .services import Made
from .telling import KIND

DAYS = 3
MADE_A_DAY = 3  # parts of a supplier
LYING = Decimal(200)  # of each part that the lead firm makes for its axles


def create_present(demo: Demo, *, seed: int = 5) -> None:
    """Where material is missing, what is there is taken: the example's stock is counted by the month."""
    chance = random.Random(seed)
    _axles(demo)
    _shared(demo)
    for relation in demo.relations:
        parts = demo.parts[relation.pk][:MADE_A_DAY]
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            site = Site.objects.get(organization_id=relation.supplier_id)
            for day in _days():
                made = [_made(part, chance, day) for part in parts]
                services.report(site_id=site.pk, made=made, day=day)


def _axles(demo: Demo) -> None:
    with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
        other = Site.objects.get(organization_id=demo.lead.pk, code="USN1")
        for site in (demo.site, other):
            plans.keep_making_rule(site_id=site.pk, shortage=Shortage.TAKE, over_share=Decimal("0.1"))
            today = timezone.localdate()
            ahead = {row.part_id: row.quantity for row in _planned(site, today)}
            between = {item.component_id for item in planning.bill_items_on(ahead, today)} & planning.made_parts(site.pk)
            counted = [inventory.Counted(None, LYING, part_id=part) for part in sorted(between)]
            inventory.count_stock(site_id=site.pk, counted=counted, reference="월말 실사")
            for day in _days():
                made = [Made(part, quantity, lot=f"{day:%y%m%d}") for part, quantity in ahead.items()]
                services.report(site_id=site.pk, made=made, day=day)


def _shared(demo: Demo) -> None:
    """Three suppliers show the lead firm their production: exactly, in buckets, as yes and no."""
    for relation, precision in zip(demo.relations, Grant.Precision.values, strict=False):
        with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
            grant = sharing.propose_grant(kind=KIND, firm_id=demo.lead.pk, precision=precision)
        with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
            sharing.agree_to_grant(grant_id=grant.pk)


def _planned(site: Site, today: date) -> list[PlanRow]:
    """What the next planned day makes: the days before are as full."""
    parts = planning.made_parts(site.pk)
    for n in range(7):
        rows = list(planning.planned_rows(site.pk, parts, today + timedelta(days=n)))
        if rows:
            return [row for row in rows if row.quantity > 0]
    return []


def _made(part: PartnerPart, chance: random.Random, day: date) -> Made:
    lot = FAMILIES[part.buyer_number.split("-")[0]][3]
    good, rejected = round(lot * chance.choice((0.2, 0.25, 0.3))), chance.choice((0, 0, 0, 2))
    reason = chance.choice(("surface", "dimension", "setup")) if rejected else ""
    return Made(None, Decimal(good), Decimal(rejected), reason, f"{day:%y%m%d}", partner_part_id=part.pk)


def _days() -> list[date]:
    """The working days before today, Monday to Friday."""
    today = timezone.localdate()
    found = [today - timedelta(days=n) for n in range(1, 10)]
    return [day for day in reversed(found) if day.isoweekday() < 6][-DAYS:]
