"""Random acts of both sides on one order, from publishing to inspection; a refused act changes nothing."""

import contextlib
from decimal import Decimal

from django.db import transaction
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.deliveries import services as deliveries
from apps.deliveries.models import HandlingUnit, ShipmentLine, ShipmentNotice
from apps.inventory import services as inventory
from apps.orders import services as orders
from apps.orders.models import ChangeRequest, ScheduleLine
from apps.quality import services as quality
from apps.quality.models import InspectionLot
from tests.world import as_person, in_days

LINE = st.integers(0, 1)
WHICH = st.integers(0, 2)
QUANTITY = st.sampled_from([-1, 0, 1, 10, 40, 44, 50, 100, 110, 111, 130])
DAYS = st.integers(-1, 20)
SIDE = st.sampled_from(["buyer", "supplier"])

PLAIN = ("publish", "acknowledge", "cancel", "accept", "decline")
ACTS = st.one_of(
    *(st.tuples(st.just(name)) for name in PLAIN),
    st.tuples(st.just("close_short"), LINE),
    st.tuples(st.just("answer"), LINE, st.lists(st.tuples(QUANTITY, DAYS), max_size=2), st.sampled_from(["", "material"])),
    st.tuples(st.just("answer"), LINE, st.just([("asked", 10)]), st.just("")),
    st.tuples(st.just("rewrite"), st.lists(QUANTITY, min_size=1, max_size=3)),
    st.tuples(st.just("ask"), SIDE, LINE, QUANTITY, DAYS),
    st.tuples(st.just("ask"), SIDE, LINE, QUANTITY, DAYS, st.tuples(QUANTITY, DAYS)),
    st.tuples(st.just("counter"), LINE, st.lists(st.tuples(QUANTITY, DAYS), max_size=2), st.sampled_from(["", "material"])),
    st.tuples(st.sampled_from(["accept_change", "reject_change", "withdraw_change"]), SIDE, WHICH),
    st.tuples(st.just("ship"), LINE, QUANTITY, st.integers(0, 3)),
    st.tuples(st.sampled_from(["depart", "arrive", "cancel_shipment"]), WHICH),
    st.tuples(st.just("receive"), WHICH, st.none() | st.tuples(QUANTITY, QUANTITY), st.booleans()),
    st.tuples(st.just("receive_package"), WHICH, WHICH, QUANTITY),
    st.tuples(st.just("decide"), WHICH, st.sampled_from(["accepted", "rejected", "special"]), QUANTITY),
    st.tuples(st.just("count"), st.sampled_from(["available", "inspection", "blocked"]), QUANTITY),
)
# Most random sequences never get past the first states: these bring the order where the later acts matter.
TO_CONFIRMED = [("publish",), ("answer", 0, [("asked", 10)], ""), ("answer", 1, [("asked", 10)], "")]
TO_COUNTERED = [*TO_CONFIRMED, ("ask", "buyer", 0, 100, 5), ("counter", 0, [(100, 7)], "material")]
TO_RECEIVED = [*TO_CONFIRMED, ("ship", 0, 100, 2), ("receive", 0, None, True)]


def run(world, order, act) -> None:
    """Do one act; an act that a rule forbids, or that has no object yet, does nothing."""
    with contextlib.suppress(DomainError, IndexError):
        _run(world, order, *act)


def _run(world, order, name, *rest) -> None:
    with as_person(world, _who(name, rest)), transaction.atomic():
        lines = list(ScheduleLine.objects.filter(order_id=order.pk).order_by("pk"))
        if name in ("answer", "counter"):
            index, parts, reason = rest
            asked = lines[index].requested_quantity
            given = [orders.Part(asked if q == "asked" else Decimal(q), in_days(d)) for q, d in parts]
            service = orders.answer_order if name == "answer" else orders.counter_changes
            service(order_id=order.pk, answers=[orders.Answer(lines[index].pk, given, reason)])
        elif name == "rewrite":
            wanted = [orders.OrderLine(world.part.pk, Decimal(quantity), in_days(10)) for quantity in rest[0]]
            orders.rewrite_order(order_id=order.pk, lines=wanted)
        elif name == "ask":
            _side, index, quantity, days, *more = rest
            further = [orders.Part(Decimal(q), in_days(d)) for q, d in more]
            change = orders.Change(lines[index].pk, Decimal(quantity), in_days(days), further)
            orders.request_changes(order_id=order.pk, changes=[change], reason="other")
        elif name.endswith("_change"):
            change = ChangeRequest.objects.order_by("-pk")[rest[1]]
            getattr(orders, name)(change_id=change.pk)
        elif name == "close_short":
            orders.close_short(order_id=order.pk, schedule_line_ids=[lines[rest[0]].pk], reason="demand")
        elif name in PLAIN:
            _service(name)(order_id=order.pk)
        else:
            _run_delivery(world, name, rest, lines)


def _who(name, rest) -> str:
    if name == "ask" or name.endswith("_change"):
        return rest[0]
    if name in ("acknowledge", "answer", "counter", "ship", "depart", "cancel_shipment"):
        return "supplier"
    return {"decide": "inspector"}.get(name, "buyer")


def _service(name):
    return {
        "publish": orders.publish_order,
        "acknowledge": orders.acknowledge_order,
        "cancel": orders.cancel_order,
        "accept": orders.accept_proposals,
        "decline": orders.decline_proposals,
    }[name]


def _run_delivery(world, name, rest, lines) -> None:
    if name == "ship":
        index, quantity, packages = rest
        shipped = deliveries.Shipped(lines[index].pk, Decimal(quantity), "L1", packages)
        deliveries.announce_shipment(lines=[shipped], planned_arrival_on=in_days(1))
    elif name == "count":
        status, quantity = rest
        counted = inventory.Counted(world.part.pk, Decimal(quantity), status, "L1")
        inventory.count_stock(site_id=world.site.pk, counted=[counted])
    elif name == "decide":
        which, decision, quantity = rest
        lot = InspectionLot.objects.order_by("-pk")[which]
        quality.decide(lot_id=lot.pk, decided=[quality.Decided(decision, Decimal(quantity), "surface")])
    else:
        shipment = ShipmentNotice.objects.order_by("-pk")[rest[0]]
        if name == "receive":
            line = ShipmentLine.objects.get(shipment=shipment)
            some = None if rest[1] is None else [deliveries.Received(line.pk, *map(Decimal, rest[1]))]
            deliveries.receive_shipment(shipment_id=shipment.pk, received=some, is_rest_missing=rest[2])
        elif name == "receive_package":
            package = HandlingUnit.objects.filter(shipment=shipment).order_by("pk")[rest[1]]
            one = deliveries.Received(package.line_id, Decimal(rest[2]), package_id=package.pk)
            deliveries.receive_shipment(shipment_id=shipment.pk, received=[one], is_rest_missing=False)
        else:
            getattr(deliveries, name)(shipment_id=shipment.pk)
