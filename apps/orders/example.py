"""Three months of invented orders, and half a year of weekly calls. The past is written as history; the present goes
through the services, like real work."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.masterdata.example import FAMILIES, PROVISIONING, Demo
from apps.masterdata.models import NumberRange, PartnerPart
from apps.orders import services
from apps.orders.models import Confirmation, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from apps.orders.services.shared import derive
from apps.orders.statuses import Collaboration, ConfirmationState
from apps.tenancy.bases import sides_of
from apps.tenancy.models import TradingRelation
from apps.tenancy.scope import organization_scope, unscoped

FIRST_NUMBER = 11000
FIRST_CALL = 10500
# Parts that no plan of their site names: number → share of a lot in each of so many weeks up to last week.
WEEKS = 13  # that one order calls
CALLED = {
    "KNU-2210": [0.3 + 0.02 * (n % 4) for n in range(2 * WEEKS)],
    "KNU-2220": [0.15 + 0.005 * n for n in range(2 * WEEKS)],
    "BKT-2230": [0.25 if n % 3 == 0 else 0 for n in range(2 * WEEKS)],
}
# Other days than were asked for: in the agreed window, though in the freeze fence; and outside of it.
SHIFTED = {"near": timedelta(days=-1), "later": timedelta(days=6)}


def create_past(demo: Demo, *, seed: int = 1) -> None:
    """Confirmed orders of the last 90 days, most of them received, some late; and what was called before, week by week."""
    chance, count = random.Random(seed), demo.order_count
    today = timezone.localdate()
    found: list[tuple[PurchaseOrder, list[Any]]] = list(_calls(demo, today, random.Random(seed + 1)))
    for index in range(count):
        day = today - timedelta(days=90 - index * 85 // count)
        relation = demo.relations[chance.randrange(len(demo.relations))]
        order = _order(demo, relation, FIRST_NUMBER + index, day, chance)
        rows = [
            _past_line(demo, order, position, day, today, chance)
            for position in range(1, chance.choice((1, 1, 1, 2, 3)) + 1)
        ]
        found.append((order, rows))
    for order, rows in found:
        _finish(order, rows)
    together = [row for _order, rows in found for row in rows]
    for model, objects in (
        (PurchaseOrder, [order for order, _rows in found]),
        (PurchaseOrderLine, list({id(line): line for line, _, _ in together}.values())),
        (ScheduleLine, [item for _, item, _ in together]),
        (Confirmation, [answer for _, _, answer in together]),
    ):
        model.objects.bulk_create(objects, batch_size=2000)
    NumberRange.objects.create(organization=demo.lead, kind="order", prefix="PO-", last=FIRST_NUMBER + count)


def _calls(demo: Demo, today: date, chance: random.Random) -> Iterator[tuple[PurchaseOrder, list[Any]]]:
    """Enough weeks of a few parts to forecast what comes: each quarter one order, with a delivery in most of its weeks."""
    by_number = {part.buyer_number: (part, relation) for relation in demo.relations for part in demo.parts[relation.pk]}
    monday, number = today - timedelta(days=today.weekday()), FIRST_CALL
    for called, shares in CALLED.items():
        part, relation = by_number[called]
        lot = FAMILIES[called.split("-")[0]][3]
        for first in range(0, len(shares), WEEKS):
            day = monday - timedelta(weeks=len(shares) - first + 2)
            order, number = _order(demo, relation, number, day, chance), number + 1
            line = _line(order, 1, part)
            rows: list[Any] = []
            for week, share in enumerate(shares[first : first + WEEKS], start=first):
                if not share:
                    continue
                requested = monday - timedelta(weeks=len(shares) - week) + timedelta(days=2)
                quantity = Decimal(round(lot * share * chance.uniform(0.85, 1.15)))
                arrival = requested + timedelta(days=chance.choice((-1, 0, 0, 0, 0, 0, 2)))
                item, answer = _item(demo, line, quantity, (requested, requested), arrival)
                item.sequence = len(rows) + 1
                rows.append((line, item, answer))
            yield order, rows


def _order(demo: Demo, relation: TradingRelation, number: int, day: date, chance: random.Random) -> PurchaseOrder:
    at = timezone.make_aware(datetime.combine(day, time(9, 30)))
    return PurchaseOrder(
        **sides_of(relation),
        number=f"PO-{number}",
        order_date=day,
        receiving_site=demo.site,
        contact_id=demo.buyer_id,
        contact_name="김지원",
        is_draft=False,
        published_at=at,
        answered_at=at + timedelta(hours=chance.randint(1, 30)),
    )


def _past_line(
    demo: Demo, order: PurchaseOrder, position: int, day: date, today: date, chance: random.Random
) -> tuple[PurchaseOrderLine, ScheduleLine, Confirmation]:
    part = chance.choice(demo.parts[order.relation_id])
    lot = FAMILIES[part.buyer_number.split("-")[0]][3]
    quantity = Decimal(round(lot * chance.choice((0.5, 1, 1, 1.5, 2))))
    requested = day + timedelta(days=chance.randint(7, 28))
    promised = requested + timedelta(days=chance.choice((0, 0, 0, 0, 0, -1, 2, 4)))
    arrival = max(promised + timedelta(days=chance.choice((-1, 0, 0, 0, 0, 0, 0, 1, 3))), day)
    came = arrival <= today - timedelta(days=1)
    stays_late = came and promised > today - timedelta(days=6) and chance.random() < 0.25
    line = _line(order, position, part)
    return line, *_item(demo, line, quantity, (requested, promised), arrival if came and not stays_late else None)


def _line(order: PurchaseOrder, position: int, part: PartnerPart) -> PurchaseOrderLine:
    return PurchaseOrderLine(
        **sides_of(order),
        is_draft=False,
        order=order,
        position=position * 10,
        partner_part=part,
        unit=part.unit,
        unit_price=part.unit_price,
    )


def _item(
    demo: Demo, line: PurchaseOrderLine, quantity: Decimal, days: tuple[date, date], arrival: date | None
) -> tuple[ScheduleLine, Confirmation]:
    """One delivery, confirmed for the second of its days, and here since its arrival."""
    requested, promised = days
    item = ScheduleLine(
        **sides_of(line),
        is_draft=False,
        order=line.order,
        line=line,
        requested_quantity=quantity,
        requested_date=requested,
        status=Collaboration.CONFIRMED,
        answered_quantity=quantity,
        confirmed_quantity=quantity,
        confirmed_date=promised,
        first_confirmed_date=promised,
        otif_base_date=promised,
        shipped_quantity=quantity if arrival else 0,
        received_quantity=quantity if arrival else 0,
        received_on=arrival,
    )
    answer = Confirmation(
        **sides_of(line),
        schedule_line=item,
        quantity=quantity,
        delivery_date=promised,
        state=ConfirmationState.ACCEPTED,
        reason="" if promised == requested else "material",
        created_by_id=demo.sellers[line.relation_id],
    )
    return item, answer


def _finish(order: PurchaseOrder, rows: list[Any]) -> None:
    line, item, _ = rows[0]
    part = line.partner_part
    order.part_number, order.part_name, order.part_name_en = part.buyer_number, part.name, part.name_en
    order.quantity, order.unit, order.line_count = item.requested_quantity, line.unit, len({id(line) for line, _, _ in rows})
    order.requested_date, order.promised_date = item.requested_date, item.confirmed_date
    order.amount = sum((x.unit_price * i.requested_quantity for x, i, _ in rows), Decimal(0))
    derive(order, [i for _, i, _ in rows])


def create_present(demo: Demo) -> None:
    """This week's work through the services: some answered, some changed, some waiting, one a draft."""
    today = timezone.localdate()
    chance = random.Random(7)
    plans = [
        "confirm",
        "confirm",
        "propose",
        "wait",
        "open",
        "propose",
        "wait",
        "confirm",
        "wait",
        "later",
        "wait",
        "draft",
        "near",
        "reject",
    ]
    for number, plan in enumerate(plans):
        relation = demo.relations[number % len(demo.relations)]
        parts = demo.parts[relation.pk]
        wanted = [
            services.OrderLine(
                part.pk,
                Decimal(FAMILIES[part.buyer_number.split("-")[0]][3]),
                today + timedelta(days=2 if plan == "near" else chance.randint(4, 18)),
            )
            for part in parts[: 1 + number % 3]
        ]
        with organization_scope(demo.lead.pk, user_id=demo.buyer_id, source="screen"):
            order = services.draft_order(relation_id=relation.pk, receiving_site_id=demo.site.pk, lines=wanted)
            if plan != "draft":
                services.publish_order(order_id=order.pk)
        if plan not in ("draft", "wait"):
            with organization_scope(relation.supplier_id, user_id=demo.sellers[relation.pk], source="screen"):
                _answer(order, plan)
    _let_one_answer_be_overdue(demo)


