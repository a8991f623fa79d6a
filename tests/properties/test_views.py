"""A list of orders shows an order where one of its lines is meant, whatever its other lines wait for; a figure counts what
its list shows. Each is held against a plain reading of every line, after random acts on orders with several lines."""

from collections import defaultdict

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.orders import pages, rows, selectors
from apps.orders.models import ChangeRequest, ScheduleLine
from apps.orders.services import refusal_of_shipping
from apps.orders.statuses import AWAITS_SUPPLIER, ENDED
from apps.orders.worklines import work_lines
from apps.supplying.asked import asks
from apps.supplying.shipping import to_ship
from apps.tenancy.roles import Side
from tests.thorough import count
from tests.world import as_person, draft, in_days

from .acts import ACTS, TO_CONFIRMED, TO_RECEIVED, run

pytestmark = pytest.mark.long

PROPOSED = [("publish",), ("answer", 0, [("asked", 10)], ""), ("answer", 1, [(40, 20)], "material")]
REFUSED = [("publish",), ("answer", 0, [("asked", 10)], ""), ("answer", 1, [], "material")]
SHIPPED = [*TO_CONFIRMED, ("ship", 0, 100, 0)]
ASKED_OF_DONE = [*TO_RECEIVED, ("ship", 1, 40, 0), ("ask", "buyer", 1, 44, 12), ("receive", 0, None, True)]
CLOSED = [*TO_RECEIVED, ("ask", "buyer", 1, 44, 12), ("close_short", 1)]
STARTS = [[("publish",)], TO_CONFIRMED, TO_RECEIVED, PROPOSED, REFUSED, SHIPPED, ASKED_OF_DONE, CLOSED]
LATER = (0, 4, 9, 40)  # days from now on which all is read


def views_of(line: ScheduleLine, asked_by: str) -> set[str]:
    """In which views a line stands, by its own facts alone."""
    today = timezone.localdate()
    due, promised = line.confirmed_date or line.requested_date, line.proposed_date or line.confirmed_date
    is_open = line.closure == "open" and not line.is_draft and line.status not in ENDED
    ships = refusal_of_shipping(line) is None and line.to_ship_quantity > 0
    is_in = {
        "all": True,
        "draft": line.is_draft,
        "unanswered": line.status in AWAITS_SUPPLIER or asked_by == "buyer",
        "change_proposed": line.status == "change_proposed" or asked_by == "supplier",
        "to_ship": ships and (due - today).days <= 7,
        "late": is_open and due < today,
        "later": is_open and promised is not None and promised > line.requested_date,
        "open": is_open,
    }
    return {name for name, holds in is_in.items() if holds}


def read_all() -> dict[str, dict[int, set[int]]]:
    """View → order → its lines that stand there, of all lines that the scope sees."""
    asked = dict(ChangeRequest.objects.filter(state="open").values_list("schedule_line_id", "side"))
    found: dict[str, dict[int, set[int]]] = {name: defaultdict(set) for name in pages.TABS}
    for line in ScheduleLine.objects.select_related("line"):
        for name in views_of(line, asked.get(line.pk, "")):
            found[name][line.order_id].add(line.pk)
    return found


def check(world, side: Side) -> None:
    with as_person(world, side.value):
        wanted = read_all()
        counted = selectors.counts(side)
        for name, orders in wanted.items():
            found = list(selectors.of_view(selectors.order_rows(side), name, side))
            assert {row["id"] for row in found} == set(orders), name
            assert counted.get(name, len(found)) == len(found), name
            for row in rows.with_lines([dict(row) for row in found], name):
                assert row["line_id"] in orders[row["id"]], name
            assert {row["line_id"] for row in rows.by_line(found, name)} == set().union(*orders.values()), name
        needing = {name: set().union(*wanted[name].values()) for name in selectors.NEEDING}
        attention = selectors.attention_lines(side)
        for name, lines in needing.items():
            assert {line.line_id for line in attention if name in line.views} == lines, name
        for names in (*((name,) for name in needing), selectors.NEEDING, ("open",)):
            lines = set().union(*(orders for name in names for orders in wanted[name].values()))
            assert {line.id for line in work_lines(side, names=names)} == lines, names
        if side is Side.SUPPLIER:
            _check_day(wanted, needing)


def _check_day(wanted, needing) -> None:
    """The supplier's own lists: to answer, to ship, and its first page."""
    assert {ask.line.id for ask in asks()} == needing["unanswered"]
    assert {row.line.pk for row in to_ship()} == set().union(*wanted["to_ship"].values())
    for view in ("unanswered", "to_ship", "late"):
        assert {row["id"] for row in selectors.orders_to_do(view)} == set(wanted[view]), view
    assert {row["id"] for row in selectors.orders_to_do()} == {*wanted["unanswered"], *wanted["to_ship"]}


def check_on(world, monkeypatch, days: int) -> None:
    on, told = in_days(days), timezone.localdate
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda value=None, **options: told(value, **options) if value else on)
        for side in Side:
            check(world, side)


@pytest.mark.parametrize("start", STARTS, ids=range(len(STARTS)))
def test_every_view_goes_by_the_lines(world, monkeypatch, start):
    order = draft(world, quantities=(100, 40))
    draft(world, quantities=(7,))
    for act in start:
        run(world, order, act)
    for days in LATER:
        check_on(world, monkeypatch, days)


@settings(max_examples=count(15, 150), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@example(starts=(PROPOSED, REFUSED), acts=[])
@given(
    starts=st.tuples(st.sampled_from(STARTS), st.sampled_from(STARTS)),
    acts=st.lists(st.tuples(st.integers(0, 1), ACTS), max_size=8),
)
def test_no_act_moves_a_line_out_of_its_views(world, monkeypatch, starts, acts):
    point = transaction.savepoint()
    orders = [draft(world, quantities=(100, 40)) for _start in starts]
    for order, start in zip(orders, starts, strict=True):
        for act in start:
            run(world, order, act)
    for index, act in acts:
        run(world, orders[index], act)
    for days in LATER:
        check_on(world, monkeypatch, days)
    transaction.savepoint_rollback(point)
