"""Whatever both sides did before: what is withdrawn, refused or declined leaves what stood, one by one and many at once."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.orders import services as orders
from apps.orders.models import ChangeRequest, Confirmation, ScheduleLine
from tests.thorough import count
from tests.world import as_person, draft, in_days

from .acts import ACTS, TO_CONFIRMED, run
from .test_chain import check

pytestmark = pytest.mark.long

OFFERED = [("publish",), ("answer", 0, [(50, 12), (50, 15)], "material"), ("answer", 1, [(40, 20)], "material")]
WISH = st.tuples(st.sampled_from([1, 40, 50, 90, 110]), st.integers(0, 20))
UNDONE = st.sampled_from(["withdraw_change", "reject_change", "decline_offers", "undone", "countered"])
STANDS = ("requested_quantity", "requested_date", "confirmed_quantity", "confirmed_date", "first_confirmed_date")
LEFT = ("status", "answered_quantity", "proposed_date", "otif_base_date", *STANDS)


def stands(world, order, names=LEFT) -> dict:
    """What the lines of an order say, with the answers that stand or are offered."""
    with as_person(world, "buyer"):
        lines = {row.pop("pk"): row for row in ScheduleLine.objects.filter(order_id=order.pk).values("pk", *names)}
        kept = Confirmation.objects.filter(schedule_line__order_id=order.pk, state__in=("accepted", "proposed"))
        if names is STANDS:
            kept = kept.filter(state="accepted")
        answers = sorted(kept.values_list("schedule_line_id", "quantity", "delivery_date", "state"))
    return {"lines": lines, "answers": answers}


def ask(world, side, order, wishes) -> dict[int, int]:
    """What one side asks for on the lines of an order, as far as it may; the open requests of it by line."""
    with as_person(world, side):
        lines = list(ScheduleLine.objects.filter(order_id=order.pk).order_by("pk"))
        changes = [orders.Change(line.pk, Decimal(n), in_days(day)) for line, (n, day) in zip(lines, wishes, strict=False)]
        if side == "buyer":
            refused = orders.ask_for_changes(changes=changes, reason="demand")
            assert set(refused) <= {line.pk for line in lines}
        else:
            for change in changes:
                run(world, order, ("ask", side, lines.index(_line(lines, change)), change.quantity, _days(change)))
    with as_person(world, "buyer"):
        return dict(ChangeRequest.objects.filter(state="open", side=side).values_list("schedule_line_id", "pk"))


def _line(lines, change):
    return next(line for line in lines if line.pk == change.schedule_line_id)


def _days(change) -> int:
    return (change.delivery_date - in_days(0)).days


@settings(max_examples=count(20, 150), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(start=TO_CONFIRMED, acts=[], side="buyer", wishes=[(90, 5), (40, 7)], how="withdraw_change")
@example(start=OFFERED, acts=[], side="buyer", wishes=[(90, 5), (40, 7)], how="reject_change")
@example(start=TO_CONFIRMED, acts=[], side="supplier", wishes=[(90, 20), (40, 20)], how="decline_offers")
@example(start=TO_CONFIRMED, acts=[], side="buyer", wishes=[(90, 5), (40, 7)], how="countered")
@given(
    start=st.sampled_from([[("publish",)], TO_CONFIRMED, OFFERED]),
    acts=st.lists(ACTS, max_size=4),
    side=st.sampled_from(["buyer", "supplier"]),
    wishes=st.lists(WISH, min_size=1, max_size=2),
    how=UNDONE,
)
def test_what_comes_to_nothing_leaves_what_stood(world, start, acts, side, wishes, how):
    point = transaction.savepoint()
    order = draft(world, quantities=(100, 40))
    for act in [*start, *acts]:
        run(world, order, act)
    before, known = stands(world, order), check(world, order, {})
    with as_person(world, "buyer"):
        waiting = set(ChangeRequest.objects.filter(state="open").values_list("pk", flat=True))
    inner = transaction.savepoint()
    asked = {line: pk for line, pk in ask(world, side, order, wishes).items() if pk not in waiting}
    check(world, order, known)
    if how == "undone":
        transaction.savepoint_rollback(inner)
        assert stands(world, order) == before
    elif asked:
        _end(world, side, order, asked, how)
        after = stands(world, order)
        for line in asked:
            assert after["lines"][line] == before["lines"][line]
        assert [row for row in after["answers"] if row[0] in asked] == [row for row in before["answers"] if row[0] in asked]
        check(world, order, known)
    transaction.savepoint_rollback(point)


def _end(world, side, order, asked, how) -> None:
    """The requests come to nothing: taken back by who asked, or refused by the other side, the buyer many at once; or the
    supplier offers something else where it may, and the buyer declines that."""
    if side == "buyer" and how == "countered":
        asked = _countered(world, order, asked)
        side, how = ("supplier", "decline_offers") if asked else (side, how)
    other = {"buyer": "supplier", "supplier": "buyer"}[side]
    if how == "withdraw_change":
        with as_person(world, side):
            for pk in asked.values():
                orders.withdraw_change(change_id=pk)
    elif side == "supplier" and how == "decline_offers":
        with as_person(world, "buyer"):
            assert orders.decline_offers(schedule_line_ids=list(asked)) == {}
    else:
        with as_person(world, other):
            for pk in asked.values():
                orders.reject_change(change_id=pk)


def _countered(world, order, asked) -> dict[int, int]:
    """What the supplier offers instead, by line; what it may not counter it refuses."""
    with as_person(world, "supplier"):
        lines = list(ScheduleLine.objects.filter(order_id=order.pk, pk__in=asked).order_by("pk"))
        given = [orders.Part(Decimal(10), in_days(19)), orders.Part(Decimal(20), in_days(20))]
        refused = orders.answer_lines(
            answers=[orders.Answer(line.pk, given if line.status == "confirmed" else [], "material") for line in lines]
        )
        for pk in refused:
            orders.reject_change(change_id=asked[pk])
    with as_person(world, "buyer"):
        offers = ChangeRequest.objects.filter(state="open", side="supplier", schedule_line__in=asked)
        return dict(offers.values_list("schedule_line_id", "pk"))


@settings(max_examples=count(10, 80), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(start=st.sampled_from([OFFERED, [*TO_CONFIRMED, ("ask", "supplier", 0, 100, 20)]]), acts=st.lists(ACTS, max_size=4))
def test_declined_offers_leave_what_was_confirmed(world, start, acts):
    point = transaction.savepoint()
    order = draft(world, quantities=(100, 40))
    for act in [*start, *acts]:
        run(world, order, act)
    before, known = stands(world, order, STANDS), check(world, order, {})
    with as_person(world, "buyer"):
        lines = list(ScheduleLine.objects.filter(order_id=order.pk).values_list("pk", flat=True))
        orders.decline_offers(schedule_line_ids=lines)
    assert stands(world, order, STANDS) == before
    check(world, order, known)
    transaction.savepoint_rollback(point)