def _answer(order: PurchaseOrder, plan: str) -> None:
    services.acknowledge_order(order_id=order.pk)
    if plan == "open":
        return
    answers = []
    for place, item in enumerate(ScheduleLine.objects.filter(order_id=order.pk).order_by("pk")):
        if plan == "reject":
            answers.append(services.Answer(item.pk, [], "capacity"))
        elif plan == "propose" and place == 0:
            half = item.requested_quantity // 2
            days = [item.requested_date, item.requested_date + timedelta(days=5)]
            parts = [services.Part(half, days[0]), services.Part(item.requested_quantity - half, days[1])]
            answers.append(services.Answer(item.pk, parts, "tooling"))
        elif plan in SHIFTED:
            part = services.Part(item.requested_quantity, item.requested_date + SHIFTED[plan])
            answers.append(services.Answer(item.pk, [part], "transport" if plan == "near" else "material"))
        else:
            answers.append(services.Answer(item.pk, [services.Part(item.requested_quantity, item.requested_date)]))
    services.answer_order(order_id=order.pk, answers=answers)


def _let_one_answer_be_overdue(demo: Demo) -> None:
    with unscoped(reason=PROVISIONING):
        waiting = PurchaseOrder.objects.filter(buyer=demo.lead, status=Collaboration.PUBLISHED).order_by("pk").first()
        if waiting:
            waiting.answer_due_at = timezone.now() - timedelta(hours=3)
            waiting.save(update_fields=["answer_due_at"])
