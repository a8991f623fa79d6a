"""No sequence of acts by either side breaks an invariant of domain.md 1.3."""

import contextlib
from decimal import Decimal

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.errors import DomainError
from apps.orders import services
from apps.orders.models import Confirmation, PurchaseOrder, ScheduleLine
from apps.orders.statuses import AWAITS_SUPPLIER
from tests.world import as_person, draft, in_days

LINE = st.integers(0, 1)
ACTS = st.one_of(
    st.tuples(st.just("publish")),
    st.tuples(st.just("acknowledge")),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("accept")),
    st.tuples(st.just("decline")),
    st.tuples(st.just("receive"), LINE, st.integers(-1, 130)),
    st.tuples(
        st.just("answer"),
        LINE,
        st.lists(st.tuples(st.integers(-5, 120), st.integers(-2, 20)), max_size=3),
        st.sampled_from(["", "material"]),
    ),
)


def run(world, order, act) -> None:
    name, *rest = act
    who = "supplier" if name in ("acknowledge", "answer") else "buyer"
    with as_person(world, who), transaction.atomic():
        lines = list(ScheduleLine.objects.filter(order_id=order.pk).order_by("pk"))
        if name == "answer":
            index, parts, reason = rest
            given_parts = [services.Part(Decimal(q), in_days(d)) for q, d in parts]
            pk = lines[index].pk if lines else 0
            services.answer_order(order_id=order.pk, answers=[services.Answer(pk, given_parts, reason)])
        elif name == "receive":
            services.add_received(order_id=order.pk, quantities={lines[rest[0]].pk: Decimal(rest[1])})
        else:
            service = {
                "publish": services.publish_order,
                "acknowledge": services.acknowledge_order,
                "cancel": services.cancel_order,
                "accept": services.accept_proposals,
                "decline": services.decline_proposals,
            }[name]
            service(order_id=order.pk)


def check(world, order, before) -> dict:
    """The invariants, against plain sums over the answers; returns what must never change later."""
    with as_person(world, "buyer"):
        row = PurchaseOrder.objects.get(pk=order.pk)
        lines = list(ScheduleLine.objects.filter(order=row).order_by("pk"))
        answers = list(Confirmation.objects.filter(schedule_line__in=lines))
    for line in lines:
        accepted = [a for a in answers if a.schedule_line_id == line.pk and a.state == "accepted"]
        open_ones = [a for a in answers if a.schedule_line_id == line.pk and a.state == "proposed"]
        assert sum(a.quantity for a in accepted) == line.confirmed_quantity
        assert sum(a.quantity for a in accepted + open_ones) == line.answered_quantity <= line.max_quantity
        assert (line.status == "change_proposed") == bool(open_ones)
        assert line.confirmed_date == max((a.delivery_date for a in accepted), default=None)
        assert line.received_quantity <= line.max_quantity
        assert line.received_quantity == 0 or line.status == "confirmed"
        if before.get(line.pk):
            assert line.first_confirmed_date == before[line.pk], "written once"
    assert row.unanswered_count == sum(line.status in AWAITS_SUPPLIER for line in lines)
    assert row.is_draft == (row.status == "draft")
    return {line.pk: line.first_confirmed_date for line in lines}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=8))
def test_no_sequence_of_acts_breaks_an_invariant(world, acts):
    point = transaction.savepoint()
    order = draft(world, quantities=(100, 40))
    known = check(world, order, {})
    for act in [("publish",), *acts]:
        with contextlib.suppress(DomainError):
            run(world, order, act)
        known = check(world, order, known)
    transaction.savepoint_rollback(point)
    assert not connection.needs_rollback
